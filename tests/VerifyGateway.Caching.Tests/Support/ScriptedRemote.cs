using System.Collections.Concurrent;
using VerifyGateway.Caching.Coherence;
using VerifyGateway.Caching.Redis;
using VerifyGateway.Caching.Store;
using VerifyGateway.Domain.Records;

namespace VerifyGateway.Caching.Tests.Support;

/// <summary>A remote tier that holds what a test puts there, and a channel on which a test speaks; offers are kept apart.</summary>
internal sealed class ScriptedRemote : IRemoteTier, IRevisionSignal
{
    private readonly ConcurrentQueue<IReadOnlyList<PairKey>> _reads = new();
    private readonly ConcurrentQueue<object> _offers = new();
    private readonly ConcurrentQueue<long> _told = new();

    public event Action<long>? Heard;

    public ConcurrentDictionary<PairKey, RemotePair> Held { get; } = new();

    /// <summary>When set, reads wait for it.</summary>
    public TaskCompletionSource? Gate { get; set; }

    public IReadOnlyList<IReadOnlyList<PairKey>> Reads => [.. _reads];

    public int ReadCount => _reads.Count;

    /// <summary>Copies and entries of the feed, in the order in which they were offered.</summary>
    public IReadOnlyList<object> Offers => [.. _offers];

    public IReadOnlyList<long> Told => [.. _told];

    public void Put(PairKey key, RecordPair pair) => Held[key] = new RemotePair(pair.Terminal, pair.Merchant);

    public void Say(long revision) => Heard?.Invoke(revision);

    public async ValueTask<IReadOnlyList<RemotePair>> ReadAsync(IReadOnlyList<PairKey> keys, CancellationToken cancel)
    {
        _reads.Enqueue([.. keys]);
        var found = keys.Select(key => Held.GetValueOrDefault(key)).ToArray();
        if (Gate is { } gate)
        {
            await gate.Task.WaitAsync(cancel);
        }

        return found;
    }

    public void Offer(in TerminalKey key, in RecordCopy<TerminalRecord> copy) => _offers.Enqueue(copy);

    public void Offer(in MerchantKey key, in RecordCopy<MerchantRecord> copy) => _offers.Enqueue(copy);

    public void Offer(FeedEntry entry) => _offers.Enqueue(entry);

    public void Tell(long revision) => _told.Enqueue(revision);
}
