using System.Collections.Concurrent;
using VerifyGateway.Caching.Redis;
using VerifyGateway.Caching.Store;
using VerifyGateway.Caching.Tests.Support;

namespace VerifyGateway.Caching.Tests.Redis;

/// <summary>Reads that come at the same time go together, and nobody notices but Redis.</summary>
public sealed class ReadsTogetherTests
{
    private readonly ConcurrentQueue<int> _sizes = new();

    [Fact]
    public async Task Read_ManyAtOnce_GoTogetherAndEachGetsItsOwn()
    {
        var together = new ReadsTogether(AnswerAsync);
        var reads = Enumerable.Range(0, 10_000).Select(i => together.ReadAsync(Make.Key(i), CancellationToken.None).AsTask()).ToArray();
        var found = await Task.WhenAll(reads);
        for (var i = 0; i < found.Length; i++)
        {
            Assert.Equal(Make.TerminalKey(i), found[i].Terminal!.Value.Record!.Value.Key);
        }

        Assert.Equal(10_000, _sizes.Sum());
        Assert.InRange(_sizes.Max(), 2, ReadsTogether.Most);
    }

    [Fact]
    public async Task Read_OneCallerLeaves_TheOthersGetTheirAnswer()
    {
        var gate = new TaskCompletionSource();
        var together = new ReadsTogether(async keys =>
        {
            await gate.Task;
            return await AnswerAsync(keys);
        });
        using var leaving = new CancellationTokenSource();
        var first = together.ReadAsync(Make.Key(1), leaving.Token).AsTask();
        var second = together.ReadAsync(Make.Key(2), CancellationToken.None).AsTask();
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        gate.SetResult();
        Assert.Equal(Make.TerminalKey(2), (await second).Terminal!.Value.Record!.Value.Key);
    }

    [Fact]
    public async Task Read_CallFails_AllWhoWaitAreToldAndTheNextReadWorks()
    {
        var fails = true;
        var together = new ReadsTogether(keys => fails ? throw new InvalidOperationException("The test says so.") : AnswerAsync(keys));
        var reads = Enumerable.Range(0, 50).Select(i => together.ReadAsync(Make.Key(i), CancellationToken.None).AsTask()).ToArray();
        foreach (var read in reads)
        {
            await Assert.ThrowsAsync<InvalidOperationException>(() => read);
        }

        fails = false;
        Assert.NotNull((await together.ReadAsync(Make.Key(1), CancellationToken.None)).Terminal);
    }

    [Fact]
    public async Task Read_CallerHasLeftAlready_IsNotSent()
    {
        using var left = new CancellationTokenSource();
        await left.CancelAsync();
        var together = new ReadsTogether(AnswerAsync);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => together.ReadAsync(Make.Key(1), left.Token).AsTask());
        await together.ReadAsync(Make.Key(2), CancellationToken.None);
        Assert.Equal([1], _sizes);
    }

    private ValueTask<IReadOnlyList<RemotePair>> AnswerAsync(IReadOnlyList<PairKey> keys)
    {
        _sizes.Enqueue(keys.Count);
        return new([.. keys.Select(static key => new RemotePair(Make.TerminalCopy(key.Terminal, 1, 1), null))]);
    }
}
