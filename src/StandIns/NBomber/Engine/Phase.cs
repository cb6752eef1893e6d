using NBomber.Contracts;
using NBomber.Measuring;

namespace NBomber.Engine;

/// <summary>A part of a run in which a scenario has load: warm-up, or the part that counts.</summary>
internal sealed class Phase
{
    private readonly Action _cancel;
    private volatile bool _closed;

    public Phase(ScenarioOperation operation)
    {
        // Never disposed of: iterations that nobody waits for any longer go on using the token after their phase, and there is nothing
        // in it that the garbage collector does not take.
        var source = new CancellationTokenSource();
        (Operation, Cancel, _cancel) = (operation, source.Token, source.Cancel);
    }

    public ScenarioOperation Operation { get; }

    public Recorder Recorder { get; } = new();

    /// <summary>Cancelled when nobody waits any longer.</summary>
    public CancellationToken Cancel { get; }

    /// <summary>True when its figures are final.</summary>
    public bool IsClosed => _closed;

    public void Close()
    {
        _closed = true;
        _cancel();
    }
}
