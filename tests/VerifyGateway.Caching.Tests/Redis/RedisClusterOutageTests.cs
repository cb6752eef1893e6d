using System.Diagnostics;
using VerifyGateway.Caching.Redis;
using VerifyGateway.Caching.Store;
using VerifyGateway.Caching.Tests.Support;

namespace VerifyGateway.Caching.Tests.Redis;

/// <summary>A node without a replica hangs or is gone: its records are misses, and those of the other nodes are found as before.</summary>
public sealed class RedisClusterOutageTests(ITestOutputHelper output)
{
    // No failover while a test is under way, and what is left of the cluster goes on serving.
    private const int NoFailoverMs = 60_000;
    private static readonly string[] Partial = ["--cluster-require-full-coverage", "no"];

    [Fact]
    public async Task Read_OneNodeHangs_TheOthersRecordsAreFoundAndTheHungOneSoonCostsNothing()
    {
        await using var rig = await ClusterRig.StartAsync(RedisRig.Hasty(), NoFailoverMs, Partial);
        var (pairs, primaries) = await FilledAsync(rig);
        primaries[0].Server.Process.Signal("STOP");
        try
        {
            var (waited, whole) = (0, 0);
            for (var round = 0; round < 100; round++)
            {
                var watch = Stopwatch.StartNew();
                var found = await rig.Redis.Tier.ReadAsync(pairs, CancellationToken.None);
                waited += watch.ElapsedMilliseconds >= rig.Redis.Options.CallLimitMs ? 1 : 0;
                whole += Healthy(pairs, found) ? 1 : 0;
                AssertRightOrNothing(rig, primaries[0], pairs, found);
            }

            output.WriteLine($"of 100 batches with records of a hung node, {whole} had all of the others' and {waited} waited for the limit");
            Assert.True(whole > 80, $"{whole} of 100 batches had all records of the nodes that are well.");
            Assert.True(waited < 30, $"{waited} of 100 batches waited for the limit.");
            Assert.Equal(0, await rig.Redis.Page.CircuitAsync());
            Assert.True(await rig.Redis.Page.RedisErrorsAsync("timeout") > 0);
        }
        finally
        {
            primaries[0].Server.Process.Signal("CONT");
        }

        await UntilAllFoundAsync(rig, pairs);
    }

    [Fact]
    public async Task Read_OneNodeDead_TheOthersRecordsAreFoundAndItIsTakenIntoUseAgain()
    {
        await using var rig = await ClusterRig.StartAsync(RedisRig.Patient(), 1_000, Partial);
        var (pairs, primaries) = await FilledAsync(rig);
        foreach (var replica in await rig.Cluster.ReplicasOfAsync(primaries[0]))
        {
            replica.Server.Kill();
        }

        primaries[0].Server.Kill();
        for (var round = 0; round < 200; round++)
        {
            var found = await rig.Redis.Tier.ReadAsync(pairs, CancellationToken.None);
            AssertRightOrNothing(rig, primaries[0], pairs, found);
            Assert.True(Healthy(pairs, found), "A record of a node that is well was not found.");
        }

        Assert.Equal(0, await rig.Redis.Page.CircuitAsync());
        Assert.Equal(1, await rig.Redis.Page.UpAsync("redis"));
        Assert.True(await rig.Redis.Page.RedisErrorsAsync("connect") > 0);

        await primaries[0].Server.StartAgainAsync();
        await rig.UntilWrittenAsync(pairs[0], Make.Pair(pairs[0], 7, 9));
    }

    [Fact]
    public async Task Control_OneTaskForAllReads_FailsWholeWhenOneNodeHangs()
    {
        await using var rig = await ClusterRig.StartAsync(RedisRig.Patient(), NoFailoverMs, Partial);
        var (pairs, primaries) = await FilledAsync(rig);
        var side = await rig.Redis.SideAsync();
        primaries[0].Server.Process.Signal("STOP");
        try
        {
            var reads = Task.WhenAll(pairs.Select(pair => side.StringGetAsync(rig.Redis.Names.Of(pair.Terminal))));
            await Assert.ThrowsAsync<TimeoutException>(() => reads.WaitAsync(TimeSpan.FromMilliseconds(500)));
        }
        finally
        {
            primaries[0].Server.Process.Signal("CONT");
        }
    }

