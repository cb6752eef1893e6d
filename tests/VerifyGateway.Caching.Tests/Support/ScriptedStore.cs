using System.Collections.Concurrent;
using VerifyGateway.Caching.Store;

namespace VerifyGateway.Caching.Tests.Support;

/// <summary>
/// A system of record that does what a test tells it: answers from a table stamped with the clock, waits until let go, fails,
/// does not listen to cancellation. Counts its reads. As a database does, it reads its snapshot when the call begins.
/// </summary>
internal sealed class ScriptedStore(ManualTime time) : IRecordStore
{
    private readonly ConcurrentDictionary<PairKey, (long TerminalRevision, Domain.Records.TerminalState State, long MerchantRevision)> _rows = new();
    private readonly ConcurrentQueue<IReadOnlyList<PairKey>> _reads = new();
    private volatile TaskCompletionSource? _gate;
    private int _running;
    private int _mostRunning;

    public string StoreId => Make.StoreId;

    public long Head { get; set; } = 10;

    public bool IsDown { get; set; }

    /// <summary>True for a driver that goes on whatever the token says.</summary>
    public bool IsDeaf { get; set; }

    /// <summary>Given in place of the table's answer, when set.</summary>
    public Func<PairKey, RecordPair>? Answer { get; set; }

    public IReadOnlyList<IReadOnlyList<PairKey>> Reads => [.. _reads];

    public int ReadCount => _reads.Count;

    public int Running => Volatile.Read(ref _running);

    public int MostRunning => Volatile.Read(ref _mostRunning);

    /// <summary>Commits a change of both records at the next revision.</summary>
    public void Write(PairKey key, Domain.Records.TerminalState state = Domain.Records.TerminalState.Active)
    {
        Head++;
        _rows[key] = (Head, state, Head);
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

        return _rows.TryGetValue(key, out var row)
            ? new RecordPair(
                Make.TerminalCopy(key.Terminal, row.TerminalRevision, Head, time.NowUnixMs, row.State),
                Make.MerchantCopy(key.Merchant, row.MerchantRevision, Head, time.NowUnixMs))
            : Make.Absent(Head, time.NowUnixMs);
    }
}
