using Prometheus;
using VerifyGateway.Caching.Coherence;

namespace VerifyGateway.Caching;

/// <summary>
/// Counts of the caches. Every label value comes from a closed set and every series exists from the start, so that a rate never
/// begins from "absent". Safe from any thread; updates allocate nothing.
/// </summary>
public sealed class CacheMetrics
{
    /// <summary>Buckets of calls to a dependency, seconds.</summary>
    internal static readonly double[] DependencyBuckets = [.0002, .0005, .001, .002, .005, .01, .02, .05, .1, .25, .5, 1, 2.5];

    private static readonly string[] ErrorReasons = ["timeout", "connect", "readonly", "oom", "clusterdown", "loading", "misconf", "corrupt", "other"];

    private readonly Dictionary<string, Counter.Child> _redisErrors;
    private readonly Dictionary<string, Counter.Child> _databaseErrors;
    private readonly Counter.Child?[] _refusals;
    private readonly Gauge.Child _redisCircuit;
    private readonly Gauge _nodeCircuits;
    private readonly Gauge.Child _redisUp;
    private readonly Gauge.Child _databaseUp;
    private readonly Gauge _storeLoads;
    private readonly Gauge _mostStoreLoads;
    private int _loadsUnderWay;

    /// <summary>Registers the metrics.</summary>
    public CacheMetrics(IMetricFactory factory)
    {
        var requests = factory.CreateCounter("verifygateway_cache_requests_total", "Look-ups by tier, kind of record and outcome.", ["tier", "entity", "outcome"]);
        Memory = new TierCounts(requests, "memory");
        Redis = new TierCounts(requests, "redis");

        var entries = factory.CreateGauge("verifygateway_cache_entries", "Copies held in memory.", ["tier", "entity"]);
        TerminalEntries = entries.WithLabels("memory", "terminal");
        MerchantEntries = entries.WithLabels("memory", "merchant");
        var evictions = factory.CreateCounter("verifygateway_cache_evictions_total", "Copies removed to make room.", ["tier", "entity", "reason"]);
        TerminalEvictions = evictions.WithLabels("memory", "terminal", "full");
        MerchantEvictions = evictions.WithLabels("memory", "merchant", "full");

        var bytes = factory.CreateGauge("verifygateway_cache_bytes", "Memory that held copies take, bytes.", ["tier", "entity"]);
        TerminalBytes = bytes.WithLabels("memory", "terminal");
        MerchantBytes = bytes.WithLabels("memory", "merchant");
        var refusals = factory.CreateCounter("verifygateway_admission_refusals_total", "Copies that were not admitted into memory, by cause.", ["cause"]);
        _refusals =
        [
            null, refusals.WithLabels("below_window"), refusals.WithLabels("newer_known"), refusals.WithLabels("from_beyond"), refusals.WithLabels("forgotten"),
        ];

        var flights = factory.CreateCounter("verifygateway_singleflight_total", "Loads from the system of record: led, or shared with a load under way.", ["role"]);
        Leaders = flights.WithLabels("leader");
        Followers = flights.WithLabels("follower");

        _storeLoads = factory.CreateGauge("verifygateway_store_loads", "Loads of checks from the system of record that are under way.");
        _mostStoreLoads = factory.CreateGauge("verifygateway_store_loads_most", "The most loads from the system of record that were under way at one time since the start; Cache:MaxConcurrentLoads bounds them.");

        var calls = factory.CreateHistogram("verifygateway_dependency_call_seconds", "Time of calls to a dependency.",
            ["dependency", "operation"], new HistogramConfiguration { Buckets = DependencyBuckets });
        RedisRead = calls.WithLabels("redis", "read");
        RedisWrite = calls.WithLabels("redis", "write");
        DatabaseRead = calls.WithLabels("db", "read");

        var errors = factory.CreateCounter("verifygateway_dependency_errors_total", "Calls to a dependency that failed.", ["dependency", "reason"]);
        _redisErrors = ErrorReasons.ToDictionary(reason => reason, reason => errors.WithLabels("redis", reason));
        _databaseErrors = ErrorReasons.ToDictionary(reason => reason, reason => errors.WithLabels("db", reason));
        RedisWritesDropped = factory.CreateCounter("verifygateway_redis_writes_dropped_total", "Copies that were not written to Redis because the queue was full or the circuit open.");

        _redisCircuit = factory.CreateGauge("verifygateway_circuit_state", "0 closed, 1 half-open, 2 open.", ["dependency"]).WithLabels("redis");
        _nodeCircuits = factory.CreateGauge(
            "verifygateway_redis_node_circuits_open", "Nodes of a Redis Cluster whose own circuit is open or tries again, of those that were asked in the last minute.");
        var up = factory.CreateGauge("verifygateway_dependency_up", "1 when the last call to the dependency was answered.", ["dependency"]);
        _redisUp = up.WithLabels("redis");
        _databaseUp = up.WithLabels("db");
        _databaseUp.Set(1);
    }

