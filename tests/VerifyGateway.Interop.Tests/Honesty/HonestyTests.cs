using VerifyGateway.TestKit;

namespace VerifyGateway.Interop.Tests.Honesty;

/// <summary>
/// The promise on real processes, while everything between is broken: no check that begins later than the bound after a freeze is allowed
/// from before it, by any of three gateways. Nor do revisions go back, and a watcher misses nothing.
/// </summary>
public sealed class HonestyTests(ITestOutputHelper output)
{
    /// <summary>Keeps what Redis holds now, each copy in the slot of the original.</summary>
    private const string Keep = "for _, k in ipairs(redis.call('KEYS', 'vg2:*')) do redis.call('SET', 'old:{' .. k .. '}', redis.call('GET', k)) end";

    /// <summary>Puts back what was kept, when it is old.</summary>
    private const string PutBack = "for _, k in ipairs(redis.call('KEYS', 'old:*')) do redis.call('SET', string.sub(k, 6, -2), redis.call('GET', k)) end";

    [Fact]
    public async Task Three_gateways_never_allow_from_before_a_freeze_past_the_bound_whatever_is_broken()
    {
        using var redis = await RedisServer.StartAsync();
        using var rig = new HonestyRig(3);
        await rig.RunAsync(redis.Endpoint, output, () => BreakAsync(redis, rig));
        Assert.InRange(rig.Judge().Queued, 1_000, int.MaxValue);
    }

    [Fact]
    public async Task Three_gateways_on_a_cluster_never_allow_from_before_a_freeze_past_the_bound_through_failovers()
    {
        using var cluster = await RedisCluster.StartAsync();
        using var rig = new HonestyRig(3);
        await rig.RunAsync(cluster.Endpoints, output, () => BreakAsync(cluster, rig));
    }

    /// <summary>
    /// What the others look for is there to be found: a gateway whose lease is longer than the bound breaks the promise when it was stopped,
    /// and the feed is out of its reach for the moment that it needs to answer.
    /// </summary>
    [Fact]
    public async Task A_gateway_that_is_told_a_longer_bound_is_found_to_allow_from_before_a_freeze()
    {
        using var redis = await RedisServer.StartAsync();
        using var rig = new HonestyRig(2, static at => at == 1 ? ["Cache:FreshForMs=60000"] : []);
        await rig.RunAsync(redis.Endpoint, database => rig.PauseAsync(1, database.KillAsync));
        var verdict = rig.Judge();
        output.WriteLine("History: as a control, " + verdict.Line);
        Assert.NotEmpty(verdict.Stale);
    }

    private static async Task BreakAsync(RedisServer redis, HonestyRig rig)
    {
        await HonestyRig.CalmAsync(2);
        var old = await redis.SaveAsync();
        await rig.UntilWrittenAsync(150);
        rig.Gateways[0].Process.Kill();
        var refused = await rig.Gateways.RefusalsAsync(1, 2);
        await redis.StartFromAsync(old);
        // One that knows the feed and no record: whatever it is asked for, it finds in the old dump.
        await rig.Gateways.BeginAsync(0);
        await Wait.UntilAsync(async () => await rig.Gateways.RefusalsAsync(0, 1, 2) > refused + 20, "copies of the old dump to be refused");
        await rig.Gateways.UntilAnsweredFromRedisAsync("an old dump");

        await EvalAsync(redis, "redis.call('FLUSHALL')");
        await rig.Gateways.UntilAnsweredFromRedisAsync("the loss of all that was in it");

        redis.Process.Signal("STOP");
        await HonestyRig.CalmAsync(3);
        redis.Process.Signal("CONT");
        await rig.Gateways.UntilAnsweredFromRedisAsync("a time of silence");

        // Longer than the lease: when it wakes, nothing that it holds may allow.
        await rig.PauseAsync(1);
        await rig.Gateways.UntilAnsweredFromRedisAsync("a gateway's waking up");

        redis.Kill();
        await HonestyRig.CalmAsync(2);
        rig.Gateways[2].Process.Kill();
        await HonestyRig.CalmAsync(1);
        await redis.StartAgainAsync();
        await rig.Gateways.BeginAsync(2);
        await rig.Gateways.UntilAnsweredFromRedisAsync("its death, and a gateway's");
        await HonestyRig.CalmAsync(2);
    }

    private static async Task BreakAsync(RedisCluster cluster, HonestyRig rig)
    {
        var first = await PrimariesAsync(cluster);
        await HonestyRig.CalmAsync(3);
        await OnAllPrimariesAsync(cluster, Keep);
        await HonestyRig.CalmAsync(2);
        var killed = first[0];
        killed.Server.Kill();
        await UntilAnotherHasAsync(cluster, killed, first[1].Server);
        await HonestyRig.CalmAsync(2);
        // It comes back empty, as a replica of the one that was promoted.
        await killed.Server.StartAgainAsync();
        await cluster.UntilWholeAsync();
        await OnAllPrimariesAsync(cluster, PutBack);
        await rig.Gateways.UntilAnsweredFromRedisAsync("old copies, and a primary's death");

        var handedOver = first[1];
        await cluster.HandOverAsync(handedOver);
        await UntilAnotherHasAsync(cluster, handedOver, first[2].Server);
        await rig.Gateways.UntilAnsweredFromRedisAsync("a handover");

        // Longer than the node timeout: it wakes as a primary of before, with what it held then.
        var hung = first[2];
        hung.Server.Process.Signal("STOP");
        await UntilAnotherHasAsync(cluster, hung, handedOver.Server);
        await HonestyRig.CalmAsync(3);
        hung.Server.Process.Signal("CONT");
        await HonestyRig.CalmAsync(2);
        await cluster.UntilWholeAsync();
        await rig.Gateways.UntilAnsweredFromRedisAsync("the return of a primary of before");
        await OnAllPrimariesAsync(cluster, "redis.call('FLUSHALL')");
        // Two gateways that know nothing: what the one reads in the database, the other finds in the cluster.
        await rig.Gateways.BeginAnewAsync(1);
        await HonestyRig.CalmAsync(1);
        await rig.Gateways.BeginAnewAsync(2);
        await rig.Gateways.UntilAnsweredFromRedisAsync("the loss of all that was in the cluster");
    }

    private static async Task<RedisClusterNode[]> PrimariesAsync(RedisCluster cluster) => [.. (await cluster.NodesAsync()).Where(node => node.Slots.Count > 0)];

    private static Task UntilAnotherHasAsync(RedisCluster cluster, RedisClusterNode old, RedisServer seenBy) => Wait.UntilAsync(
        async () => await cluster.PrimaryOfAsync(old.Slots[0].First, seenBy) is { } now && now.Id != old.Id, "another node to have the slots of " + old.Server.Endpoint);

    private static async Task OnAllPrimariesAsync(RedisCluster cluster, string script)
    {
        foreach (var primary in await PrimariesAsync(cluster))
        {
            await EvalAsync(primary.Server, script);
        }
    }

    private static async Task EvalAsync(RedisServer server, string script)
    {
        var text = await server.CliAsync("EVAL", script, "0");
        Assert.True(text.Trim().Length == 0, text);
    }
}
