using System.Data;
using System.Globalization;
using System.Text.Json;
using NBomber.Contracts;
using NBomber.Contracts.Stats;
using NBomber.CSharp;

namespace VerifyGateway.LoadTests;

/// <summary>What the scenarios have in common: the target, connections to it, and how a run of NBomber is made and ends.</summary>
internal sealed class LoadSession(LoadOptions options, Target target, TextWriter output) : IDisposable
{
    public const int ThresholdFailed = 99;

    public LoadOptions Options => options;

    public Target Target => target;

    public TextWriter Output => output;

    public Connections Connections { get; } = new(target.Addresses, options.Connections, options.Calls);

    /// <summary>Tables that a scenario adds to the reports; asked for when the load is over.</summary>
    public Func<IEnumerable<DataTable>>? MoreTables { get; set; }

    /// <summary>So many starts a second.</summary>
    public static LoadSimulation PerSecond(int rate, TimeSpan during) => Simulation.Inject(rate, TimeSpan.FromSeconds(1), during);

    /// <summary>Checks of terminals, under the objective.</summary>
    public ScenarioProps Checks(string name, Func<IScenarioContext, int> terminal, params LoadSimulation[] load) =>
        Describe(name, context => LoadTests.Checks.AskAsync(context, Connections, options, terminal(context)), load).WithThresholds(Objective());

    /// <summary>A scenario with the warm-up that was asked for, which is not ended by failures: the thresholds judge them.</summary>
    public ScenarioProps Describe(string name, Func<IScenarioContext, Task<IResponse>> run, params LoadSimulation[] load)
    {
        var scenario = Scenario.Create(name, run).WithLoadSimulations(load).WithMaxFailCount(int.MaxValue);
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
        using var watch = new GatewayWatch(target.Operations, options.Duration, main, MoreTables);
        context = (options.Config is null ? context : context.LoadConfig(options.Config)).WithWorkerPlugins(watch);
        string[] compared = options.Baseline is null ? [] : ["--baseline", options.Baseline, "--noise", options.Noise.ToString(CultureInfo.InvariantCulture)];

        // It blocks until the load is over, and leaves the code that the process is to end with where processes have it.
        Environment.ExitCode = 0;
        var stats = await Task.Run(() => context.Run(compared));
        var code = Environment.ExitCode == 0 && stats.Thresholds.Any(static threshold => threshold.IsFailed) ? ThresholdFailed : Environment.ExitCode;
        return new LoadOutcome(name, options, stats, stats.ScenarioStats.Find(main) ?? new ScenarioStats(), code, watch) { Comparison = options.Baseline is null ? null : ComparisonOf(name) };
    }

    /// <summary>The comparison with the baseline as the JSON report has it; null when it has none.</summary>
    private JsonElement? ComparisonOf(string name)
    {
        var path = Path.Combine(options.Folder, name + ".json");
        if (!File.Exists(path))
        {
            return null;
        }

        using var json = JsonDocument.Parse(File.ReadAllText(path));
        return json.RootElement.GetProperty("stats").TryGetProperty("comparison", out var comparison) && comparison.ValueKind == JsonValueKind.Object ? comparison.Clone() : null;
    }

    public void Dispose() => Connections.Dispose();
}
