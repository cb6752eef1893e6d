using NBomber.Contracts;

namespace NBomber.Engine;

/// <summary>
/// Runs the load of all scenarios in one phase: the only thread that starts work. It does what is due, ends seconds, and sleeps until
/// the next start; after the load it waits for work under way.
/// </summary>
internal sealed class PhaseLoop(EngineClock clock, Stopper stopper, TimeSpan completionTimeout)
{
    /// <summary>The longest sleep, so that a wish to stop is noticed.</summary>
    private const long LongestSleepNs = 10_000_000;

    private const long PollForEndNs = 1_000_000;

    private readonly HashSet<LoadDriver> _stopped = [];
    private int _changesSeen;

    /// <param name="loads">The scenarios.</param>
    /// <param name="startNs">When the phase began.</param>
    /// <param name="reportEveryNs">How often to call back.</param>
    /// <param name="report">Called in between; null in a warm-up.</param>
    /// <param name="cpu">Looks at this process while it drives load; null in a warm-up.</param>
    public void Run(IReadOnlyList<ScenarioLoad> loads, long startNs, long reportEveryNs, Action<long>? report, CpuWatch? cpu)
    {
        cpu?.Look(startNs);
        var seconds = new Ticks(startNs, EngineClock.NsPerSecond);
        var reports = new Ticks(startNs, reportEveryNs);
        while (true)
        {
            var now = clock.NowNs;
            StopWhatIsToStop(loads, now);
            var wake = now + LongestSleepNs;
            foreach (var load in loads)
            {
                wake = Math.Min(wake, load.Driver.Advance(now));
                load.Look(now);
            }

            if (EndSeconds(loads, seconds, now))
            {
                cpu?.Look(now);
            }

            if (report is not null && reports.TryPass(now, out _))
            {
                report(now);
            }

            if (loads.All(load => load.Driver.Finished))
            {
                break;
            }

            clock.SleepUntil(Math.Min(wake, seconds.NextNs));
        }

        cpu?.End(clock.NowNs);
        WaitForWork(loads, seconds);
        var end = clock.NowNs;
        foreach (var load in loads)
        {
            load.Close(end);
        }

        _ = EndSeconds(loads, seconds, seconds.NextNs, isLast: true);
    }

    private void WaitForWork(IReadOnlyList<ScenarioLoad> loads, Ticks seconds)
    {
        var (now, interruptedBefore) = (clock.NowNs, stopper.Cause == StopCause.Interrupted);
        var deadline = now + EngineClock.Ns(completionTimeout);

        // A signal while waiting means: do not wait. The one that ended the load does not.
        while (loads.Any(load => !load.IsOver) && now < deadline && (interruptedBefore || stopper.Cause != StopCause.Interrupted))
        {
            clock.SleepUntil(Math.Min(deadline, now + PollForEndNs));
            now = clock.NowNs;
            foreach (var load in loads)
            {
                load.Look(now);
            }

            _ = EndSeconds(loads, seconds, now);
        }
    }

    private void StopWhatIsToStop(IReadOnlyList<ScenarioLoad> loads, long now)
    {
        foreach (var load in loads)
        {
            var failed = load.Phase.Operation == ScenarioOperation.Bombing ? load.Phase.Recorder.FailCount : 0;
            if (failed >= load.Run.Props.MaxFailCount)
            {
                stopper.Stop(StopCause.TooManyFailures, $"{load.Run.Props.ScenarioName}: {failed} iterations failed, and {load.Run.Props.MaxFailCount} end the run");
            }
        }

        if (stopper.Cause == StopCause.None && stopper.Changes == _changesSeen)
        {
            return;
        }

        _changesSeen = stopper.Changes;
        foreach (var load in loads.Where(load => stopper.Cause != StopCause.None || stopper.ReasonFor(load.Run.Props.ScenarioName) is not null))
        {
            if (_stopped.Add(load.Driver))
            {
                load.Driver.Stop(now);
            }
        }
    }

    /// <summary>Ends the seconds that are over; false when there were none.</summary>
    private static bool EndSeconds(IReadOnlyList<ScenarioLoad> loads, Ticks seconds, long now, bool isLast = false)
    {
        var any = false;
        while (seconds.TryPass(now, out var second))
        {
            any = true;
            foreach (var load in loads)
            {
                // A scenario that is over has no further seconds; the last one counts even when it is not full.
                if (isLast ? load.Phase.Recorder.HasOpenSecond : !load.IsOver || load.Phase.Recorder.HasOpenSecond)
                {
                    load.Phase.Recorder.CloseSecond(load.Driver.PlannedRate((second * EngineClock.NsPerSecond) + (EngineClock.NsPerSecond / 2)));
                }
            }
        }

        return any;
    }

    /// <summary>Instants at equal distances.</summary>
    private sealed class Ticks(long startNs, long everyNs)
    {
        private long _passed;

        public long NextNs => startNs + ((_passed + 1) * everyNs);

        public bool TryPass(long nowNs, out long number)
        {
            number = _passed;
            if (nowNs < NextNs)
            {
                return false;
            }

            _passed++;
            return true;
        }
    }
}