    /// <summary>A copy was not admitted.</summary>
    internal void Refused(Admission admission) => _refusals[(int)admission]!.Inc();

    internal TierCounts Memory { get; }

    internal TierCounts Redis { get; }

    internal Gauge.Child TerminalEntries { get; }

    internal Gauge.Child MerchantEntries { get; }

    internal Gauge.Child TerminalBytes { get; }

    internal Gauge.Child MerchantBytes { get; }

    internal Counter.Child TerminalEvictions { get; }

    internal Counter.Child MerchantEvictions { get; }

    internal Counter.Child Leaders { get; }

    internal Counter.Child Followers { get; }

    internal Histogram.Child RedisRead { get; }

    internal Histogram.Child RedisWrite { get; }

    internal Histogram.Child DatabaseRead { get; }

    internal Counter RedisWritesDropped { get; }

    internal void RedisAnswered() => _redisUp.Set(1);

    internal void RedisFailed(string reason)
    {
        _redisUp.Set(0);
        _redisErrors[reason].Inc();
    }

    /// <summary>Some commands of a call failed; Redis did answer others.</summary>
    internal void RedisFailedPartly(string reason) => _redisErrors[reason].Inc();

    /// <summary>A value that is no copy: counted as an error, but Redis did answer.</summary>
    internal void RedisHeldGarbage() => _redisErrors["corrupt"].Inc();

    internal void DatabaseAnswered() => _databaseUp.Set(1);

    /// <summary>The database has answered, with a record that is damaged.</summary>
    internal void DatabaseHeldGarbage() => _databaseErrors["corrupt"].Inc();

    internal void DatabaseFailed(string reason)
    {
        _databaseUp.Set(0);
        _databaseErrors[reason].Inc();
    }

    internal void LoadBegan()
    {
        _storeLoads.Inc();
        _mostStoreLoads.IncTo(Interlocked.Increment(ref _loadsUnderWay));
    }

    internal void LoadEnded()
    {
        Interlocked.Decrement(ref _loadsUnderWay);
        _storeLoads.Dec();
    }

    internal void NodeCircuitsOpen(int count) => _nodeCircuits.Set(count);

    internal void CircuitIs(int state) => _redisCircuit.Set(state);

    /// <summary>The look-ups of one tier.</summary>
    internal sealed class TierCounts(Counter requests, string tier)
    {
        public EntityCounts Terminal { get; } = new(requests, tier, "terminal");

        public EntityCounts Merchant { get; } = new(requests, tier, "merchant");
    }

    /// <summary>The look-ups of one kind of record in one tier.</summary>
    internal sealed class EntityCounts(Counter requests, string tier, string entity)
    {
        public Counter.Child Hit { get; } = requests.WithLabels(tier, entity, "hit");

        public Counter.Child NegativeHit { get; } = requests.WithLabels(tier, entity, "negative_hit");

        public Counter.Child Miss { get; } = requests.WithLabels(tier, entity, "miss");

        public Counter.Child Stale { get; } = requests.WithLabels(tier, entity, "stale");

        public Counter.Child Error { get; } = requests.WithLabels(tier, entity, "error");
    }
}
