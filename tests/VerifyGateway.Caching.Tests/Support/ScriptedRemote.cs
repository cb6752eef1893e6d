using System.Collections.Concurrent;
using VerifyGateway.Caching.Redis;
using VerifyGateway.Caching.Store;

namespace VerifyGateway.Caching.Tests.Support;

/// <summary>A remote tier that holds what a test puts there; offers are kept apart and only held when the test says so.</summary>
internal sealed class ScriptedRemote : IRemoteTier
{
    private readonly ConcurrentQueue<IReadOnlyList<PairKey>> _reads = new();
    private readonly ConcurrentQueue<(PairKey Key, RecordPair Pair)> _offers = new();

    public ConcurrentDictionary<PairKey, RemotePair> Held { get; } = new();

    /// <summary>When set, reads wait for it.</summary>
    public TaskCompletionSource? Gate { get; set; }

    public IReadOnlyList<IReadOnlyList<PairKey>> Reads => [.. _reads];

    public IReadOnlyList<(PairKey Key, RecordPair Pair)> Offers => [.. _offers];

    public void Put(PairKey key, RecordPair pair) => Held[key] = new RemotePair(pair.Terminal, pair.Merchant);

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

    public void Offer(in PairKey key, in RecordPair pair) => _offers.Enqueue((key, pair));
}
