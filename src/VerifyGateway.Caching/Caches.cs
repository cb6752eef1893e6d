using Microsoft.Extensions.Logging;
using VerifyGateway.Caching.Coherence;
using VerifyGateway.Caching.Loading;
using VerifyGateway.Caching.Memory;
using VerifyGateway.Caching.Redis;
using VerifyGateway.Caching.Store;

namespace VerifyGateway.Caching;

/// <summary>The copies of one process and what keeps them honest, put together. Nothing is answered from copies before the follower has started.</summary>
public sealed class Caches : IAsyncDisposable
{
    private readonly FleetMemory _memory;
    private readonly CacheMetrics _metrics;
    private readonly CoherenceMetrics _coherence;
    private readonly StoreLoads _loads;
    private readonly Lease _lease;
    private readonly TimeProvider _time;

    /// <summary>Puts the parts together.</summary>
    /// <param name="records">The system of record.</param>
    /// <param name="feed">Its change feed.</param>
    /// <param name="remote">Copies shared with other gateways.</param>
    /// <param name="signal">Messages between gateways.</param>
    /// <param name="options">Settings.</param>
    /// <param name="metrics">Counts of the tiers.</param>
    /// <param name="coherence">Counts of feed and lease.</param>
    /// <param name="time">The clocks.</param>
    /// <param name="logs">Makes the logs.</param>
    public Caches(
        IRecordStore records, IChangeFeed feed, IRemoteTier remote, IRevisionSignal signal, CacheOptions options, CacheMetrics metrics, CoherenceMetrics coherence,
        TimeProvider time, ILoggerFactory logs)
        : this(records, feed, remote, signal, options, metrics, coherence, time, logs, CachesParts.Usual(options, time))
    {
    }

    internal Caches(
        IRecordStore records, IChangeFeed feed, IRemoteTier remote, IRevisionSignal signal, CacheOptions options, CacheMetrics metrics, CoherenceMetrics coherence,
        TimeProvider time, ILoggerFactory logs, CachesParts parts)
    {
        (_metrics, _coherence, _time, _lease) = (metrics, coherence, time, parts.Lease);
        _memory = new FleetMemory(
            parts.Hasher, options.MemoryMiB * 1_048_576L, removed => metrics.TerminalEvictions.Inc(removed), removed => metrics.MerchantEvictions.Inc(removed));
        var keeper = new CopyKeeper(_memory, options.WindowChanges, parts.ChecksAdmission);
        _loads = new StoreLoads(records, () => keeper.Epoch, options, metrics, time, parts.Scheduler);
        var heads = new FreshHeads(feed, _lease, TimeSpan.FromMilliseconds(options.LoadLimitMs), time) { Asks = parts.AsksForHeads };
        Reader = new RecordReader(keeper, _lease, remote, _loads, heads, options, metrics);
        Follower = new FeedFollower(feed, keeper, _lease, remote, signal, options, coherence, time, logs.CreateLogger<FeedFollower>(), parts.Scheduler);
    }

    /// <summary>Finds the records of checks.</summary>
    public RecordReader Reader { get; }

    /// <summary>Follows the change feed.</summary>
    public FeedFollower Follower { get; }

    /// <summary>The copies in memory; for simulations, which evict some.</summary>
    internal FleetMemory Memory => _memory;

    /// <summary>Brings gauges up to date; called before the metrics are read.</summary>
    public void PublishCounts()
    {
        _metrics.TerminalEntries.Set(_memory.TerminalCount);
        _metrics.MerchantEntries.Set(_memory.MerchantCount);
        _metrics.TerminalBytes.Set(_memory.TerminalBytes);
        _metrics.MerchantBytes.Set(_memory.MerchantBytes);
        _coherence.Publish(_lease.Look(), _time.GetUtcNow().ToUnixTimeMilliseconds());
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await Follower.DisposeAsync();
        _loads.Dispose();
        _memory.Dispose();
    }
}

/// <summary>What a simulation puts in place of the usual parts; each guard can be left out, to show what it is for.</summary>
internal sealed record CachesParts(Lease Lease, RecordHasher Hasher, bool ChecksAdmission, TaskScheduler? Scheduler)
{
    /// <summary>Without a lease, the head is read before the copies (C5).</summary>
    public bool AsksForHeads { get; init; } = true;

    /// <summary>The parts of a gateway.</summary>
    public static CachesParts Usual(CacheOptions options, TimeProvider time) => new(new Lease(options.FreshForMs, time), RecordHasher.Random(), ChecksAdmission: true, null);
}
