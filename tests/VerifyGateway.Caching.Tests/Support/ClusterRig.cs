using Microsoft.Extensions.Logging.Abstractions;
using StackExchange.Redis;
using VerifyGateway.Caching.Redis;
using VerifyGateway.Caching.Store;
using VerifyGateway.Domain.Records;

namespace VerifyGateway.Caching.Tests.Support;

/// <summary>A real Redis Cluster, a tier on it, and records that are found on a node of one's choice.</summary>
internal sealed class ClusterRig : IAsyncDisposable
{
    private readonly IConnectionMultiplexer _side;

    private ClusterRig(RedisCluster cluster, RedisRig redis, IConnectionMultiplexer side)
    {
        Cluster = cluster;
        Redis = redis;
        _side = side;
    }

    public RedisCluster Cluster { get; }

    public RedisRig Redis { get; }

    public static async Task<ClusterRig> StartAsync(RedisOptions? options = null, int nodeTimeoutMs = 1_000, params string[] nodeArguments)
    {
        var cluster = await RedisCluster.StartAsync(nodeTimeoutMs, nodeArguments);
        var redis = RedisRig.On(cluster.Endpoints, options);
        var rig = new ClusterRig(cluster, redis, (await redis.SideAsync()).Multiplexer);
        await redis.UntilInUseAsync();
        return rig;
    }

    /// <summary>Another gateway's tier on the cluster, with the same settings and counts.</summary>
    public async Task<RedisTier> AnotherTierAsync()
    {
        var tier = new RedisTier(Redis.Options, Make.StoreId, Redis.Page.Metrics, TimeProvider.System, NullLogger<RedisTier>.Instance);
        await Wait.UntilAsync(() => Redis.AnswersAsync(tier), "another tier to be connected");
        return tier;
    }

    public async Task<RedisClusterNode[]> PrimariesAsync() => [.. (await Cluster.NodesAsync()).Where(node => node.Slots.Count > 0)];

    public int SlotOf(in TerminalKey key) => _side.GetHashSlot(Redis.Names.Of(key));

    public int SlotOf(in MerchantKey key) => _side.GetHashSlot(Redis.Names.Of(key));

    /// <summary>Pairs whose terminal record is on the one node and whose merchant record on the other.</summary>
    public IEnumerable<PairKey> Pairs(RedisClusterNode terminalOn, RedisClusterNode merchantOn)
    {
        var merchants = Enumerable.Range(1, 100_000).Select(Make.MerchantKey).Where(key => merchantOn.Has(SlotOf(key)));
        return Enumerable.Range(1, 100_000).Select(Make.TerminalKey).Where(key => terminalOn.Has(SlotOf(key))).Zip(merchants, static (terminal, merchant) => new PairKey(terminal, merchant));
    }

    /// <summary>Offers until it is read back: during a failover a copy may be lost.</summary>
    public Task UntilWrittenAsync(PairKey key, RecordPair pair) => Wait.UntilAsync(async () =>
    {
        Redis.Offer(key, pair);
        return await Redis.ReadAsync(key) == new RemotePair(pair.Terminal, pair.Merchant);
    }, "the copies to be written");

    public async ValueTask DisposeAsync()
    {
        await Redis.DisposeAsync();
        Cluster.Dispose();
    }
}

/// <summary>One cluster for the tests that leave it as well as it was.</summary>
public sealed class SharedCluster : IAsyncLifetime
{
    internal ClusterRig Rig { get; private set; } = null!;

    /// <inheritdoc />
    public async ValueTask InitializeAsync() => Rig = await ClusterRig.StartAsync();

    /// <inheritdoc />
    public ValueTask DisposeAsync() => Rig?.DisposeAsync() ?? ValueTask.CompletedTask;
}
