using System.Text;
using System.Diagnostics;
using System.Globalization;
using VerifyGateway.Caching.Store;
using VerifyGateway.Caching.Tests.Support;

namespace VerifyGateway.Caching.Tests.Redis;

/// <summary>Primaries die, hand over and give slots away: reads and writes go on, and what is read is right or nothing.</summary>
public sealed class RedisClusterFailoverTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Read_PrimaryKilled_ReplicaIsPromotedAndReadsAndWritesGoOn()
    {
        await using var rig = await ClusterRig.StartAsync();
        var primaries = await rig.PrimariesAsync();
        var (here, elsewhere) = (rig.Pairs(primaries[0], primaries[0]).First(), rig.Pairs(primaries[1], primaries[2]).First());
        await rig.UntilWrittenAsync(here, Make.Pair(here, 5, 9));
        await rig.UntilWrittenAsync(elsewhere, Make.Pair(elsewhere, 5, 9));

        primaries[0].Server.Kill();
        var watch = Stopwatch.StartNew();
        var seenBy = primaries[1].Server;
        await Wait.UntilAsync(async () =>
        {
            Assert.True((await rig.Redis.ReadAsync(here)).Terminal is null or { Revision: 5 });
            return await rig.Cluster.PrimaryOfAsync(rig.SlotOf(here.Terminal), seenBy) is { } now && now.Id != primaries[0].Id;
        }, "the replica to be promoted");
        output.WriteLine($"promoted after {watch.ElapsedMilliseconds} ms");
        await rig.UntilWrittenAsync(here, Make.Pair(here, 6, 10));
        output.WriteLine($"written and read again after {watch.ElapsedMilliseconds} ms");
        Assert.Equal(5, (await rig.Redis.ReadAsync(elsewhere)).Terminal?.Revision);
        await rig.Redis.UntilInUseAsync();

        // It comes back as a replica, and nothing is lost.
        await primaries[0].Server.StartAgainAsync();
        await rig.Cluster.UntilWholeAsync();
        await rig.UntilWrittenAsync(here, Make.Pair(here, 7, 11));
    }

    [Fact]
    public async Task Read_PrimaryHangsLongerThanTheNodeTimeout_ReadsAndWritesGoOnAndItsOldDataIsNotSeen()
    {
        await using var rig = await ClusterRig.StartAsync(RedisRig.Hasty());
        var primaries = await rig.PrimariesAsync();
        var key = rig.Pairs(primaries[0], primaries[0]).First();
        await rig.UntilWrittenAsync(key, Make.Pair(key, 5, 9));
        primaries[0].Server.Process.Signal("STOP");
        try
        {
            var watch = Stopwatch.StartNew();
            await rig.UntilWrittenAsync(key, Make.Pair(key, 6, 10));
            output.WriteLine($"written and read again {watch.ElapsedMilliseconds} ms after the primary hung");
        }
        finally
        {
            primaries[0].Server.Process.Signal("CONT");
        }

        await Wait.UntilAsync(async () =>
        {
            Assert.True((await rig.Redis.ReadAsync(key)).Terminal is null or { Revision: 6 }, "What the old primary held was read.");
            return (await primaries[0].Server.CliAsync("INFO", "replication")).Contains("master_link_status:up", StringComparison.Ordinal);
        }, "the old primary to follow the new one");
        await rig.UntilWrittenAsync(key, Make.Pair(key, 7, 11));
    }

    [Fact]
    public async Task Read_GracefulFailoversUnderLoad_NothingEscapesAndEveryAnswerIsRightOrNothing()
    {
        await using var rig = await ClusterRig.StartAsync();
        await using var other = await rig.AnotherTierAsync();
        var keys = Enumerable.Range(1, 60).Select(Make.Key).ToArray();
        using var stop = new CancellationTokenSource();
        long offered = 0;
        var writing = Task.Run(async () =>
        {
            for (var revision = 1; !stop.IsCancellationRequested; revision++)
            {
                Volatile.Write(ref offered, revision);
                foreach (var key in keys)
                {
                    other.Offer(key.Terminal, Make.TerminalCopy(key.Terminal, revision, revision));
                    other.Offer(key.Merchant, Make.MerchantCopy(key.Merchant, revision, revision));
                }

                await Task.Delay(20, CancellationToken.None);
            }
        });
        var readers = Enumerable.Range(0, 3).Select(_ => Task.Run(() => ReadAsync(rig, keys, () => Volatile.Read(ref offered), stop.Token))).ToArray();

        for (var turn = 0; turn < 3; turn++)
        {
            await rig.Cluster.HandOverAsync((await rig.PrimariesAsync())[turn]);
            await rig.Cluster.UntilWholeAsync();
        }

        // What is offered from now on is read from all, so they are in use again.
        var since = Volatile.Read(ref offered);
        await Wait.UntilAsync(async () => (await rig.Redis.Tier.ReadAsync(keys, CancellationToken.None)).All(pair => pair.Terminal?.Revision > since && pair.Merchant?.Revision > since), "newer copies of all");
        await stop.CancelAsync();
        await writing;
        var counts = await Task.WhenAll(readers);
        output.WriteLine($"{counts.Sum(count => count.Right)} right, {counts.Sum(count => count.Nothing)} nothing, {offered} revisions");
        Assert.True(counts.Sum(count => count.Right) > 1_000);
    }

    [Fact]
    public async Task Read_SlotMovedToAnotherNode_IsRightAllAlong()
    {
        await using var rig = await ClusterRig.StartAsync();
        var primaries = await rig.PrimariesAsync();
        var (from, to) = (primaries[0], primaries[1]);
        var key = rig.Pairs(from, to).First();
        var slot = rig.SlotOf(key.Terminal);
        var name = Encoding.ASCII.GetString(rig.Redis.Names.Of(key.Terminal));
        await rig.UntilWrittenAsync(key, Make.Pair(key, 5, 9));

        await CliAsync(to, "CLUSTER", "SETSLOT", Text(slot), "IMPORTING", from.Id);
        await CliAsync(from, "CLUSTER", "SETSLOT", Text(slot), "MIGRATING", to.Id);
        Assert.Equal(5, (await rig.Redis.ReadAsync(key)).Terminal?.Revision);
        await CliAsync(from, "MIGRATE", "127.0.0.1", Text(to.Server.Port), name, "0", "5000");
        // Asked at the one, told to ask the other.
        await Wait.UntilAsync(async () => (await rig.Redis.ReadAsync(key)).Terminal?.Revision == 5, "the copy that has gone over");
        foreach (var primary in new[] { to, from, primaries[2] })
        {
            await CliAsync(primary, "CLUSTER", "SETSLOT", Text(slot), "NODE", to.Id);
        }

        Assert.StartsWith("MOVED", await from.Server.CliAsync("GET", name), StringComparison.Ordinal);
        Assert.Equal(5, (await rig.Redis.ReadAsync(key)).Terminal?.Revision);
        await rig.Redis.OfferAsync(key, Make.Pair(key, 6, 10));
        rig.Redis.Tier.Offer(key.Terminal, Make.TerminalCopy(key.Terminal, 5, 11));
        await rig.UntilWrittenAsync(key with { Terminal = rig.Pairs(to, to).First().Terminal }, Make.Pair(key with { Terminal = rig.Pairs(to, to).First().Terminal }, 7, 11));
        Assert.Equal(6, (await rig.Redis.ReadAsync(key)).Terminal?.Revision);
        Assert.Equal(0, await rig.Redis.Page.CircuitAsync());
    }

    [Fact]
    public async Task Tell_NodeOfTheSubscriptionDies_IsHeardStill()
    {
        await using var rig = await ClusterRig.StartAsync();
        await using var other = await rig.AnotherTierAsync();
        long heard = 0;
        rig.Redis.Tier.Signal.Heard += revision => Volatile.Write(ref heard, revision);
        await HeardAsync(1);

        // Both tiers hear somewhere: every node that a subscription is on, one after the other.
        var channel = rig.Redis.Names.Channel;
        var killed = 0;
        foreach (var server in rig.Cluster.Servers)
        {
            if (killed < 2 && (await server.CliAsync("PUBSUB", "NUMSUB", channel)).Trim() is var count && !count.EndsWith('0'))
            {
                server.Kill();
                killed++;
                await HeardAsync(1 + killed);
                await server.StartAgainAsync();
                await rig.Cluster.UntilWholeAsync();
            }
        }

        Assert.True(killed > 0);

        Task HeardAsync(long revision) => Wait.UntilAsync(() =>
        {
            other.Signal.Tell(revision);
            return Volatile.Read(ref heard) == revision;
        }, $"message {revision} to be heard");
    }

    /// <summary>Reads until told to stop: each copy is of its key, has been offered, and is never older than one seen before.</summary>
    private static async Task<(int Right, int Nothing)> ReadAsync(ClusterRig rig, PairKey[] keys, Func<long> offered, CancellationToken stop)
    {
        var seen = new long[keys.Length];
        var (right, nothing) = (0, 0);
        while (!stop.IsCancellationRequested)
        {
            var found = await rig.Redis.Tier.ReadAsync(keys, CancellationToken.None);
            for (var i = 0; i < keys.Length; i++)
            {
                if (found[i].Terminal is not { } terminal)
                {
                    nothing++;
                    continue;
                }

                right++;
                Assert.Equal(keys[i].Terminal, terminal.Record!.Value.Key);
                Assert.InRange(terminal.Revision, seen[i], offered());
                seen[i] = terminal.Revision;
            }
        }

        return (right, nothing);
    }

    private static async Task CliAsync(RedisClusterNode node, params string[] command) =>
        Assert.Equal("OK", (await node.Server.CliAsync(command)).Trim());

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
