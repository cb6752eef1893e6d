using NBomber.Contracts.Stats;

namespace NBomber.Reports;

/// <summary>The three plots of a scenario: rate, latency over time, and distribution.</summary>
internal static class ScenarioPlots
{
    /// <summary>The steps whose lines are drawn: more could not be told apart.</summary>
    private const int MostSteps = 3;

    /// <summary>More points than this are more than a screen shows.</summary>
    private const int MostPoints = 600;

    public static IEnumerable<string> Of(ScenarioStats scenario)
    {
        if (scenario.Timeline.Length > 0)
        {
            yield return Rate(scenario);
        }

        if (scenario.AllOkCount > 0)
        {
            yield return Latency(scenario);
            yield return Distribution(scenario);
        }
    }

    private static string Rate(ScenarioStats scenario)
    {
        var (group, at) = Points(scenario);
        List<Line> lines =
        [
            new("ended well", "ok", [.. at.Select(points => (X(points), (double?)points.Average(point => point.Ok)))], Filled: true),
            new("failed", "fail", [.. at.Select(points => (X(points), (double?)points.Average(point => point.Fail)))]),
        ];
        if (scenario.IntendedCount > 0)
        {
            lines.Add(new Line("planned", "planned", [.. at.Select(points => (X(points), points.Average(point => point.PlannedRate)))]));
        }

        var most = lines.Max(line => line.Points.Max(point => point.Y ?? 0));
        return Plot.Draw("Iterations that ended, per second", Seconds(scenario, group), Axis.Linear(0, most * 1.08, "per second"), lines);
    }

    private static string Latency(ScenarioStats scenario)
    {
        var (group, at) = Points(scenario);
        Line[] lines =
        [
            Series("latency p99", "latency", point => point.LatencyPercent99Ms),
            Series("latency p50", "latency half", point => point.LatencyPercent50Ms),
            Series("service time p99", "service", point => point.ServiceTimePercent99Ms),
            Series("service time p50", "service half", point => point.ServiceTimePercent50Ms),
        ];
        double[] values = [.. lines.SelectMany(line => line.Points).Select(point => point.Y ?? 0).Where(value => value > 0).DefaultIfEmpty(1)];
        return Plot.Draw("Latency from the intended start, and service time from the actual one", Seconds(scenario, group), Axis.Logarithmic(values.Min(), values.Max(), "milliseconds"), lines);

        // Of several seconds that share a point the worst is shown.
        Line Series(string name, string style, Func<SecondStats, double> value) =>
            new(name, style, [.. at.Select(points => (X(points), points.All(point => point.Ok == 0) ? null : (double?)points.Max(value)))]);
    }

    private static string Distribution(ScenarioStats scenario)
    {
        // Beyond this share there is less than one iteration, but for the slowest of all, which ends the line.
        var most = Math.Clamp(100 * (1 - (1.0 / Math.Max(scenario.AllOkCount, 2))), 50, 99.999);
        PercentileStats[] points = [.. scenario.Distribution.Where(IsDrawn)];
        Line[] lines =
        [
            new("latency, from the intended start", "latency", [.. points.Select(point => (point.Percent, (double?)point.LatencyMs))]),
            new("service time, from the actual start", "service", [.. points.Select(point => (point.Percent, (double?)point.ServiceTimeMs))]),
            .. scenario.StepStats.Where(step => step.Distribution.Length > 0).Take(MostSteps).Select((step, number) =>
                new Line($"step {step.StepName}", $"step{number + 1}", [.. step.Distribution.Where(IsDrawn).Select(point => (point.Percent, (double?)point.LatencyMs))])),
        ];
        double[] values = [.. lines.SelectMany(line => line.Points).Select(point => point.Y ?? 0).Where(value => value > 0).DefaultIfEmpty(1)];
        return Plot.Draw("Distribution: so many iterations took at most so long", Axis.Nines(points[^2].Percent, "share of the iterations that ended well"), Axis.Logarithmic(values.Min(), values.Max(), "milliseconds"), lines);

        bool IsDrawn(PercentileStats point) => point.Percent <= most || point.Percent >= 100;
    }

    private static Axis Seconds(ScenarioStats scenario, int group) =>
        Axis.Linear(0, scenario.Timeline.Length, group == 1 ? "seconds since the counted part began" : $"seconds since the counted part began; a point for every {group}");

    private static (int Group, SecondStats[][] Points) Points(ScenarioStats scenario)
    {
        var group = (scenario.Timeline.Length + MostPoints - 1) / MostPoints;
        return (group, [.. scenario.Timeline.Chunk(group)]);
    }

    private static double X(SecondStats[] points) => points[0].Second + (points.Length / 2.0);
}