    [Fact]
    public async Task Read_MostPrimariesGone_EndsInTimeIsCountedAndRecovers()
    {
        await using var rig = await ClusterRig.StartAsync(RedisRig.Patient());
        var (pairs, primaries) = await FilledAsync(rig);
        primaries[0].Server.Kill();
        primaries[1].Server.Kill();
        var slowest = TimeSpan.Zero;
        await Wait.UntilAsync(async () =>
        {
            var watch = Stopwatch.StartNew();
            var found = await rig.Redis.Tier.ReadAsync(pairs, CancellationToken.None);
            slowest = watch.Elapsed > slowest ? watch.Elapsed : slowest;
            rig.Redis.Offer(pairs[2], Make.Pair(pairs[2], 5, 10));
            Assert.All(pairs.Zip(found), pair => Assert.True(pair.Second.Terminal is null || pair.Second.Terminal.Value.Record!.Value.Key == pair.First.Terminal));
            return await rig.Redis.Page.RedisErrorsAsync("clusterdown") > 0;
        }, "the cluster to say that it is down");
        output.WriteLine($"slowest read of {pairs.Length} pairs: {slowest.TotalMilliseconds:F0} ms");
        Assert.True(slowest < TimeSpan.FromSeconds(2), $"A read took {slowest}.");
        Assert.All(await rig.Redis.Tier.ReadAsync(pairs, CancellationToken.None), pair => Assert.Equal(default, pair));

        await primaries[0].Server.StartAgainAsync();
        await primaries[1].Server.StartAgainAsync();
        foreach (var pair in pairs)
        {
            await rig.UntilWrittenAsync(pair, Make.Pair(pair, 8, 11));
        }

        await rig.Redis.UntilInUseAsync();
    }

    /// <summary>Thirty pairs, ten with both records on each primary, all written.</summary>
    private static async Task<(PairKey[] Pairs, RedisClusterNode[] Primaries)> FilledAsync(ClusterRig rig)
    {
        var primaries = await rig.PrimariesAsync();
        PairKey[] pairs = [.. Enumerable.Range(0, 10).SelectMany(_ => primaries).Select((primary, at) => rig.Pairs(primary, primary).ElementAt(at / 3))];
        Array.ForEach(pairs, pair => rig.Redis.Offer(pair, Make.Pair(pair, 5, 9)));
        await UntilAllFoundAsync(rig, pairs);
        return (pairs, primaries);
    }

    private static Task UntilAllFoundAsync(ClusterRig rig, PairKey[] pairs) => Wait.UntilAsync(async () =>
    {
        Array.ForEach(pairs, pair => rig.Redis.Offer(pair, Make.Pair(pair, 5, 9)));
        return (await rig.Redis.Tier.ReadAsync(pairs, CancellationToken.None)).All(pair => pair is { Terminal: not null, Merchant: not null });
    }, "all copies to be found");

    /// <summary>True when everything of the second and third primary was found.</summary>
    private static bool Healthy(PairKey[] pairs, IReadOnlyList<RemotePair> found) =>
        Enumerable.Range(0, pairs.Length).Where(at => at % 3 != 0).All(at => found[at] is { Terminal: not null, Merchant: not null });

    private static void AssertRightOrNothing(ClusterRig rig, RedisClusterNode dead, PairKey[] pairs, IReadOnlyList<RemotePair> found)
    {
        for (var i = 0; i < pairs.Length; i++)
        {
            if (dead.Has(rig.SlotOf(pairs[i].Terminal)))
            {
                Assert.Equal(default, found[i]);
            }
            else if (found[i].Terminal is { } terminal)
            {
                Assert.Equal(pairs[i].Terminal, terminal.Record!.Value.Key);
            }
        }
    }
}
