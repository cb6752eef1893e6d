using NBomber.Contracts;
using NBomber.Contracts.Stats;
using Serilog;

namespace NBomber.Engine;

/// <summary>
/// One copy of a scenario: a place in which iterations run one after the other. It is work for the thread pool, context for the
/// scenario, and continuation of its task at once, so that an iteration costs the engine no allocation.
/// </summary>
internal sealed class Iteration : IScenarioContext, IThreadPoolWorkItem
{
    private const int Idle = 0;
    private const int Running = 1;
    private const int Abandoned = 2;

    private readonly ScenarioRun _run;
    private readonly Action _onEnd;
    private Phase _phase;
    private ScenarioInfo? _info;
    private Dictionary<string, object>? _data;
    private Dictionary<string, object>? _instanceData;
    private SeededRandom? _random;
    private long _number;
    private long _startsInPhase;
    private Task<IResponse>? _task;
    private long _intendedNs;
    private long _startedNs;
    private int _state;
    private volatile bool _isBusy;

    /// <param name="run">The scenario.</param>
    /// <param name="phase">The phase in which it is made.</param>
    /// <param name="number">The copy's number.</param>
    /// <param name="isCopy">True for a copy of a closed simulation.</param>
    public Iteration(ScenarioRun run, Phase phase, int number, bool isCopy)
    {
        (_run, _phase, Number, IsCopy) = (run, phase, number, isCopy);
        _onEnd = OnEnd;
    }

    public int Number { get; }

    public bool IsCopy { get; }

    /// <summary>For a copy of a closed simulation: whether it runs iteration after iteration.</summary>
    public bool IsBusy
    {
        get => _isBusy;
        set => _isBusy = value;
    }

    public TestInfo TestInfo => _run.TestInfo;

    public NodeInfo NodeInfo => _run.NodeInfo;

    public ScenarioInfo ScenarioInfo => _info ??= _run.InfoOf(Number, _phase.Operation, Random);

    public ILogger Logger => _run.Logger;

    public long InvocationNumber { get; private set; }

    public Dictionary<string, object> Data => _data ??= [];

    public Dictionary<string, object> ScenarioInstanceData => _instanceData ??= [];

    public CancellationToken ScenarioCancellationToken => _phase.Cancel;

    public Random Random => _random ??= new SeededRandom(Seed);

    public void StopScenario(string scenarioName, string reason) => _run.Stopper.StopScenario(scenarioName, reason);

    public void StopCurrentTest(string reason) => _run.Stopper.Stop(StopCause.Asked, reason);

    /// <summary>
    /// Of a schedule, its start: which copy takes it depends on the target. Of a closed simulation, the copy and how many it has begun.
    /// </summary>
    private ulong Seed => _run.SeedOf((long)_phase.Operation, IsCopy ? Number : -1, _number);

    /// <summary>Starts an iteration that was meant to start at that instant.</summary>
    /// <param name="phase">The phase.</param>
    /// <param name="intendedNs">The instant.</param>
    /// <param name="number">Its number in the schedule; null for the next of the copy.</param>
    public void Begin(Phase phase, long intendedNs, long? number = null)
    {
        if (_phase != phase)
        {
            (_phase, _info, _startsInPhase) = (phase, null, 0);
        }

        _intendedNs = intendedNs;
        _number = number ?? _startsInPhase;
        _startsInPhase++;
        InvocationNumber++;
        _data?.Clear();
        _random?.Restart(Seed);
        Volatile.Write(ref _state, Running);
        _run.Clock.Start(this);
    }

    /// <inheritdoc />
    public void Execute()
    {
        _startedNs = _run.Clock.NowNs;
        if (IsCopy)
        {
            // Nothing is intended in a closed simulation: the time until a thread was free is the generator's.
            _intendedNs = _startedNs;
        }
        else
        {
            _phase.Recorder.RecordStart(_startedNs - _intendedNs);
        }

        Task<IResponse>? task;
        try
        {
            task = _run.Props.Run!(this);
        }
        catch (Exception thrown)
        {
            End(Failures.Of(thrown));
            return;
        }

        if (task is null || task.IsCompleted)
        {
            End(Failures.ResponseOf(task));
            return;
        }

        _task = task;
        task.ConfigureAwait(false).GetAwaiter().UnsafeOnCompleted(_onEnd);
    }

    /// <summary>Runs and measures a step.</summary>
    public async Task<Response<T>> RunStepAsync<T>(string name, Func<Task<Response<T>>> run)
    {
        var recorder = _phase.Recorder.Step(name);
        var phase = _phase;
        var began = _run.Clock.NowNs;
        Response<T> response;
        try
        {
            response = await run().ConfigureAwait(false);
        }
        catch (Exception thrown)
        {
            response = Failures.Of<T>(thrown);
        }

        if (!phase.IsClosed)
        {
            recorder.Record(_run.Clock.NowNs - began, response);
        }

        return response.IsError && _run.Props.RestartIterationOnFail ? throw new StepFailedException(response) : response;
    }

    /// <summary>Counts an iteration that is still running as failed, as nobody waits for it any longer; false when it is not running.</summary>
    public bool Abandon(long nowNs)
    {
        if (Interlocked.CompareExchange(ref _state, Abandoned, Running) != Running)
        {
            return false;
        }

        // One that no thread has even begun has no start of its own.
        _phase.Recorder.RecordEnd(nowNs - _intendedNs, nowNs - Math.Max(_startedNs, _intendedNs), Failures.Unfinished);
        return true;
    }

    private void OnEnd()
    {
        var task = _task;
        _task = null;
        End(Failures.ResponseOf(task));
    }

    private void End(IResponse response)
    {
        var now = _run.Clock.NowNs;
        if (Interlocked.CompareExchange(ref _state, Idle, Running) == Running)
        {
            _phase.Recorder.RecordEnd(now - _intendedNs, now - _startedNs, response);
        }

        _run.Ended(this, _phase);
    }
}
