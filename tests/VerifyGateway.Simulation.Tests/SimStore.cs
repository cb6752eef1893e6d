using VerifyGateway.Caching.Store;
using VerifyGateway.Domain.Records;

namespace VerifyGateway.Simulation.Tests;

/// <summary>One committed change, with the truth about when.</summary>
internal sealed record Change(long Revision, double AtMs, TerminalRecord? Terminal, MerchantRecord? Merchant)
{
    public object Key => Terminal is { } terminal ? terminal.Key : Merchant!.Value.Key;
}

/// <summary>
/// The database: a primary that commits, replicas that lag behind by any stretch, and reads that take their time before and after their
/// snapshot. Loads may be answered by a replica, the feed only by the primary.
/// </summary>
internal sealed class SimStore(Scheduler scheduler, Random random, Guards guards)
{
    private readonly List<Change> _changes = [];
    private readonly Dictionary<object, List<Change>> _byKey = [];
    private readonly List<Action<long>> _listeners = [];

    public long Head => _changes.Count;

    /// <summary>While true, every call fails after a while.</summary>
    public bool IsDown { get; set; }

    /// <summary>The oldest revision after which entries are still kept.</summary>
    public long Floor { get; set; }

    public Change Get(long revision) => _changes[(int)revision - 1];

    /// <summary>All changes of a key, oldest first.</summary>
    public IReadOnlyList<Change> HistoryOf(object key) => _byKey.TryGetValue(key, out var list) ? list : [];

    public void Commit(TerminalRecord? terminal, MerchantRecord? merchant)
    {
        var change = new Change(Head + 1, scheduler.NowMs, terminal, merchant);
        _changes.Add(change);
        if (!_byKey.TryGetValue(change.Key, out var list))
        {
            _byKey[change.Key] = list = [];
        }

        list.Add(change);
        foreach (var listener in _listeners)
        {
            // A notification may be lost, and comes late.
            if (random.Next(4) != 0)
            {
                scheduler.After(null, TimeSpan.FromMilliseconds(random.NextDouble() * 20), () => listener(change.Revision));
            }
        }
    }

    /// <summary>What one node sees of it.</summary>
    public Port For(Node node) => new(this, node);

    /// <summary>The newest change of a key up to a head.</summary>
    private Change? NewestUpTo(object key, long head) => HistoryOf(key).LastOrDefault(change => change.Revision <= head);

    /// <summary>Mostly quick, sometimes very slow.</summary>
    private double Pause() => random.Next(40) == 0 ? random.NextDouble() * 4_000 : random.NextDouble() * 15;

    internal sealed class Port : IRecordStore, IChangeFeed
    {
        private readonly SimStore _store;
        private readonly Node _node;
        private long _signalled;
        private TaskCompletionSource _signal = new();

        public Port(SimStore store, Node node)
        {
            (_store, _node) = (store, node);
            store._listeners.Add(revision => store.Scheduler.Post(node, () =>
            {
                _signalled = Math.Max(_signalled, revision);
                var old = _signal;
                _signal = new TaskCompletionSource();
                old.TrySetResult();
            }));
        }

        public string StoreId => "00000000000000000000000000000000";

        public async ValueTask<IReadOnlyList<RecordPair>> ReadPairsAsync(IReadOnlyList<PairKey> keys, CancellationToken cancel)
        {
            await TripAsync(cancel);
            // A replica lags behind by some of what was committed; half of the reads are of the primary.
            var head = _store.Random.Next(2) == 0 ? _store.Head : Math.Max(0, _store.Head - _store.Random.Next(6));
            var pairs = keys.Select(key => (Terminal: _store.NewestUpTo(key.Terminal, head), Merchant: _store.NewestUpTo(key.Merchant, head))).ToArray();
            await TripAsync(cancel);
            var stamp = _store.Guards.SnapshotStamps ? head : _store.Head;
            return
            [
                .. pairs.Select(pair => new RecordPair(
                    new RecordCopy<TerminalRecord>(pair.Terminal?.Terminal, pair.Terminal?.Revision ?? 0, stamp),
                    new RecordCopy<MerchantRecord>(pair.Merchant?.Merchant, pair.Merchant?.Revision ?? 0, stamp))),
            ];
        }

        public async ValueTask<FeedPage> ReadFeedAsync(long afterRevision, int limit, CancellationToken cancel = default)
        {
            await TripAsync(cancel);
            var head = _store.Head;
            if (afterRevision < _store.Floor)
            {
                var gone = OutOfRetentionException.Gone("gone", _store.Floor);
                await TripAsync(cancel);
                throw gone;
            }

            // Small pages, so that a follower is often in the middle.
            var entries = Enumerable.Range(0, (int)Math.Min(Math.Min(limit, 3), head - afterRevision)).Select(i => EntryOf(_store.Get(afterRevision + 1 + i))).ToList();
            await TripAsync(cancel);
            return new FeedPage(entries, head);
        }

        public async ValueTask<long> ReadHeadAsync(CancellationToken cancel = default)
        {
            await TripAsync(cancel);
            var head = _store.Head;
            await TripAsync(cancel);
            return head;
        }

        public async ValueTask<bool> WaitForFeedAsync(long afterRevision, TimeSpan atMost, CancellationToken cancel = default)
        {
            if (_signalled > afterRevision)
            {
                return true;
            }

            try
            {
                await _signal.Task.WaitAsync(atMost, _node.Time, cancel);
                return true;
            }
            catch (TimeoutException)
            {
                return false;
            }
        }

        private static FeedEntry EntryOf(Change change) => change.Terminal is { } terminal
            ? new FeedEntry(change.Revision, 1, FeedEntity.Terminal, terminal.Key.Acquirer, terminal.Key.Sn.ToString(), RecordCodec.Pack(terminal))
            : new FeedEntry(change.Revision, 1, FeedEntity.Merchant, change.Merchant!.Value.Key.Acquirer, change.Merchant.Value.Key.No.ToString(), RecordCodec.Pack(change.Merchant.Value));

        private async Task TripAsync(CancellationToken cancel)
        {
            await _store.Scheduler.Delay(_node, _store.Pause()).WaitAsync(cancel);
            if (_store.IsDown)
            {
                throw new StoreUnavailableException("down");
            }
        }
    }

    private Scheduler Scheduler => scheduler;

    private Random Random => random;

    private Guards Guards => guards;
}
