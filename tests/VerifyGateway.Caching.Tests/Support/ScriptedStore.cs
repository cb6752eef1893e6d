using System.Collections.Concurrent;
using VerifyGateway.Caching.Store;
using VerifyGateway.Domain.Records;

namespace VerifyGateway.Caching.Tests.Support;

/// <summary>
/// A system of record that does what a test tells it: answers from a table stamped with the clock, waits until let go, fails,
/// does not listen to cancellation. Counts its reads. As a database does, it reads its snapshot when the call begins.
/// </summary>
internal sealed class ScriptedStore(ManualTime time) : IRecordStore, IChangeFeed
{
    private readonly ConcurrentDictionary<PairKey, (long TerminalRevision, TerminalState State, long MerchantRevision)> _rows = new();
    private readonly ConcurrentQueue<IReadOnlyList<PairKey>> _reads = new();
    private volatile TaskCompletionSource? _gate;
    private readonly List<FeedEntry> _feed = [];
    private TaskCompletionSource _signal = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _feedReads;
    private int _headReads;
    private int _running;
    private int _mostRunning;

    public string StoreId => Make.StoreId;

    public long Head { get; set; } = 10;

    /// <summary>Entries after this revision are kept.</summary>
    public long Floor { get; set; } = 10;

    /// <summary>True while the feed cannot be read; records can.</summary>
    public bool FeedIsDown { get; set; }

    /// <summary>Given to every load in place of its snapshot's head, when set: a replica that lags, or a copy that claims more than it knows.</summary>
    public long? LoadsSeeHead { get; set; }

    /// <summary>When set, reads of the feed wait for it after they have read.</summary>
    public TaskCompletionSource? FeedGate { get; set; }

    public int FeedReads => Volatile.Read(ref _feedReads);

    public int HeadReads => Volatile.Read(ref _headReads);

    public bool IsDown { get; set; }

    /// <summary>True for a driver that goes on whatever the token says.</summary>
    public bool IsDeaf { get; set; }

    /// <summary>Given in place of the table's answer, when set.</summary>
    public Func<PairKey, RecordPair>? Answer { get; set; }

    public IReadOnlyList<IReadOnlyList<PairKey>> Reads => [.. _reads];

    public int ReadCount => _reads.Count;

    public int Running => Volatile.Read(ref _running);

    public int MostRunning => Volatile.Read(ref _mostRunning);

    /// <summary>Commits a change of both records at the next two revisions, terminal first.</summary>
    public void Write(PairKey key, TerminalState state = TerminalState.Active)
    {
        lock (_feed)
        {
            var (terminal, merchant) = (Make.Terminal(key.Terminal, state), Make.Merchant(key.Merchant));
            _feed.Add(new FeedEntry(Head + 1, time.NowUnixMs, FeedEntity.Terminal, key.Terminal.Acquirer, key.Terminal.Sn.ToString(), RecordCodec.Pack(terminal)));
            _feed.Add(new FeedEntry(Head + 2, time.NowUnixMs, FeedEntity.Merchant, key.Merchant.Acquirer, key.Merchant.No.ToString(), RecordCodec.Pack(merchant)));
            _rows[key] = (Head + 1, state, Head + 2);
            Head += 2;
        }
    }

    /// <summary>Loses the changes after a revision.</summary>
    public void SetBack(long to)
    {
        lock (_feed)
        {
            _feed.RemoveAll(entry => entry.Revision > to);
            Head = to;
        }
    }

    /// <summary>Tells those who wait for the feed to look.</summary>
    public void Signal()
    {
        var old = _signal;
        _signal = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        old.SetResult();
    }

    public async ValueTask<FeedPage> ReadFeedAsync(long afterRevision, int limit, CancellationToken cancel = default)
    {
        // Before it can be seen that this has begun: a gate that is set then is for the next one.
        var gate = FeedGate;
        Interlocked.Increment(ref _feedReads);
        if (FeedIsDown || IsDown)
        {
            throw new StoreUnavailableException("The test says so.");
        }

        FeedPage page;
        lock (_feed)
        {
            if (afterRevision < Floor)
            {
                throw OutOfRetentionException.Gone("gone", Floor);
            }

            if (afterRevision > Head)
            {
                throw OutOfRetentionException.Future("future");
            }

            page = new FeedPage([.. _feed.Where(entry => entry.Revision > afterRevision).Take(limit)], Head);
        }

        if (gate is not null)
        {
            await gate.Task.WaitAsync(cancel);
        }

        return page;
    }

    public ValueTask<long> ReadHeadAsync(CancellationToken cancel = default)
    {
        Interlocked.Increment(ref _headReads);
        return IsDown ? throw new StoreUnavailableException("The test says so.") : new(Head);
    }

    public async ValueTask<bool> WaitForFeedAsync(long afterRevision, TimeSpan atMost, CancellationToken cancel = default)
    {
        try
        {
            await _signal.Task.WaitAsync(atMost, time, cancel);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    /// <summary>From now on reads wait.</summary>
    public void Hold() => _gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Ends the waiting of all reads.</summary>
    public void LetGo()
    {
        var gate = _gate;
        _gate = null;
        gate?.SetResult();
    }

    public async ValueTask<IReadOnlyList<RecordPair>> ReadPairsAsync(IReadOnlyList<PairKey> keys, CancellationToken cancel)
    {
        _reads.Enqueue([.. keys]);
        var running = Interlocked.Increment(ref _running);
        int most;
        while (running > (most = Volatile.Read(ref _mostRunning)) && Interlocked.CompareExchange(ref _mostRunning, running, most) != most)
        {
        }

        try
        {
            var pairs = keys.Select(Read).ToArray();
            if (_gate is { } gate)
            {
                await (IsDeaf ? gate.Task : gate.Task.WaitAsync(cancel));
            }

            return IsDown ? throw new StoreUnavailableException("The test says so.") : pairs;
        }
        finally
        {
            Interlocked.Decrement(ref _running);
        }
    }

    private RecordPair Read(PairKey key)
    {
        if (Answer is { } answer)
        {
            return answer(key);
        }

        var head = LoadsSeeHead ?? Head;
        return _rows.TryGetValue(key, out var row)
            ? new RecordPair(Make.TerminalCopy(key.Terminal, row.TerminalRevision, head, row.State), Make.MerchantCopy(key.Merchant, row.MerchantRevision, head))
            : Make.Absent(head);
    }
}
