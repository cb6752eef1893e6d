using System.Globalization;
using System.Net;
using System.Text;
using NBomber.Contracts.Stats;

namespace NBomber.Reports;

/// <summary>The report as one page that needs nothing from elsewhere, not even a script.</summary>
internal static class HtmlReport
{
    public static string Of(NodeStats stats)
    {
        var page = new StringBuilder();
        page.Append("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"/><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>");
        page.Append($"<title>{Text(stats.TestInfo.TestName)}</title><style>{HtmlStyle.Css}</style></head><body><main>");
        AppendHeader(page, stats);
        foreach (var scenario in stats.ScenarioStats)
        {
            AppendScenario(page, scenario);
        }

        AppendComparison(page, stats);
        foreach (var (title, head, rows) in ReportTable.PluginTables(stats))
        {
            page.Append($"<section><h2>{Text(title)}</h2>");
            AppendTable(page, head, rows);
            page.Append("</section>");
        }

        AppendThresholds(page, stats);
        page.Append("<section><h2>Run</h2><table class=\"facts\"><tbody>");
        foreach (var (name, value) in ReportTable.Environment(stats))
        {
            page.Append($"<tr><th scope=\"row\">{Text(name)}</th><td>{Text(value)}</td></tr>");
        }

        page.Append("</tbody></table></section></main></body></html>\n");
        return page.ToString();
    }

    private static void AppendHeader(StringBuilder page, NodeStats stats)
    {
        var verdict = ReportTable.Verdict(stats).Split(": ", 2);
        page.Append($"<header class=\"{stats.Verdict.ToString().ToLowerInvariant()}\"><p class=\"suite\">{Text(stats.TestInfo.TestSuite)}</p><h1>{Text(stats.TestInfo.TestName)}</h1>");
        page.Append($"<p class=\"verdict\"><span class=\"badge\">{Text(verdict[0])}</span> {Text(verdict.ElementAtOrDefault(1) ?? "")}</p>");
        AppendList(page, "reasons", stats.VerdictReasons);
        AppendList(page, "warnings", stats.Warnings.Select(warning => "Warning: " + warning));
        page.Append("</header>");
    }

    private static void AppendScenario(StringBuilder page, ScenarioStats scenario)
    {
        page.Append($"<section><h2>{Text(scenario.ScenarioName)}</h2><p class=\"load\">{Text(scenario.LoadSimulationStats.SimulationName)}</p><div class=\"cards\">");
        AppendCard(page, "ended well", Number(scenario.AllOkCount), string.Create(CultureInfo.InvariantCulture, $"{scenario.Ok.Request.RPS:N1} per second"));
        AppendCard(page, "failed", Number(scenario.AllFailCount), $"{scenario.Fail.Request.Percent} %", scenario.AllFailCount > 0);
        AppendCard(page, "latency p99", Ms(scenario.Ok.Latency.Percent99), $"half within {Ms(scenario.Ok.Latency.Percent50)}");
        AppendCard(page, "service time p99", Ms(scenario.Ok.ServiceTime.Percent99), $"half within {Ms(scenario.Ok.ServiceTime.Percent50)}");
        if (scenario.IntendedCount > 0)
        {
            var lost = scenario.HeldBackCount + scenario.NotStartedCount;
            AppendCard(page, "starts not in time", Number(lost), $"of {Number(scenario.IntendedCount)} intended", lost > 0);
            AppendCard(page, "lag of starts p99", Ms(scenario.StartLag.Percent99), $"at most {Ms(scenario.StartLag.MaxMs)}");
        }

        page.Append("</div>");
        foreach (var plot in ScenarioPlots.Of(scenario))
        {
            page.Append(plot);
        }

        page.Append("<h3>Figures, in milliseconds</h3>");
        AppendTable(page, ReportTable.Head, ReportTable.Rows(scenario));
        var codes = scenario.Ok.StatusCodes.Concat(scenario.Fail.StatusCodes).ToArray();
        if (codes.Length > 0)
        {
            page.Append("<h3>Status codes</h3>");
            AppendTable(page, ["code", "count", "%", "", "first message"], codes.Select(code => new[]
            {
                code.StatusCode, Number(code.Count), Number(code.Percent), code.IsError ? "failed" : "ok", code.Message,
            }));
        }

        page.Append("</section>");
    }

    private static void AppendComparison(StringBuilder page, NodeStats stats)
    {
        if (stats.Comparison is { } comparison)
        {
            page.Append($"<section class=\"comparison\"><h2>Comparison</h2><p class=\"load\">{Text(ReportTable.ComparisonTitle(comparison))}</p>");
            AppendList(page, "warnings", comparison.Caveats);
            AppendTable(page, ReportTable.ComparisonHead, ReportTable.ComparisonRows(comparison), static row => row[^1].ToLowerInvariant());
            page.Append("</section>");
        }
    }

    private static void AppendThresholds(StringBuilder page, NodeStats stats)
    {
        if (stats.Thresholds.Length > 0)
        {
            page.Append("<section><h2>Thresholds</h2>");
            AppendTable(page, ["condition", "scenario", "step", "failed checks", ""], stats.Thresholds.Select(threshold => new[]
            {
                $"{threshold.CheckExpression} {threshold.ExceptionMsg}".TrimEnd(), threshold.ScenarioName, threshold.StepName, Number(threshold.ErrorCount), threshold.IsFailed ? "FAILED" : "held",
            }));
            page.Append("</section>");
        }
    }

    private static void AppendCard(StringBuilder page, string name, string value, string note, bool isBad = false) =>
        page.Append($"<div class=\"card{(isBad ? " bad" : "")}\"><span>{Text(name)}</span><b>{Text(value)}</b><span>{Text(note)}</span></div>");

    private static void AppendList(StringBuilder page, string style, IEnumerable<string> lines)
    {
        var items = string.Concat(lines.Select(line => $"<li>{Text(line)}</li>"));
        page.Append(items.Length > 0 ? $"<ul class=\"{style}\">{items}</ul>" : "");
    }

    private static void AppendTable(StringBuilder page, string[] head, IEnumerable<string[]> rows, Func<string[], string>? style = null)
    {
        page.Append($"<div class=\"wide\"><table><thead><tr>{string.Concat(head.Select(cell => $"<th scope=\"col\">{Text(cell)}</th>"))}</tr></thead><tbody>");
        foreach (var row in rows)
        {
            page.Append($"<tr{(style is null ? "" : $" class=\"{style(row)}\"")}><th scope=\"row\">{Text(row[0])}</th>{string.Concat(row.Skip(1).Select(cell => $"<td>{Text(cell)}</td>"))}</tr>");
        }

        page.Append("</tbody></table></div>");
    }

    private static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    private static string Ms(double value) => ReportTable.Ms(value) + " ms";

    private static string Text(string text) => WebUtility.HtmlEncode(text);
}
