using NBomber.Contracts;
using NBomber.Contracts.Stats;
using NBomber.CSharp;

namespace VerifyGateway.LoadTests;

/// <summary>What the scenarios have in common: the target, connections to it, and how a run of NBomber is made and ends.</summary>
internal sealed class LoadSession(LoadOptions options, Target target, TextWriter output) : IDisposable
{
    public const int ThresholdFailed = 99;

    private Task<ServerFigures?>? _before;

    public LoadOptions Options => options;

    public Target Target => target;

    public TextWriter Output => output;

    public Connections Connections { get; } = new(target.Addresses, options.Connections, options.Calls);

    /// <summary>So many starts a second.</summary>
    public static LoadSimulation PerSecond(int rate, TimeSpan during) => Simulation.Inject(rate, TimeSpan.FromSeconds(1), during);

    /// <summary>Checks of terminals, under the objective.</summary>
    public ScenarioProps Checks(string name, Func<IScenarioContext, int> terminal, params LoadSimulation[] load) =>
        Describe(name, context => LoadTests.Checks.AskAsync(context, Connections, options, terminal(context)), load).WithThresholds(Objective());

    /// <summary>A scenario with the warm-up that was asked for, which is not ended by failures: the thresholds judge them.</summary>
    public ScenarioProps Describe(string name, Func<IScenarioContext, Task<IResponse>> run, params LoadSimulation[] load)
    {
        var scenario = Scenario.Create(name, context => RunAsync(context, run)).WithLoadSimulations(load).WithMaxFailCount(int.MaxValue);
        return options.WarmUp > TimeSpan.Zero ? scenario.WithWarmUpDuration(options.WarmUp) : scenario.WithoutWarmUp();
    }

    /// <summary>99 % in time, and at most one in a thousand failed.</summary>
    public Threshold[] Objective() => Objective(options.P99Ms);

    /// <summary>As <see cref="Objective()"/>, with another limit. It is of the whole load: one slow check among the first ones does not break it.</summary>
    public Threshold[] Objective(double p99Ms) =>
    [
        Threshold.Create(stats => stats.Ok.Latency.Percent99 <= p99Ms, startCheckAfter: options.Duration),
        Threshold.Create(stats => stats.Fail.Request.Count * 1_000L <= stats.AllRequestCount, startCheckAfter: options.Duration),
    ];

    /// <summary>Any terminal of the fleet, each as likely as the next.</summary>
    public int Any(IScenarioContext context) => options.First + context.Random.Next(options.Terminals);

    /// <summary>A terminal that load does not ask for.</summary>
    public int AnyExtra(IScenarioContext context) => Extra(context.Random.Next(LoadOptions.Extra));

    /// <summary>One of those, by a number that may be any.</summary>
    public int Extra(int number) => options.First + options.Terminals + (int)((uint)number % LoadOptions.Extra);

    public static bool IsCounted(IScenarioContext context) => context.ScenarioInfo.ScenarioOperation == ScenarioOperation.Bombing;

    /// <summary>Runs scenarios, all at the same time, and reads what the gateways measured meanwhile.</summary>
    /// <param name="name">The name of the reports.</param>
    /// <param name="main">The scenario whose figures stand for the run.</param>
    /// <param name="scenarios">The scenarios.</param>
    public async Task<LoadOutcome> RunAsync(string name, string main, params ScenarioProps[] scenarios)
    {
        var interval = TimeSpan.FromSeconds(Math.Max(5, options.Duration.TotalSeconds / 100));
        var context = NBomberRunner.RegisterScenarios(scenarios)
            .WithTestSuite("VerifyGateway")
            .WithTestName(name)
            .WithReportFolder(options.Folder)
            .WithReportFileName(name)
            .WithReportFormats(ReportFormat.Html, ReportFormat.Md, ReportFormat.Csv, ReportFormat.Txt)
            .WithReportingInterval(interval);
        // It blocks until the load is over, and leaves the code that the process is to end with where processes have it.
        Environment.ExitCode = 0;
        var stats = await Task.Run(() => (options.Config is null ? context : context.LoadConfig(options.Config)).Run());
        var code = Environment.ExitCode == 0 && stats.Thresholds.Any(static threshold => threshold.IsFailed) ? ThresholdFailed : Environment.ExitCode;
        var (before, after) = (await (_before ?? Task.FromResult<ServerFigures?>(null)), await ServerFigures.ReadAsync(target.Operations));
        _before = null;
        return new LoadOutcome(name, options, stats, stats.ScenarioStats.Find(main) ?? new ScenarioStats(), code, before, after);
    }

    public void Dispose() => Connections.Dispose();

    /// <summary>The first counted iteration has the gateways' figures read: warm-up is not to be in what they say.</summary>
    private Task<IResponse> RunAsync(IScenarioContext context, Func<IScenarioContext, Task<IResponse>> run)
    {
        if (_before is null && IsCounted(context))
        {
            var reading = new Task<Task<ServerFigures?>>(() => ServerFigures.ReadAsync(target.Operations));
            if (Interlocked.CompareExchange(ref _before, reading.Unwrap(), null) is null)
            {
                reading.Start(TaskScheduler.Default);
            }
        }

        return run(context);
    }
}
