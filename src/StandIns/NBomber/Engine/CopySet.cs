namespace NBomber.Engine;

/// <summary>
/// The copies of a closed simulation. The engine's thread says how many are wanted and starts those that rest; a copy whose iteration
/// has ended asks whether to go on.
/// </summary>
internal sealed class CopySet(ScenarioRun run)
{
    private readonly List<Iteration> _copies = [];
    private volatile int _target;
    private long _untilNs;
    private long _left = long.MaxValue;
    private int _running;

    public int Running => Volatile.Read(ref _running);

    /// <summary>Iterations that may still begin.</summary>
    public long Left => Volatile.Read(ref _left);

    public IEnumerable<Iteration> All => _copies;

    public void Limit(long iterations) => Volatile.Write(ref _left, iterations);

    /// <param name="copies">So many are wanted.</param>
    /// <param name="phase">The phase in which they run.</param>
    /// <param name="untilNs">From when on none begins anew: a copy looks by itself, as this thread may be late.</param>
    public void SetTarget(int copies, Phase phase, long untilNs)
    {
        Volatile.Write(ref _untilNs, untilNs);
        _target = copies;
        while (_copies.Count < copies)
        {
            _copies.Add(new Iteration(run, phase, _copies.Count, isCopy: true));
        }

        for (var index = 0; index < copies; index++)
        {
            if (!_copies[index].IsBusy && TryUseOne())
            {
                _copies[index].IsBusy = true;
                Interlocked.Increment(ref _running);
                _copies[index].Begin(phase, run.Clock.NowNs);
            }
        }
    }

    /// <summary>Called when an iteration of a copy has ended.</summary>
    public void Ended(Iteration copy, Phase phase)
    {
        if (copy.Number < _target && run.Clock.NowNs < Volatile.Read(ref _untilNs) && !phase.IsClosed && TryUseOne())
        {
            copy.Begin(phase, run.Clock.NowNs);
            return;
        }

        copy.IsBusy = false;
        Interlocked.Decrement(ref _running);
    }

    private bool TryUseOne() => Volatile.Read(ref _left) == long.MaxValue || (Volatile.Read(ref _left) > 0 && Interlocked.Decrement(ref _left) >= 0);
}
