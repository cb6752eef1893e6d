using VerifyGateway.TestKit;

namespace VerifyGateway.Interop.Tests;

/// <summary>
/// The promise on real processes, while everything between is broken: no check that begins later than the bound after a freeze is allowed
/// from before it, by any of three gateways.
/// </summary>
public sealed class HonestyTests(ITestOutputHelper output) : IDisposable
{
    /// <summary>Keeps what Redis holds now, each copy in the slot of the original.</summary>
    private const string Keep = "for _, k in ipairs(redis.call('KEYS', 'vg2:*')) do redis.call('SET', 'old:{' .. k .. '}', redis.call('GET', k)) end";

    /// <summary>Puts back what was kept, when it is old.</summary>
    private const string PutBack = "for _, k in ipairs(redis.call('KEYS', 'old:*')) do redis.call('SET', string.sub(k, 6, -2), redis.call('GET', k)) end";

    private readonly HonestyRig _rig = new(output);

    /// <inheritdoc />
    public void Dispose() => _rig.Dispose();

    [Fact]
    public async Task Three_gateways_never_allow_from_before_a_freeze_past_the_bound_whatever_is_broken()
    {
        using var redis = await RedisServer.StartAsync();
        await _rig.RunAsync(redis.Endpoint, () => BreakAsync(redis));
    }

    [Fact]
    public async Task Three_gateways_on_a_cluster_never_allow_from_before_a_freeze_past_the_bound_through_failovers()
    {
        using var cluster = await RedisCluster.StartAsync();
        await _rig.RunAsync(cluster.Endpoints, () => BreakAsync(cluster));
    }

    private async Task BreakAsync(RedisServer redis)
    {
        await HonestyRig.CalmAsync(3);
        await EvalAsync(redis, Keep);
        await HonestyRig.CalmAsync(3);
        await EvalAsync(redis, PutBack);
        await HonestyRig.CalmAsync(1);
        await EvalAsync(redis, "redis.call('FLUSHALL')");
        await HonestyRig.CalmAsync(1);
        redis.Process.Signal("STOP");
        await HonestyRig.CalmAsync(3);
        redis.Process.Signal("CONT");
        // Longer than the lease: when it wakes, nothing that it holds may allow.
        _rig.Gateways[1]!.Process.Signal("STOP");
        await HonestyRig.CalmAsync(4);
        _rig.Gateways[1]!.Process.Signal("CONT");
        await HonestyRig.CalmAsync(1);
        redis.Kill();
        await HonestyRig.CalmAsync(2);
        _rig.Gateways[2]!.Process.Kill();
        await HonestyRig.CalmAsync(1);
        await redis.StartAgainAsync();
        await _rig.BeginAsync(2);
        await HonestyRig.CalmAsync(4);
    }

    private async Task BreakAsync(RedisCluster cluster)
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
        await HonestyRig.CalmAsync(2);

        var handedOver = first[1];
        await cluster.HandOverAsync(handedOver);
        await UntilAnotherHasAsync(cluster, handedOver, first[2].Server);
        await HonestyRig.CalmAsync(2);

        // Longer than the node timeout: it wakes as a primary of before, with what it held then.
        var hung = first[2];
        hung.Server.Process.Signal("STOP");
        await UntilAnotherHasAsync(cluster, hung, handedOver.Server);
        await HonestyRig.CalmAsync(3);
        hung.Server.Process.Signal("CONT");
        await HonestyRig.CalmAsync(2);
        await cluster.UntilWholeAsync();
        await OnAllPrimariesAsync(cluster, "redis.call('FLUSHALL')");
        // Two gateways that know nothing: what the one reads in the database, the other finds in the cluster.
        await BeginAnewAsync(1);
        await HonestyRig.CalmAsync(1);
        await BeginAnewAsync(2);
        var before = _rig.FromRedis();
        await Wait.UntilAsync(() => _rig.FromRedis() > before + 100, "answers from the cluster after its last failover");
    }

    private Task BeginAnewAsync(int at)
    {
        _rig.Gateways[at]!.Process.Kill();
        return _rig.BeginAsync(at);
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
