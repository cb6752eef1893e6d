using NBomber.Contracts;
using NBomber.Contracts.Stats;
using NBomber.Measuring;

namespace NBomber.Engine;

/// <summary>One scenario in one phase: its load, and what came of it.</summary>
internal sealed class ScenarioLoad(ScenarioRun run, ScenarioOperation operation, long startNs, long limitNs)
{
    private double _endedAfterSeconds = -1;

    public ScenarioRun Run => run;

    public Phase Phase { get; } = new(operation);

    public LoadDriver Driver => field ??= new LoadDriver(run, Phase, startNs, limitNs);

    /// <summary>Iterations that were given up.</summary>
    public int Unfinished { get; private set; }

    /// <summary>True when all work is started and ended; as noticed by <see cref="Look"/>.</summary>
    public bool IsOver => _endedAfterSeconds >= 0;

    /// <summary>Notices whether it is over.</summary>
    public void Look(long nowNs)
    {
        if (!IsOver && Driver.Finished && run.UnderWay == 0)
        {
            _endedAfterSeconds = SecondsAt(nowNs);
        }
    }

    /// <summary>Ends the phase; work under way is given up.</summary>
    public void Close(long nowNs)
    {
        Look(nowNs);
        _endedAfterSeconds = IsOver ? _endedAfterSeconds : SecondsAt(nowNs);
        Unfinished = run.Abandon();
        Phase.Close();
    }

    public ScenarioStats ToStats(long nowNs, OperationType doing)
    {
        var recorder = Phase.Recorder;
        // A rate is what came of the load while it was driven: a last iteration that takes long does not make the others fewer.
        var seconds = Driver.Finished ? Driver.FinishedAfterNs / (double)EngineClock.NsPerSecond : SecondsAt(nowNs);
        var (ok, fail) = (recorder.OkCount, recorder.FailCount);
        var (name, value) = Driver.Current;
        return new ScenarioStats
        {
            ScenarioName = run.Props.ScenarioName,
            Ok = recorder.OkStats(seconds),
            Fail = recorder.FailStats(seconds),
            StepStats = recorder.StepStats(seconds),
            LoadSimulationStats = new LoadSimulationStats { SimulationName = name, Value = value },
            CurrentOperation = doing,
            AllRequestCount = Figures.Int(ok + fail),
            AllOkCount = Figures.Int(ok),
            AllFailCount = Figures.Int(fail),
            AllBytes = recorder.Bytes,
            Duration = TimeSpan.FromSeconds(seconds),
            SortIndex = run.SortIndex,
            IntendedCount = Driver.Intended,
            HeldBackCount = Driver.HeldBack,
            NotStartedCount = Driver.NotStarted,
            UnfinishedCount = Unfinished,
            LateCount = recorder.LateCount,
            StartLag = recorder.StartLag(),
            Timeline = [.. recorder.Timeline],
            Distribution = recorder.Distribution(),
        };
    }

    private double SecondsAt(long nowNs) => (nowNs - startNs) / (double)EngineClock.NsPerSecond;
}
