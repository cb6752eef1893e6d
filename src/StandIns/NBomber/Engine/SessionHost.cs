using System.Runtime.InteropServices;

namespace NBomber.Engine;

/// <summary>What a run finds around it; a test puts its own in place.</summary>
internal sealed class SessionHost
{
    public EngineClock Clock { get; init; } = new RealClock();

    public TextWriter Output { get; init; } = Console.Out;

    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>What all random numbers of the run begin with; null takes the environment's, or a random one.</summary>
    public int? Seed { get; init; }

    /// <summary>Processor time of this process so far, in seconds.</summary>
    public Func<double> CpuSeconds { get; init; } = static () => Environment.CpuUsage.TotalTime.TotalSeconds;

    /// <summary>Processors that this process may use.</summary>
    public double UsableProcessors { get; init; } = Processors.Usable();

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
