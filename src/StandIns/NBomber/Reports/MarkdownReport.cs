using System.Globalization;
using System.Text;
using NBomber.Contracts.Stats;

namespace NBomber.Reports;

/// <summary>The report in Markdown.</summary>
internal static class MarkdownReport
{
    public static string Of(NodeStats stats)
    {
        var text = new StringBuilder();
        text.AppendLine($"# {Cell(stats.TestInfo.TestName)}").AppendLine().AppendLine($"**{ReportTable.Verdict(stats)}**");
        AppendList(text, stats.VerdictReasons.Concat(stats.Warnings.Select(warning => "Warning: " + warning)));
        text.AppendLine();
        AppendTable(text, ["", ""], ReportTable.Environment(stats).Select(line => new[] { line.Name, line.Value }));
        foreach (var scenario in stats.ScenarioStats)
        {
            text.AppendLine().AppendLine($"## {Cell(scenario.ScenarioName)}").AppendLine();
            text.AppendLine($"Load: {Cell(scenario.LoadSimulationStats.SimulationName)}. {ReportTable.Starts(scenario)}".TrimEnd()).AppendLine();
            text.AppendLine("Times in milliseconds.").AppendLine();
            AppendTable(text, ReportTable.Head, ReportTable.Rows(scenario));
            var codes = scenario.Ok.StatusCodes.Concat(scenario.Fail.StatusCodes).ToArray();
            if (codes.Length > 0)
            {
                text.AppendLine();
                AppendTable(text, ["status", "count", "%", "", "message"], codes.Select(code => new[]
                {
                    code.StatusCode, code.Count.ToString("N0", CultureInfo.InvariantCulture), code.Percent.ToString(CultureInfo.InvariantCulture), code.IsError ? "failed" : "ok", code.Message,
                }));
            }
        }

        if (stats.Comparison is { } comparison)
        {
            text.AppendLine().AppendLine("## Comparison").AppendLine().AppendLine(Cell(ReportTable.ComparisonTitle(comparison)) + ".");
            AppendList(text, comparison.Caveats);
            text.AppendLine();
            AppendTable(text, ReportTable.ComparisonHead, ReportTable.ComparisonRows(comparison));
        }

        foreach (var (title, head, rows) in ReportTable.PluginTables(stats))
        {
            text.AppendLine().AppendLine($"## {Cell(title)}").AppendLine();
            AppendTable(text, [.. head.Select(Cell)], rows);
        }

        if (stats.Thresholds.Length > 0)
        {
            text.AppendLine().AppendLine("## Thresholds").AppendLine();
            AppendTable(text, ["", "scenario", "step", "condition", "failed checks"], stats.Thresholds.Select(threshold => new[]
            {
                threshold.IsFailed ? "FAILED" : "held", threshold.ScenarioName, threshold.StepName, $"{threshold.CheckExpression} {threshold.ExceptionMsg}".TrimEnd(),
                threshold.ErrorCount.ToString(CultureInfo.InvariantCulture),
            }));
        }

        return text.ToString();
    }

    private static void AppendList(StringBuilder text, IEnumerable<string> lines)
    {
        var first = true;
        foreach (var line in lines)
        {
            text.Append(first ? Environment.NewLine : "").AppendLine($"- {Cell(line)}");
            first = false;
        }
    }

    private static void AppendTable(StringBuilder text, string[] head, IEnumerable<string[]> rows)
    {
        text.AppendLine($"| {string.Join(" | ", head)} |").AppendLine($"|{string.Concat(head.Select((_, column) => column == 0 ? "---|" : "---:|"))}");
        foreach (var row in rows)
        {
            text.AppendLine($"| {string.Join(" | ", row.Select(Cell))} |");
        }
    }

    /// <summary>A name or a message may hold anything; here it must not end a cell or a line.</summary>
    private static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal).ReplaceLineEndings(" ");
}
