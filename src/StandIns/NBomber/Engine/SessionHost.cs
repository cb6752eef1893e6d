using System.Runtime.InteropServices;

namespace NBomber.Engine;

/// <summary>What a run finds around it; a test puts its own in place.</summary>
internal sealed class SessionHost
{
    public EngineClock Clock { get; init; } = new RealClock();

    public TextWriter Output { get; init; } = Console.Out;

    public IReadOnlyList<string> Arguments { get; init; } = [];

    public int Seed { get; init; } = Random.Shared.Next();

    public Action<int> SetExitCode { get; init; } = code => Environment.ExitCode = code;

    /// <summary>Calls back when somebody outside wants the run to end; until disposed of.</summary>
    public Func<Action<string>, IDisposable> WatchSignals { get; init; } = interrupt => new Signals(interrupt);

    private sealed class Signals : IDisposable
    {
        private readonly PosixSignalRegistration[] _registrations;
        private int _seen;

        public Signals(Action<string> interrupt)
        {
            _registrations =
            [
                .. new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM }.Select(signal => PosixSignalRegistration.Create(signal, context =>
                {
                    // Only the first is ours: who asks twice does not want to wait for a report.
                    context.Cancel = Interlocked.Increment(ref _seen) == 1;
                    interrupt(signal.ToString());
                })),
            ];
        }

        public void Dispose() => Array.ForEach(_registrations, registration => registration.Dispose());
    }
}
