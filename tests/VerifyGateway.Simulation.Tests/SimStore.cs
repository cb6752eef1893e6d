using VerifyGateway.Caching.Store;
using VerifyGateway.Domain.Identifiers;
using VerifyGateway.Domain.Records;

namespace VerifyGateway.Simulation.Tests;

/// <summary>One committed change, with the truth about when.</summary>
internal sealed record Change(long Revision, double AtMs, TerminalRecord? Terminal, MerchantRecord? Merchant)
{
    /// <summary>False while other changes of the same write follow.</summary>
    public bool EndsWrite { get; init; } = true;

    /// <summary>The merchant that the terminal has left by this change; null otherwise.</summary>
    public MerchantNo? Left { get; init; }

    public object Key => Terminal is { } terminal ? terminal.Key : Merchant!.Value.Key;
}

/// <summary>
/// The database: a primary that commits, replicas that lag behind by any stretch, and reads that take their time before and after their
/// snapshot. Loads may be answered by a replica, the feed only by the primary.
/// </summary>
internal sealed class SimStore(Scheduler scheduler, Random random, Guards guards, double mostLagMs)
{
    private readonly List<Change> _changes = [];
    private readonly Dictionary<object, List<Change>> _byKey = [];
    private readonly List<Action<long>> _listeners = [];

    public long Head => _changes.Count;

    /// <summary>While true, every call fails after a while.</summary>
    public bool IsDown { get; set; }

    /// <summary>While true, reads of the feed fail after a while, and only they.</summary>
    public bool IsFeedDown { get; set; }

    /// <summary>While true, no call is slow, and no replica lags behind.</summary>
    public bool IsCalm { get; set; }

    /// <summary>The oldest revision after which entries are still kept.</summary>
    public long Floor { get; set; }

    public Change Get(long revision) => _changes[(int)revision - 1];

    /// <summary>All changes of a key, oldest first.</summary>
    public IReadOnlyList<Change> HistoryOf(object key) => _byKey.TryGetValue(key, out var list) ? list : [];

    /// <summary>The keys of everything there ever was, in the order of their first changes.</summary>
    public IEnumerable<object> Keys => _byKey.Keys;

    /// <summary>The head as it was at an instant.</summary>
    public long HeadAt(double ms)
    {
        var head = Head;
        while (head > 0 && Get(head).AtMs > ms)
        {
            head--;
        }

        return head;
    }

    /// <summary>The newest change of a key up to a head.</summary>
    public Change? NewestUpTo(object key, long head) => HistoryOf(key).LastOrDefault(change => change.Revision <= head);

    public void Commit(TerminalRecord? terminal, MerchantRecord? merchant, bool endsWrite = true)
    {
        var before = terminal is { } written ? NewestUpTo(written.Key, Head)?.Terminal?.MerchantNo : null;
        var change = new Change(Head + 1, scheduler.NowMs, terminal, merchant) { EndsWrite = endsWrite, Left = before == terminal?.MerchantNo ? null : before };
        _changes.Add(change);
        if (!_byKey.TryGetValue(change.Key, out var list))
        {
            _byKey[change.Key] = list = [];
        }

        list.Add(change);
    }

    /// <summary>Wakes those who wait for the feed. A notification may be lost, and comes late.</summary>
    public void Signal(long revision)
    {
        foreach (var listener in _listeners)
        {
            if (random.Next(4) != 0)
            {
                scheduler.After(null, TimeSpan.FromMilliseconds(random.NextDouble() * 20), () => listener(revision));
            }
        }
    }

    /// <summary>What one node sees of it.</summary>
    public Port For(Node node) => new(this, node);

    /// <summary>A stretch of the feed, as a server that has come up to a head gives it. In small pages, so that a follower is often in the middle.</summary>
    public FeedPage FeedAfter(long afterRevision, int limit, long head)
    {
        if (afterRevision < Floor && guards.FloorRefuses)
        {
            throw OutOfRetentionException.Gone("gone", Floor);
        }

        if (afterRevision > head)
        {
            throw OutOfRetentionException.Future("not there yet", head);
        }

        var from = Math.Max(afterRevision, Floor);
        return new FeedPage([.. Enumerable.Range(0, (int)Math.Clamp(head - from, 0, Math.Min(limit, 3))).Select(i => EntryOf(Get(from + 1 + i)))], head);
    }

    /// <summary>One way of a call, to the database or back.</summary>
    public async Task TripAsync(Node node, CancellationToken cancel)
    {
        await scheduler.Delay(node, Pause()).WaitAsync(cancel);
        if (IsDown)
        {
            throw new StoreUnavailableException("down");
        }
    }

    private static FeedEntry EntryOf(Change change) => change.Terminal is { } terminal
        ? new FeedEntry(change.Revision, 1, FeedEntity.Terminal, terminal.Key.Acquirer, terminal.Key.Sn.ToString(), RecordCodec.Pack(terminal))
        {
            EndsWrite = change.EndsWrite, LeftMerchantNo = change.Left?.ToString() ?? "",
        }
        : new FeedEntry(change.Revision, 1, FeedEntity.Merchant, change.Merchant!.Value.Key.Acquirer, change.Merchant.Value.Key.No.ToString(), RecordCodec.Pack(change.Merchant.Value))
        {
            EndsWrite = change.EndsWrite,
        };

    /// <summary>How far the server of a read lags behind: half of the reads are of the primary, some are of a replica that has fallen far behind.</summary>
    private double LagMs() => random.Next(6) switch { 0 => random.NextDouble() * mostLagMs, 1 or 2 => random.NextDouble() * 600, _ => 0 };

    /// <summary>Mostly quick, sometimes very slow.</summary>
    private double Pause() => !IsCalm && random.Next(40) == 0 ? random.NextDouble() * 4_000 : random.NextDouble() * 15;

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
            var head = _store.HeadAt(_store.Scheduler.NowMs - _store.LagMs());
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
            if (_store.IsFeedDown)
            {
                throw new StoreUnavailableException("no feed");
            }

            var page = _store.FeedAfter(afterRevision, limit, _store.Head);
            await TripAsync(cancel);
            return page;
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

        private Task TripAsync(CancellationToken cancel) => _store.TripAsync(_node, cancel);
    }

    private Scheduler Scheduler => scheduler;

    private Random Random => random;

    private Guards Guards => guards;
}
