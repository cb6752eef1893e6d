using System.Globalization;
using System.Text;
using NBomber.Contracts.Stats;

namespace NBomber.Reports;

/// <summary>The seconds of every scenario, a line each.</summary>
internal static class CsvReport
{
    public const string Head = "scenario,second,planned_rate,ok,fail,latency_p50_ms,latency_p99_ms,latency_max_ms,service_p50_ms,service_p99_ms,service_max_ms";

    public static string Of(NodeStats stats)
    {
        var text = new StringBuilder();
        text.Append(Head).Append("\r\n");
        foreach (var scenario in stats.ScenarioStats)
        {
            foreach (var at in scenario.Timeline)
            {
                text.Append(CultureInfo.InvariantCulture,
                    $"{Quoted(scenario.ScenarioName)},{at.Second},{at.PlannedRate},{at.Ok},{at.Fail},{at.LatencyPercent50Ms},{at.LatencyPercent99Ms},{at.LatencyMaxMs},{at.ServiceTimePercent50Ms},{at.ServiceTimePercent99Ms},{at.ServiceTimeMaxMs}\r\n");
            }
        }

        return text.ToString();
    }

    private static string Quoted(string text) => text.AsSpan().ContainsAny("\",\r\n") ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;
}
