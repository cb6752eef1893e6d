using Microsoft.Extensions.Logging.Abstractions;
using StackExchange.Redis;
using VerifyGateway.Caching.Redis;
using VerifyGateway.Caching.Store;

namespace VerifyGateway.Caching.Tests.Support;

/// <summary>A real Redis, a tier on it with its metrics, and a plain connection beside it that looks at what the tier did.</summary>
internal sealed class RedisRig : IAsyncDisposable
{
    private readonly RedisServer? _server;
    private ConnectionMultiplexer? _side;

    private RedisRig(RedisServer? server, string endpoints, RedisOptions options)
    {
        _server = server;
        Options = options;
        Options.Endpoints = endpoints;
        Tier = new RedisTier(Options, Make.StoreId, Page.Metrics, TimeProvider.System, NullLogger<RedisTier>.Instance);
    }

    /// <summary>The one server; fails for a rig on servers of others.</summary>
    public RedisServer Server => _server ?? throw new InvalidOperationException("This rig has no server of its own.");

    public RedisOptions Options { get; }

    public RedisTier Tier { get; }

    public Page Page { get; } = new();

    public RedisKeys Names { get; } = new(Make.StoreId);

    /// <summary>A Redis and a tier that has answered once. The limit is long unless a test is about the limit: the machine is shared.</summary>
    public static async Task<RedisRig> StartAsync(RedisOptions? options = null, params string[] serverArguments)
    {
        var server = await RedisServer.StartAsync(serverArguments);
        var rig = new RedisRig(server, server.Endpoint, options ?? Patient());
        await rig.UntilInUseAsync();
        return rig;
    }

    /// <summary>A tier whose Redis is not running yet.</summary>
    public static async Task<RedisRig> StartWithoutRedisAsync(RedisOptions? options = null)
    {
        var server = await RedisServer.StartAsync();
        server.Kill();
        return new RedisRig(server, server.Endpoint, options ?? Patient());
    }

    /// <summary>A tier on servers that others start and end; it need not have answered yet.</summary>
    public static RedisRig On(string endpoints, RedisOptions? options = null) => new(null, endpoints, options ?? Patient());

    /// <summary>Options whose time limit never ends a call to a Redis that works.</summary>
    public static RedisOptions Patient() => new() { CallLimitMs = 1_000, CircuitOpenForMs = 500 };

    /// <summary>Options of production: limits of milliseconds.</summary>
    public static RedisOptions Hasty() => new() { CallLimitMs = 20, CircuitOpenForMs = 500 };

    /// <summary>Caches over this tier and a scripted store, on a clock moved by hand.</summary>
    public Caches MakeCaches(ScriptedStore store, ManualTime time)
    {
        var options = new CacheOptions { MemoryMiB = 16, WindowChanges = 1_000 };
        return new Caches(store, store, Tier, Tier.Signal, options, Page.Metrics, Page.Coherence, time, NullLoggerFactory.Instance, CachesParts.Usual(options, time));
    }

    public async Task<IDatabase> SideAsync()
    {
        _side ??= await ConnectionMultiplexer.ConnectAsync(Options.Endpoints + ",allowAdmin=true,abortConnect=false");
        return _side.GetDatabase();
    }

    public Task<bool> AnswersAsync() => AnswersAsync(Tier);

    /// <summary>True when a read of a key that nobody writes comes back as "nothing there" and not as "could not tell".</summary>
    public async Task<bool> AnswersAsync(RedisTier tier)
    {
        var before = await Page.RequestsAsync("redis", "terminal", "miss");
        await tier.ReadAsync([Make.Key(999_999_999)], CancellationToken.None);
        return await Page.RequestsAsync("redis", "terminal", "miss") > before;
    }

    public Task UntilInUseAsync() => Wait.UntilAsync(async () => await AnswersAsync() && await Page.CircuitAsync() == 0, "Redis to be in use");

    public async Task<RemotePair> ReadAsync(PairKey key) => (await Tier.ReadAsync([key], CancellationToken.None))[0];

    public void Offer(PairKey key, RecordPair pair)
    {
        Tier.Offer(key.Terminal, pair.Terminal);
        Tier.Offer(key.Merchant, pair.Merchant);
    }

    public async Task OfferAsync(PairKey key, RecordPair pair)
    {
        Offer(key, pair);
        await Wait.UntilAsync(async () => await ReadAsync(key) == new RemotePair(pair.Terminal, pair.Merchant), "the offered copies to appear");
    }

    /// <summary>Offers a copy of another key and waits for it: writes are in order, so all earlier offers have been decided then.</summary>
    public async Task DrainAsync(RedisTier? tier = null)
    {
        var key = Make.Key(Random.Shared.Next(500_000_000, 900_000_000));
        var pair = Make.Pair(key, 1, 1);
        (tier ?? Tier).Offer(key.Terminal, pair.Terminal);
        (tier ?? Tier).Offer(key.Merchant, pair.Merchant);
        var side = await SideAsync();
        await Wait.UntilAsync(async () => await side.KeyExistsAsync(Names.Of(key.Merchant)), "the queue to be written");
    }

    public async ValueTask DisposeAsync()
    {
        await Tier.DisposeAsync();
        if (_side is not null)
        {
            await _side.DisposeAsync();
        }

        _server?.Dispose();
    }
}
