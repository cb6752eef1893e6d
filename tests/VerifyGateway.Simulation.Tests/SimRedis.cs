using VerifyGateway.Caching.Coherence;
using VerifyGateway.Caching.Redis;
using VerifyGateway.Caching.Store;
using VerifyGateway.Domain.Records;

namespace VerifyGateway.Simulation.Tests;

/// <summary>Redis: loses writes, evicts keys, falls back to an old dump; and its channel, which loses, delays, repeats and forges messages.</summary>
internal sealed class SimRedis(Scheduler scheduler, Random random, Guards guards, Action<string, string> violated)
{
    private readonly Dictionary<object, (long Revision, long Head, object? Record)> _held = [];
    private readonly List<Action<long>> _listeners = [];
    private readonly RedisWitness _witness = new(violated);
    private Dictionary<object, (long, long, object?)> _dump = [];

    public bool IsDown { get; set; }

    /// <summary>Keeps what is held, for a later fall-back.</summary>
    public void Dump() => _dump = new(_held);

    /// <summary>Goes back to the last dump: everything since is lost, as in a failover to a replica that lagged.</summary>
    public void FallBack()
    {
        _held.Clear();
        _witness.LostAll();
        foreach (var (key, value) in _dump)
        {
            _held[key] = value;
        }
    }

    /// <summary>Forgets everything.</summary>
    public void Flush()
    {
        _held.Clear();
        _witness.LostAll();
    }

    /// <summary>Evicts one key, as for lack of memory.</summary>
    public void Evict(object key)
    {
        _held.Remove(key);
        _witness.Lost(key);
    }

    public Port For(Node node) => new(this, node);

    private double Pause() => random.Next(60) == 0 ? random.NextDouble() * 5_000 : random.NextDouble() * 6;

    private RecordCopy<T>? Get<T>(object key)
        where T : struct
    {
        if (!_held.TryGetValue(key, out var held))
        {
            _witness.Read(key, null);
            return null;
        }

        _witness.Read(key, (held.Revision, held.Head));
        return new RecordCopy<T>((T?)held.Record, held.Revision, held.Head);
    }

    private void Set(object key, long revision, long head, object? record)
    {
        // :: R1
        var isOlder = _held.TryGetValue(key, out var held) && (revision < held.Revision || (revision == held.Revision && head <= held.Head));
        if (!guards.CompareAndSet || !isOlder)
        {
            _held[key] = (revision, head, record);
        }

        _witness.Offered(key, revision, head);
    }

    internal sealed class Port : IRemoteTier, IRevisionSignal
    {
        private readonly SimRedis _redis;
        private readonly Node _node;

        public Port(SimRedis redis, Node node)
        {
            (_redis, _node) = (redis, node);
            redis._listeners.Add(revision => redis.Scheduler.Post(node, () => Heard?.Invoke(revision)));
        }

        public event Action<long>? Heard;

        public async ValueTask<IReadOnlyList<RemotePair>> ReadAsync(IReadOnlyList<PairKey> keys, CancellationToken cancel)
        {
            await _redis.Scheduler.Delay(_node, _redis.Pause()).WaitAsync(cancel);
            var pairs = _redis.IsDown
                ? new RemotePair[keys.Count]
                : [.. keys.Select(key => new RemotePair(_redis.Get<TerminalRecord>(key.Terminal), _redis.Get<MerchantRecord>(key.Merchant)))];
            await _redis.Scheduler.Delay(_node, _redis.Pause()).WaitAsync(cancel);
            return pairs;
        }

        public void Offer(in TerminalKey key, in RecordCopy<TerminalRecord> copy) => Send(key, copy.Revision, copy.Head, copy.Record);

        public void Offer(in MerchantKey key, in RecordCopy<MerchantRecord> copy) => Send(key, copy.Revision, copy.Head, copy.Record);

        public void Offer(FeedEntry entry)
        {
            if (RecordCodec.TryUnpack(entry.Packed.Span, out TerminalRecord terminal))
            {
                Send(terminal.Key, entry.Revision, entry.Revision, terminal);
            }
            else if (RecordCodec.TryUnpack(entry.Packed.Span, out MerchantRecord merchant))
            {
                Send(merchant.Key, entry.Revision, entry.Revision, merchant);
            }
        }

        public void Tell(long revision)
        {
            foreach (var listener in _redis._listeners)
            {
                // Lost, once or twice, or with a number that somebody has made up.
                for (var times = _redis.Random.Next(3); times > 0; times--)
                {
                    var said = _redis.Random.Next(20) == 0 ? revision + _redis.Random.Next(1_000_000) : revision;
                    _redis.Scheduler.After(null, TimeSpan.FromMilliseconds(_redis.Random.NextDouble() * 30), () => listener(said));
                }
            }
        }

        private void Send(object key, long revision, long head, object? record)
        {
            if (_redis.Random.Next(10) != 0)
            {
                // On its way it is nobody's: a crash of the sender does not call it back.
                _redis.Scheduler.After(null, TimeSpan.FromMilliseconds(_redis.Pause()), () =>
                {
                    if (!_redis.IsDown)
                    {
                        _redis.Set(key, revision, head, record);
                    }
                });
            }
        }
    }

    private Scheduler Scheduler => scheduler;

    private Random Random => random;
}
