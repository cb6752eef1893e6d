using System.Collections.Concurrent;
using VerifyGateway.Caching;
using VerifyGateway.Caching.Memory;
using VerifyGateway.Caching.Store;
using VerifyGateway.Server.Metrics;

namespace VerifyGateway.Server.Checks;

/// <summary>Tells streams of the changes that the feed brings to records that they have asked for. Safe from any thread.</summary>
public sealed class StreamChanges : IDisposable
{
    private readonly ConcurrentDictionary<SeenTerminals, bool> _streams = [];
    private readonly Caches _caches;

    /// <summary>Begins to listen to what the follower applies.</summary>
    public StreamChanges(Caches caches, StreamMetrics metrics)
    {
        (_caches, Metrics) = (caches, metrics);
        _caches.Follower.Changed += Tell;
    }

    /// <summary>Counts.</summary>
    internal StreamMetrics Metrics { get; }

    /// <summary>Which records concern which terminals of which streams.</summary>
    internal ChangeIndex Index { get; } = new();

    /// <inheritdoc />
    public void Dispose() => _caches.Follower.Changed -= Tell;

    internal void Add(SeenTerminals stream) => _streams.TryAdd(stream, true);

    internal void Remove(SeenTerminals stream) => _streams.TryRemove(stream, out _);

    private void Tell(FeedEntry? entry)
    {
        if (entry is null)
        {
            foreach (var (stream, _) in _streams)
            {
                stream.AllChanged();
            }
        }
        else if (entry.IsTerminal(out var terminal))
        {
            Tell(_caches.Reader.HashOf(terminal));
        }
        else if (entry.IsMerchant(out var merchant))
        {
            Tell(_caches.Reader.HashOf(merchant));
        }
    }

    private void Tell(in RecordHash record)
    {
        foreach (var seen in Index.Of(record) ?? [])
        {
            seen.Stream.Changed(seen);
        }
    }
}
