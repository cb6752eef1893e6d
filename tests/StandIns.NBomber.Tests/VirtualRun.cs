using NBomber.Engine;

namespace NBomberStandIn.Tests;

/// <summary>Runs load tests in a time of their own.</summary>
internal sealed class VirtualRun
{
    private readonly System.Text.StringBuilder _output = new();
    private Action<string>? _interrupt;

    public VirtualClock Clock { get; } = new();

    public int? ExitCode { get; private set; }

    public string Output => _output.ToString();

    public IReadOnlyList<string> Arguments { get; init; } = [];

    public int Seed { get; init; } = 20260101;

    /// <summary>Processor time that the process has used at an instant, in seconds; it has two processors.</summary>
    public Func<double, double> CpuSecondsAt { get; init; } = static _ => 0;

    /// <summary>What Ctrl-C does.</summary>
    public void Interrupt() => _interrupt!("SIGINT");

    public Task<NodeStats> RunAsync(params ScenarioProps[] scenarios) => RunAsync(run => run, scenarios);

    /// <summary>Runs without reports, unless they are asked for; away from any synchronization context of the test's.</summary>
    public Task<NodeStats> RunAsync(Func<NBomberContext, NBomberContext> with, params ScenarioProps[] scenarios)
    {
        var host = new SessionHost
        {
            Clock = Clock,
            Output = new StringWriter(_output),
            Seed = Seed,
            Arguments = Arguments,
            CpuSeconds = () => CpuSecondsAt(Clock.Seconds),
            UsableProcessors = 2,
            SetExitCode = code => ExitCode = code,
            WatchSignals = interrupt =>
            {
                _interrupt = interrupt;
                return new Nothing();
            },
        };
        return Task.Run(() => NBomberRunner.RunWith(with(NBomberRunner.RegisterScenarios(scenarios).WithoutReports()), host));
    }

    /// <summary>A scenario whose iterations take a time.</summary>
    public ScenarioProps Scenario(string name, double milliseconds, params LoadSimulation[] load) =>
        Scenario(name, _ => Clock.Delay(TimeSpan.FromMilliseconds(milliseconds)), load);

    /// <summary>A scenario whose iterations do something and go well, without warm-up.</summary>
    public ScenarioProps Scenario(string name, Func<IScenarioContext, Task> run, params LoadSimulation[] load) =>
        NBomber.CSharp.Scenario.Create(name, async context =>
            {
                await run(context);
                return Response.Ok();
            })
            .WithoutWarmUp()
            .WithLoadSimulations(load);

    private sealed class Nothing : IDisposable
    {
        public void Dispose()
        {
            // Nobody listens to signals.
        }
    }
}
