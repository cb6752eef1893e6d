using NBomber.Contracts;
using NBomber.Measuring;

namespace NBomber.Engine;

/// <summary>A part of a run in which a scenario has load: warm-up, or the part that counts.</summary>
internal sealed class Phase(ScenarioOperation operation) : IDisposable
{
    private readonly CancellationTokenSource _cancel = new();
    private volatile bool _closed;

    public ScenarioOperation Operation => operation;

    public Recorder Recorder { get; } = new();

    /// <summary>Cancelled when nobody waits any longer.</summary>
    public CancellationToken Cancel => _cancel.Token;

    /// <summary>True when its figures are final.</summary>
    public bool IsClosed => _closed;

    public void Close()
    {
        _closed = true;
        _cancel.Cancel();
    }

    public void Dispose() => _cancel.Dispose();
}
