using VerifyGateway.Server.Watching;
using VerifyGateway.Storage.Rows;
using VerifyGateway.V1;
using static VerifyGateway.Server.Tests.Rows;
using HoldKind = VerifyGateway.Domain.Records.HoldKind;
using IdentityState = VerifyGateway.Domain.Records.IdentityState;
using MerchantState = VerifyGateway.Domain.Records.MerchantState;
using RecordState = VerifyGateway.Domain.Records.TerminalState;

namespace VerifyGateway.Server.Tests.Watching;

/// <summary>
/// A watcher's copy that is made from nothing but snapshot and events is at each checkpoint what the store had at that revision,
/// whatever is written, wherever the watcher is cut off and goes on.
/// </summary>
public sealed class WatchPropertyTests
{
    private const int Terminals = 40;
    private const int Merchants = 8;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Copy_AtEachCheckpoint_IsWhatTheStoreHadAtThatRevision(bool fromSnapshot)
    {
        var seed = Random.Shared.Next();
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        var random = new Random(seed);
        await using var server = await StoreServer.StartAsync(new WatchOptions { RecentChanges = 1_000, BufferedMessages = 3, BufferedBytes = 2_048, SlowReaderAfterMs = 30_000 });
        await server.Store.PutAsync([Identity("ID-1"), Identity("ID-2"), Identity("ID-1", acquirer: Acquirer2), Merchant(1, "ID-1", acquirer: Acquirer2), .. Enumerable.Range(1, Merchants / 2).Select(n => Merchant(n, "ID-1"))]);
        server.Observed.MostBindings = 7;
        server.Observed.MostEntries = 5;
        using var done = new CancellationTokenSource();
        var writing = WriteAsync(server, new Random(random.Next()), done.Token);

        var copy = new BindingCopy(Acquirer1);
        var (checks, cuts) = (0, 0);
        while (checks < 60)
        {
            using var watch = new Watched(server.Client, copy.ResumeAfter is { } revision ? Watched.After(revision) : fromSnapshot ? Watched.FromSnapshot : Watched.FromEarliest);
            if (copy.ResumeAfter is null)
            {
                copy.Clear();
            }

            // Cut off after some messages, wherever that is: in a snapshot, within a write, right behind a checkpoint.
            for (var left = random.Next(1, 60); left > 0; left--)
            {
                var before = copy.Checkpoint;
                copy.Apply(await watch.NextAsync());
                if (copy.Checkpoint > before && copy.Checkpoint >= copy.ExactFrom)
                {
                    await ExpectExactAsync(server, copy);
                    checks++;
                }
            }

            cuts++;
        }

        await done.CancelAsync();
        var writes = await writing;
        TestContext.Current.TestOutputHelper?.WriteLine($"{writes} writes, {checks} checks, {cuts} cuts, {copy.Events.Count} events");
        using var last = new Watched(server.Client, Watched.After(copy.ResumeAfter!.Value));
        var head = await server.Store.ReadHeadAsync();
        await last.ApplyUntilAsync(copy, head);
        server.Observed.MostBindings = int.MaxValue;
        var list = await server.Client.ListBindingsAsync(new ListBindingsRequest { AcquirerId = Acquirer1, PageSize = 1_000 });
        Assert.Equal((head, copy.Checkpoint), (list.Revision, copy.Checkpoint));
        Assert.Equal(list.Bindings, copy.Bindings());
        Assert.True(cuts > 2 && writes > 50 && copy.Bindings().Count > 20, $"{cuts} cuts, {writes} writes");
    }

    private static async Task ExpectExactAsync(StoreServer server, BindingCopy copy)
    {
        var keys = Enumerable.Range(1, Terminals).Select(n => new BindingKey { AcquirerId = Acquirer1, TerminalSn = Sn(n) });
        var then = await server.Client.BatchGetBindingsAsync(new BatchGetBindingsRequest { Keys = { keys }, AsOfRevision = copy.Checkpoint });
        Assert.Equal(then.Results.Where(result => result.Binding is not null).Select(result => result.Binding), copy.Bindings());
    }

    /// <summary>Writes of one to four rows of all kinds, of two acquirers, until it is told to end; gives how many there were.</summary>
    private static async Task<int> WriteAsync(StoreServer server, Random random, CancellationToken done)
    {
        var writes = 0;
        while (!done.IsCancellationRequested)
        {
            try
            {
                await server.Store.PutAsync([.. Enumerable.Range(0, random.Next(1, 5)).Select(_ => Row(random))]);
                writes++;
            }
            catch (Storage.WriteRefusedException)
            {
                // A merchant that is not there yet, or numbers that are taken.
            }

            await Task.Delay(random.Next(0, 8), CancellationToken.None);
        }

        return writes;
    }

    private static object Row(Random random) => random.Next(10) switch
    {
        0 => Identity($"ID-{random.Next(1, 3)}", (IdentityState)random.Next(3, 6), mask: random.Next(3)),
        1 or 2 => Merchant(random.Next(1, Merchants + 1), $"ID-{random.Next(1, 3)}", (MerchantState)random.Next(1, 5), mask: random.Next(3)),
        3 => Hold($"H-{random.Next(6)}", HoldSubject.Identity(Id("ID-1")), (HoldKind)1, until: random.Next(2) * 2_000),
        4 => Hold($"T-{random.Next(6)}", HoldSubject.Terminal(SnOf(random.Next(1, Terminals + 1))), (HoldKind)1, until: random.Next(2) * 2_000),
        5 => Terminal(9_000 + random.Next(3), 1, (RecordState)random.Next(4, 8), Acquirer2),
        _ => Terminal(random.Next(1, Terminals + 1), random.Next(1, Merchants + 1), (RecordState)random.Next(4, 9)),
    };
}
