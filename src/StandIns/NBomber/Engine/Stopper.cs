namespace NBomber.Engine;

/// <summary>Why a run ended before its load was over.</summary>
internal enum StopCause
{
    /// <summary>It did not.</summary>
    None,

    /// <summary>A scenario asked for it.</summary>
    Asked,

    /// <summary>A threshold failed as often as it may.</summary>
    Threshold,

    /// <summary>Too many iterations failed.</summary>
    TooManyFailures,

    /// <summary>A signal came.</summary>
    Interrupted,
}

/// <summary>Keeps who asked to stop what; any thread may ask, the engine looks.</summary>
internal sealed class Stopper
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, string> _scenarios = new(StringComparer.Ordinal);
    private volatile StopCause _cause;
    private volatile int _changes;

    /// <summary>Why the run is to end; the first cause stays.</summary>
    public StopCause Cause => _cause;

    public string Reason { get; private set; } = "";

    /// <summary>Grows with every scenario that is to end.</summary>
    public int Changes => _changes;

    public void Stop(StopCause cause, string reason)
    {
        lock (_gate)
        {
            if (_cause == StopCause.None)
            {
                Reason = reason;
                _cause = cause;
            }
        }
    }

    public void StopScenario(string name, string reason)
    {
        lock (_gate)
        {
            if (_scenarios.TryAdd(name, reason))
            {
                _changes++;
            }
        }
    }

    public string? ReasonFor(string scenario)
    {
        lock (_gate)
        {
            return _scenarios.GetValueOrDefault(scenario);
        }
    }
}
