using NBomber.Contracts;
using static NBomber.Contracts.LoadSimulation;

namespace NBomber.Engine;

/// <summary>
/// Takes one scenario through its simulations in one phase. It is called again and again with the time, does what is due, and says
/// when to call next. All by one thread.
/// </summary>
internal sealed class LoadDriver
{
    /// <summary>How soon to look again for a place that has become free.</summary>
    private const long PollForPlaceNs = 100_000;

    /// <summary>How soon to look again for copies that rest, and for a ramp's next step.</summary>
    private const long PollForCopiesNs = 2_000_000;

    /// <summary>Tells the schedule's random numbers from those of phases.</summary>
    private const long Schedule = -1;

    private readonly ScenarioRun _run;
    private readonly Phase _phase;
    private readonly long _startNs;
    private readonly long _limit;
    private readonly Random _random;
    private readonly List<(long Begin, LoadSimulation Part, OpenSchedule? Schedule)> _visited = [];
    private int _part = -1;
    private long _partStart;
    private long _backlogEnd;
    private long _closedEnd;
    private long _heldUntil = -1;
    private double _rate;
    private int _copies;
    private OpenSchedule? _schedule;

    /// <param name="run">The scenario.</param>
    /// <param name="phase">The phase.</param>
    /// <param name="startNs">When it begins.</param>
    /// <param name="limit">After how long it ends, if its simulations last longer.</param>
    public LoadDriver(ScenarioRun run, Phase phase, long startNs, long limit)
    {
        (_run, _phase, _startNs, _limit) = (run, phase, startNs, limit);
        _random = new SeededRandom(run.SeedOf(Schedule));
        Finished = run.Props.Run is null || limit <= 0;
        if (!Finished)
        {
            GoToNextPart(0);
        }
    }

    /// <summary>True when no work will be started any more.</summary>
    public bool Finished { get; private set; }

    /// <summary>When that was, since the phase began.</summary>
    public long FinishedAfterNs { get; private set; }

    public long Intended { get; private set; }

    public long HeldBack { get; private set; }

    public long NotStarted { get; private set; }

    private LoadSimulation Part => _run.Props.LoadSimulations[_part];

    /// <summary>The simulation that runs, and its copies or starts in an interval; all of them when they are over.</summary>
    public (string Name, int Value) Current => Finished ? (string.Join("; ", _run.Props.LoadSimulations), 0) : (Part.ToString(), Part.IsOpen ? Part.Amount : _copies);

    /// <summary>Does what is due; returns when to call next.</summary>
    public long Advance(long nowNs)
    {
        var now = nowNs - _startNs;
        while (!Finished)
        {
            if (now >= _limit)
            {
                Finish(_limit);
                break;
            }

            var next = Part.IsOpen ? AdvanceOpen(now) : Part.Is == Kind.IterationsForConstant ? AdvanceIterations(now) : AdvanceClosed(now);
            if (next is { } wake)
            {
                return _startNs + Math.Min(wake, _limit);
            }
        }

        return long.MaxValue;
    }

    /// <summary>Ends the load early: what is being held back counts as not started, and the rest as if it never was meant.</summary>
    public void Stop(long nowNs)
    {
        if (!Finished)
        {
            while (_schedule is not null && _schedule.NextNs != OpenSchedule.Never && _partStart + _schedule.NextNs <= _heldUntil)
            {
                DropOne();
            }

            Finish(nowNs - _startNs);
        }
    }

    /// <summary>Starts a second that were planned for an instant of the phase; null where a closed simulation runs.</summary>
    public double? PlannedRate(long sinceStartNs)
    {
        if (!_run.Props.LoadSimulations.Any(part => part.IsOpen))
        {
            return null;
        }

        var (begin, part, schedule) = _visited.FindLast(part => part.Begin <= sinceStartNs);
        var isOver = Finished && sinceStartNs >= FinishedAfterNs;
        return isOver || part.Is == Kind.Pause ? 0 : schedule?.RateAt(sinceStartNs - begin);
    }

