using System.Data;
using System.Globalization;
using NBomber.Contracts.Stats;

namespace NBomber.Reports;

/// <summary>The figures of a scenario as rows of text, the same for every report that people read.</summary>
internal static class ReportTable
{
    public static readonly string[] Head = ["what", "count", "%", "per s", "min", "mean", "p50", "p75", "p90", "p95", "p99", "p99.9", "max", "std dev"];

    public static IEnumerable<string[]> Rows(ScenarioStats scenario)
    {
        yield return Row("ok: latency, from the intended start", scenario.Ok.Request, scenario.Ok.Latency);
        yield return Row("ok: service time, from the actual start", scenario.Ok.Request, scenario.Ok.ServiceTime);
        if (scenario.AllFailCount > 0)
        {
            yield return Row("failed: latency", scenario.Fail.Request, scenario.Fail.Latency);
            yield return Row("failed: service time", scenario.Fail.Request, scenario.Fail.ServiceTime);
        }

        foreach (var step in scenario.StepStats)
        {
            yield return Row($"step {step.StepName}, ok", step.Ok.Request, step.Ok.Latency);
            if (step.Fail.Request.Count > 0)
            {
                yield return Row($"step {step.StepName}, failed", step.Fail.Request, step.Fail.Latency);
            }
        }

        if (scenario.IntendedCount > 0)
        {
            yield return Row("lag, from the intended to the actual start", null, scenario.StartLag);
        }
    }

    /// <summary>What became of the starts that were intended; empty in a closed simulation.</summary>
    public static string Starts(ScenarioStats scenario) => scenario.IntendedCount == 0 ? "" : string.Create(CultureInfo.InvariantCulture,
        $"{scenario.IntendedCount:N0} starts intended, {scenario.HeldBackCount:N0} held back, {scenario.NotStartedCount:N0} never happened, {scenario.LateCount:N0} more than 5 ms late, {scenario.UnfinishedCount:N0} unfinished");

    public static IEnumerable<(string Name, string Value)> Environment(NodeStats stats)
    {
        yield return ("suite, test", $"{stats.TestInfo.TestSuite}, {stats.TestInfo.TestName}");
        yield return ("session", stats.TestInfo.SessionId);
        yield return ("began (UTC)", stats.TestInfo.Created.ToString("u", CultureInfo.InvariantCulture));
        yield return ("counted", stats.Duration.ToString(@"hh\:mm\:ss\.fff", CultureInfo.InvariantCulture));
        yield return ("machine", $"{stats.NodeInfo.MachineName}, {stats.NodeInfo.CoresCount} processors, {stats.NodeInfo.Processor}");
        yield return ("system", $"{stats.NodeInfo.OS}, {stats.NodeInfo.DotNetVersion}");
        yield return ("processor", stats.Environment.Cpu);
        yield return ("kernel", stats.Environment.Kernel);
        yield return ("collector", stats.Environment.Gc);
        yield return ("program", stats.Environment.Program);
        var use = stats.Generator;
        var seconds = Math.Max(stats.Duration.TotalSeconds, 0.001);
        yield return ("generator", string.Create(CultureInfo.InvariantCulture,
            $"{use.CpuSeconds / seconds / Math.Max(use.Processors, 0.001):P0} of the {use.Processors:0.##} processors it may use, at most {use.HighestCpuShare:P0} over {Engine.CpuWatch.WindowSeconds} s; {use.AllocatedBytes / 1e6 / seconds:F1} MB/s allocated, {use.Gen0Collections} collections ({use.Gen2Collections} full) in {use.GcPauseMs:F1} ms, seed {use.Seed}"));
    }

    /// <summary>What stands above the comparison with an earlier run.</summary>
    public static string ComparisonTitle(ComparisonStats comparison) => string.Create(CultureInfo.InvariantCulture,
        $"Compared with {comparison.Baseline.TestName} of {comparison.Baseline.Created:yyyy-MM-dd HH:mm:ss} UTC; changes within ±{comparison.NoisePercent:0.##} % of the earlier figure count as noise");

    public static readonly string[] ComparisonHead = ["scenario", "figure", "before", "now", "change", ""];

    public static IEnumerable<string[]> ComparisonRows(ComparisonStats comparison) => comparison.Changes.Select(static change => new[]
    {
        change.ScenarioName, change.Figure, Ms(change.Before), Ms(change.Now),
        change.ChangePercent is { } percent ? percent.ToString("+0.0;-0.0;0.0", CultureInfo.InvariantCulture) + " %" : "from zero",
        change.Judgement switch { ChangeJudgement.Better => "BETTER", ChangeJudgement.Worse => "WORSE", _ => "noise" },
    });

    /// <summary>The tables of the plugins.</summary>
    public static IEnumerable<(string Title, string[] Head, string[][] Rows)> PluginTables(NodeStats stats) =>
        stats.PluginStats.SelectMany(static set => set.Tables.Cast<DataTable>()).Select(static table => (
            table.TableName,
            table.Columns.Cast<DataColumn>().Select(static column => column.Caption).ToArray(),
            table.Rows.Cast<DataRow>().Select(static row => row.ItemArray.Select(static cell => Convert.ToString(cell, CultureInfo.InvariantCulture) ?? "").ToArray()).ToArray()));

    /// <summary>The exit code that goes with the verdict, in words.</summary>
    public static string Verdict(NodeStats stats) => stats.Verdict switch
    {
        RunVerdict.Passed => "PASSED",
        RunVerdict.Invalid => "INVALID: the load was not as intended, so the figures say nothing about the target",
        RunVerdict.ThresholdFailed => "THRESHOLD FAILED",
        RunVerdict.Interrupted => "INTERRUPTED: the figures are those of the part that ran",
        RunVerdict.Running => "STILL RUNNING",
        _ => "FAILED",
    };

    /// <summary>Milliseconds with three digits that count.</summary>
    public static string Ms(double ms) => ms.ToString(ms switch { >= 100 => "F0", >= 10 => "F1", >= 1 => "F2", _ => "F3" }, CultureInfo.InvariantCulture);

    private static string[] Row(string what, RequestStats? count, LatencyStats times) =>
    [
        what,
        count?.Count.ToString("N0", CultureInfo.InvariantCulture) ?? "",
        count?.Percent.ToString(CultureInfo.InvariantCulture) ?? "",
        count?.RPS.ToString("N1", CultureInfo.InvariantCulture) ?? "",
        .. new[] { times.MinMs, times.MeanMs, times.Percent50, times.Percent75, times.Percent90, times.Percent95, times.Percent99, times.Percent999, times.MaxMs, times.StdDev }.Select(Ms),
    ];
}
