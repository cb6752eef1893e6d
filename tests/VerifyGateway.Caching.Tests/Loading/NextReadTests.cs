using VerifyGateway.Caching.Loading;

namespace VerifyGateway.Caching.Tests.Loading;

/// <summary>Reads that begin after they are asked for: the proof of the head (C5) and the roster rest on it.</summary>
public sealed class NextReadTests
{
    private int _begun;

    [Fact]
    public async Task C5_Read_AskedForWhileOneEnds_IsNeverOneThatBeganBefore()
    {
        // They end as soon as they have begun, so that some are asked for in that very moment.
        var next = new NextRead<int>(() => Task.FromResult(Interlocked.Increment(ref _begun)));
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            for (var i = 0; i < 100_000; i++)
            {
                var before = Volatile.Read(ref _begun);
                var got = await next.AfterNowAsync(CancellationToken.None);
                Assert.True(got > before, $"Read {got} was answered to who asked after read {before} had begun.");
            }
        })));
    }

    [Fact]
    public async Task Read_ManyAskWhileOneIsUnderWay_ShareTheNext()
    {
        var gates = Enumerable.Range(0, 3).Select(static _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).ToArray();
        var next = new NextRead<int>(async () =>
        {
            var mine = Interlocked.Increment(ref _begun);
            await gates[mine - 1].Task;
            return mine;
        });
        var first = next.AfterNowAsync(CancellationToken.None);
        await Wait.UntilAsync(() => Volatile.Read(ref _begun) == 1, "the first to be under way");
        var later = Enumerable.Range(0, 100).Select(_ => next.AfterNowAsync(CancellationToken.None)).ToArray();
        gates[0].SetResult();
        Assert.Equal(1, await first);
        gates[1].SetResult();
        Assert.All(await Task.WhenAll(later), static got => Assert.Equal(2, got));
    }

    [Fact]
    public async Task Read_OneThatFails_IsFollowedByOneThatDoesNot()
    {
        var next = new NextRead<int>(() => Interlocked.Increment(ref _begun) == 1 ? throw new TimeoutException() : Task.FromResult(2));
        await Assert.ThrowsAsync<TimeoutException>(() => next.AfterNowAsync(CancellationToken.None));
        Assert.Equal(2, await next.AfterNowAsync(CancellationToken.None));
    }
}
