using System.Collections.Concurrent;
using System.Collections.Immutable;
using VerifyGateway.Caching;
using VerifyGateway.Caching.Store;
using VerifyGateway.Domain.Records;
using VerifyGateway.Server.Metrics;

namespace VerifyGateway.Server.Checks;

/// <summary>Which streams have asked for which records, so that a change that the feed brings finds them. Safe from any thread.</summary>
public sealed class StreamChanges : IDisposable
{
    private readonly ConcurrentDictionary<TerminalKey, ImmutableArray<SeenTerminals>> _ofTerminal = [];
    private readonly ConcurrentDictionary<MerchantKey, ImmutableArray<SeenTerminals>> _ofMerchant = [];
    private readonly ConcurrentDictionary<SeenTerminals, bool> _all = [];
    private readonly Caches _caches;

    /// <summary>Begins to listen to what the follower applies.</summary>
    public StreamChanges(Caches caches, StreamMetrics metrics)
    {
        (_caches, Metrics) = (caches, metrics);
        _caches.Follower.Changed += Tell;
    }

    /// <summary>Counts.</summary>
    internal StreamMetrics Metrics { get; }

    /// <inheritdoc />
    public void Dispose() => _caches.Follower.Changed -= Tell;

    internal void Add(SeenTerminals stream) => _all.TryAdd(stream, true);

    internal void Remove(SeenTerminals stream) => _all.TryRemove(stream, out _);

    internal void Add(in TerminalKey key, SeenTerminals stream) => Add(_ofTerminal, key, stream);

    internal void Add(in MerchantKey key, SeenTerminals stream) => Add(_ofMerchant, key, stream);

    internal void Remove(in TerminalKey key, SeenTerminals stream) => Remove(_ofTerminal, key, stream);

    internal void Remove(in MerchantKey key, SeenTerminals stream) => Remove(_ofMerchant, key, stream);

    private static void Add<TKey>(ConcurrentDictionary<TKey, ImmutableArray<SeenTerminals>> streams, TKey key, SeenTerminals stream)
        where TKey : notnull =>
        streams.AddOrUpdate(key, static (_, one) => [one], static (_, them, one) => them.Add(one), stream);

    private static void Remove<TKey>(ConcurrentDictionary<TKey, ImmutableArray<SeenTerminals>> streams, TKey key, SeenTerminals stream)
        where TKey : notnull
    {
        while (streams.TryGetValue(key, out var them))
        {
            var left = them.Remove(stream);
            if (left.IsEmpty ? streams.TryRemove(KeyValuePair.Create(key, them)) : streams.TryUpdate(key, left, them))
            {
                return;
            }
        }
    }

    private void Tell(FeedEntry? entry)
    {
        if (entry is null)
        {
            foreach (var (stream, _) in _all)
            {
                stream.AllChanged();
            }
        }
        else if (entry.IsTerminal(out var terminal) && _ofTerminal.TryGetValue(terminal, out var ofTerminal))
        {
            foreach (var stream in ofTerminal)
            {
                stream.Changed(terminal);
            }
        }
        else if (entry.IsMerchant(out var merchant) && _ofMerchant.TryGetValue(merchant, out var ofMerchant))
        {
            foreach (var stream in ofMerchant)
            {
                stream.Changed(merchant);
            }
        }
    }
}
