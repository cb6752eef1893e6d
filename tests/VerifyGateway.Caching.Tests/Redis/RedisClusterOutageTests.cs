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
        var (whole, waited, circuit) = await ReadWhileOneHangsAsync(RedisRig.Hasty(), 100, hung: 1);
        Assert.True(whole > 80, $"{whole} of 100 batches had all records of the nodes that are well.");
        Assert.True(waited < 30, $"{waited} of 100 batches waited for the limit.");
        Assert.Equal(0, circuit);
    }

    [Fact]
    public async Task Control_OneNodeHangsAndHasNoCircuit_EveryBatchWaitsForTheLimit()
    {
        var options = RedisRig.Hasty();
        options.CircuitMinimumCalls = 10_000;
        var (_, waited, _) = await ReadWhileOneHangsAsync(options, 50, hung: 0);
        Assert.True(waited > 40, $"{waited} of 50 batches waited for the limit.");
    }

    [Fact]
    public async Task Read_OneNodeDead_TheOthersRecordsAreFoundAndItIsTakenIntoUseAgain()
    {
        var options = RedisRig.Patient();
        options.CallLimitMs = 100;
        await using var rig = await ClusterRig.StartAsync(options, 1_000, Partial);
        var (pairs, primaries) = await FilledAsync(rig);
        foreach (var replica in await rig.Cluster.ReplicasOfAsync(primaries[0]))
        {
            replica.Server.Kill();
        }

        primaries[0].Server.Kill();
        var (whole, waited, closed, round) = (0, 0, 0, 0);
        // Long enough for the others to call it failed, and for the client to try to reach it.
        for (var clock = Stopwatch.StartNew(); clock.Elapsed < TimeSpan.FromSeconds(6); round++)
        {
            var watch = Stopwatch.StartNew();
            var found = await rig.Redis.Tier.ReadAsync(pairs, CancellationToken.None);
            waited += watch.ElapsedMilliseconds >= options.CallLimitMs ? 1 : 0;
            whole += Healthy(pairs, found) ? 1 : 0;
            AssertRightOrNothing(rig, primaries[0], pairs, found);
            // Alone, a pair of the dead node is a call of which nothing is answered.
            await rig.Redis.ReadAsync(pairs[round % pairs.Length]);
            closed += await rig.Redis.Page.CircuitAsync() == 0 ? 1 : 0;
        }

        output.WriteLine($"of {round} batches with records of a dead node, {whole} had all of the others', {waited} waited for the limit, and the circuit of all was closed after {closed}");
        Assert.True(whole > 0.9 * round, $"{whole} of {round} batches had all records of the nodes that are well.");
        Assert.True(waited < 0.3 * round, $"{waited} of {round} batches waited for the limit.");
        Assert.True(closed > 0.9 * round, $"The circuit of all was closed after {closed} of {round} batches.");

        await primaries[0].Server.StartAgainAsync();
        var watchBack = Stopwatch.StartNew();
        await rig.UntilWrittenAsync(pairs[0], Make.Pair(pairs[0], 7, 9));
        output.WriteLine($"in use again after {watchBack.ElapsedMilliseconds} ms");
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

    private async Task<(int Whole, int Waited, double Circuit)> ReadWhileOneHangsAsync(RedisOptions options, int rounds, int hung)
    {
        await using var rig = await ClusterRig.StartAsync(options, NoFailoverMs, Partial);
        var (pairs, primaries) = await FilledAsync(rig);
        var (whole, waited) = (0, 0);
        primaries[0].Server.Process.Signal("STOP");
        try
        {
            for (var round = 0; round < rounds; round++)
            {
                var watch = Stopwatch.StartNew();
                var found = await rig.Redis.Tier.ReadAsync(pairs, CancellationToken.None);
                waited += watch.ElapsedMilliseconds >= options.CallLimitMs ? 1 : 0;
                whole += Healthy(pairs, found) ? 1 : 0;
                AssertRightOrNothing(rig, primaries[0], pairs, found);
            }

            await Wait.UntilAsync(async () =>
            {
                await rig.Redis.Tier.ReadAsync(pairs, CancellationToken.None);
                return await rig.Redis.Page.NodeCircuitsAsync() == hung;
            }, $"{hung} nodes to have an open circuit");
        }
        finally
        {
            primaries[0].Server.Process.Signal("CONT");
        }

        output.WriteLine($"of {rounds} batches with records of a hung node, {whole} had all of the others' and {waited} waited for the limit");
        Assert.True(await rig.Redis.Page.RedisErrorsAsync("timeout") > 0);
        var circuit = await rig.Redis.Page.CircuitAsync();
        await UntilAllFoundAsync(rig, pairs);
        await Wait.UntilAsync(async () => await rig.Redis.Page.NodeCircuitsAsync() == 0, "the circuit of the node to be closed");
        return (whole, waited, circuit);
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