    private long? AdvanceOpen(long now)
    {
        var schedule = _schedule!;
        while (schedule.NextNs != OpenSchedule.Never && _partStart + schedule.NextNs <= now)
        {
            var due = _partStart + schedule.NextNs;
            if (_run.TryTake(_phase, out var iteration))
            {
                HeldBack += due <= _heldUntil ? 1 : 0;
                iteration.Begin(_phase, _startNs + due, Intended++);
                schedule.MoveOn();
            }
            else if (now < _backlogEnd)
            {
                // Whatever is due by now waits with the first of them, and keeps its intended start.
                _heldUntil = now;
                return now + PollForPlaceNs;
            }
            else
            {
                DropOne();
            }
        }

        if (schedule.NextNs != OpenSchedule.Never)
        {
            return _partStart + schedule.NextNs;
        }

        return GoOnAt(now, _partStart + DuringOf(Part));
    }

    private long? AdvanceClosed(long now)
    {
        var end = _partStart + EngineClock.Ns(Part.During);
        if (now < end && Part.Is != Kind.Pause)
        {
            var target = CopiesOf(Part);
            if (Part.Is == Kind.RampingConstant)
            {
                // As many as the ramp has reached, the first of them at once.
                target = (int)Math.Ceiling(_copies + ((target - _copies) * ((now - _partStart + 1.0) / EngineClock.Ns(Part.During))));
            }

            _run.Copies.SetTarget(target, _phase, _startNs + _closedEnd);
            return Math.Min(end, now + PollForCopiesNs);
        }

        return GoOnAt(now, end);
    }

    private long? AdvanceIterations(long now)
    {
        if (_run.Copies.Left > 0)
        {
            _run.Copies.SetTarget(CopiesOf(Part), _phase, long.MaxValue);
            return now + PollForCopiesNs;
        }

        if (_run.Copies.Running > 0)
        {
            return now + PollForCopiesNs;
        }

        GoToNextPart(now);
        return null;
    }

    private long? GoOnAt(long now, long end)
    {
        if (now < end)
        {
            return end;
        }

        GoToNextPart(end);
        return null;
    }

    private void GoToNextPart(long at)
    {
        if (_part >= 0)
        {
            _rate = OpenSchedule.RateOf(Part, _run.Share);
            _copies = Part.Is is Kind.KeepConstant or Kind.RampingConstant ? CopiesOf(Part) : 0;
        }

        (_part, _partStart, _schedule) = (_part + 1, at, null);
        if (_part == _run.Props.LoadSimulations.Count)
        {
            Finish(at);
            return;
        }

        _run.Copies.Limit(Part.Is == Kind.IterationsForConstant ? OpenSchedule.IterationsOf(Part, _run.Share) : long.MaxValue);
        if (Part.IsOpen)
        {
            _schedule = OpenSchedule.Of(Part, _rate, _run.Share, _random);
            _backlogEnd = BacklogEnd();
        }

        if (Part.Is is not (Kind.KeepConstant or Kind.RampingConstant or Kind.IterationsForConstant))
        {
            _run.Copies.SetTarget(0, _phase, 0);
        }
        else if (Part.Is != Kind.IterationsForConstant)
        {
            _closedEnd = at + _run.Props.LoadSimulations.Skip(_part).TakeWhile(part => part.Is is Kind.KeepConstant or Kind.RampingConstant).Sum(part => EngineClock.Ns(part.During));
        }

        _visited.Add((at, Part, _schedule));
    }

    /// <summary>Until when starts that were held back may still be made up for: as long as open simulations and pauses follow.</summary>
    private long BacklogEnd()
    {
        var end = _partStart;
        foreach (var part in _run.Props.LoadSimulations.Skip(_part).TakeWhile(part => part.IsOpen || part.Is == Kind.Pause))
        {
            if (part.Is == Kind.IterationsForInject)
            {
                return long.MaxValue;
            }

            end += EngineClock.Ns(part.During);
        }

        return end;
    }

    private long DuringOf(LoadSimulation part)
    {
        if (part.Is != Kind.IterationsForInject)
        {
            return EngineClock.Ns(part.During);
        }

        return (long)(OpenSchedule.IterationsOf(part, _run.Share) / OpenSchedule.RateOf(part, _run.Share) * EngineClock.NsPerSecond);
    }

    /// <summary>At least one, where there are any: a small share is still a share.</summary>
    private int CopiesOf(LoadSimulation part) => part.Amount == 0 ? 0 : Math.Max(1, (int)Math.Round(part.Amount * _run.Share));

    private void DropOne()
    {
        Intended++;
        NotStarted++;
        _schedule!.MoveOn();
    }

    private void Finish(long after)
    {
        Finished = true;
        FinishedAfterNs = after;
        _run.Copies.SetTarget(0, _phase, 0);
    }
}
