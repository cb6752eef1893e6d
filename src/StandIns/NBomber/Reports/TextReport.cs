using System.Globalization;
using System.Text;
using NBomber.Contracts.Stats;

namespace NBomber.Reports;

/// <summary>The report as plain text; what the console shows, too.</summary>
internal static class TextReport
{
    /// <summary>One line for a scenario while it runs.</summary>
    public static string Line(ScenarioStats scenario) => string.Create(CultureInfo.InvariantCulture,
        $"{scenario.Duration:hh\\:mm\\:ss} {scenario.ScenarioName}: {scenario.AllOkCount:N0} ok, {scenario.AllFailCount:N0} failed, {scenario.Ok.Request.RPS:N1}/s, p50 {ReportTable.Ms(scenario.Ok.Latency.Percent50)} ms, p99 {ReportTable.Ms(scenario.Ok.Latency.Percent99)} ms");

    public static string Of(NodeStats stats)
    {
        var text = new StringBuilder();
        text.AppendLine(ReportTable.Verdict(stats));
        foreach (var reason in stats.VerdictReasons)
        {
            text.AppendLine($"  {reason}");
        }

        foreach (var warning in stats.Warnings)
        {
            text.AppendLine($"warning: {warning}");
        }

        text.AppendLine();
        foreach (var (name, value) in ReportTable.Environment(stats))
        {
            text.AppendLine($"{name,-12} {value}");
        }

        foreach (var scenario in stats.ScenarioStats)
        {
            text.AppendLine().AppendLine($"scenario {scenario.ScenarioName}").AppendLine($"  load: {scenario.LoadSimulationStats.SimulationName}");
            if (ReportTable.Starts(scenario) is { Length: > 0 } starts)
            {
                text.AppendLine($"  {starts}");
            }

            text.AppendLine("  times in milliseconds");
            AppendTable(text, [ReportTable.Head, .. ReportTable.Rows(scenario)]);
            foreach (var code in scenario.Ok.StatusCodes.Concat(scenario.Fail.StatusCodes))
            {
                text.AppendLine($"  status {code.StatusCode}: {code.Count.ToString("N0", CultureInfo.InvariantCulture)} ({code.Percent} %) {(code.IsError ? "failed" : "ok")} {code.Message}".TrimEnd());
            }
        }

        if (stats.Comparison is { } comparison)
        {
            text.AppendLine().AppendLine(ReportTable.ComparisonTitle(comparison));
            foreach (var caveat in comparison.Caveats)
            {
                text.AppendLine($"  {caveat}");
            }

            AppendTable(text, [ReportTable.ComparisonHead, .. ReportTable.ComparisonRows(comparison)]);
        }

        foreach (var (title, head, rows) in ReportTable.PluginTables(stats))
        {
            text.AppendLine().AppendLine(title);
            AppendTable(text, [head, .. rows]);
        }

        foreach (var threshold in stats.Thresholds)
        {
            text.AppendLine($"threshold {(threshold.IsFailed ? "FAILED" : "held")}: {threshold.ScenarioName} {threshold.StepName} {threshold.CheckExpression} {threshold.ExceptionMsg}".TrimEnd());
        }

        return text.ToString();
    }

    private static void AppendTable(StringBuilder text, string[][] rows)
    {
        int[] widths = [.. Enumerable.Range(0, rows[0].Length).Select(column => rows.Max(row => row[column].Length))];
        foreach (var row in rows)
        {
            text.Append("  ").Append(row[0].PadRight(widths[0]));
            for (var column = 1; column < row.Length; column++)
            {
                text.Append("  ").Append(row[column].PadLeft(widths[column]));
            }

            text.AppendLine();
        }
    }
}
