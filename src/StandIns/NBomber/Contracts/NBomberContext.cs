using NBomber.Contracts.Stats;
using Serilog;
using Serilog.Events;

namespace NBomber.Contracts;

/// <summary>A run as it was described; the methods of <see cref="CSharp.NBomberRunner"/> return changed copies.</summary>
public sealed record NBomberContext
{
    internal NBomberContext(IReadOnlyList<ScenarioProps> scenarios) => Scenarios = scenarios;

    internal IReadOnlyList<ScenarioProps> Scenarios { get; init; }

    /// <summary>Settings in JSON, which outrank these: a file, or the text itself.</summary>
    internal string? Config { get; init; }

    internal IReadOnlyList<string>? TargetScenarios { get; init; }

    internal string TestSuite { get; init; } = "nbomber_default_test_suite_name";

    internal string TestName { get; init; } = "nbomber_default_test_name";

    internal string? ReportFolder { get; init; }

    internal string? ReportFileName { get; init; }

    /// <summary>None means that no report is written, not even the one for machines.</summary>
    internal IReadOnlyList<ReportFormat> ReportFormats { get; init; } = [ReportFormat.Txt, ReportFormat.Html, ReportFormat.Csv, ReportFormat.Md];

    internal TimeSpan ReportingInterval { get; init; } = TimeSpan.FromSeconds(5);

    internal TimeSpan CompletionTimeout { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>The logger to make; null for a file beside the reports.</summary>
    internal Func<LoggerConfiguration>? LoggerConfig { get; init; }

    internal LogEventLevel MinimumLogLevel { get; init; } = LogEventLevel.Debug;

    internal IReadOnlyList<IWorkerPlugin> WorkerPlugins { get; init; } = [];

    /// <summary>The JSON report of an earlier run to compare with.</summary>
    internal string? Baseline { get; init; }

    /// <summary>A change of so many percent says nothing.</summary>
    internal double NoisePercent { get; init; } = 10;

    /// <summary>Iterations of one scenario that open simulations may have under way; what has to wait for a place spoils the run.</summary>
    internal int MaxWorkUnderWay { get; init; } = 10_000;
}
