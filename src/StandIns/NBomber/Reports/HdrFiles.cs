using NBomber.Contracts.Stats;
using NBomber.Measuring;

namespace NBomber.Reports;

/// <summary>The distributions of a run, a file for each: of a scenario from the intended and from the actual start, of a step from its own.</summary>
internal static class HdrFiles
{
    /// <summary>The end of each file's name, and its text; of what ended well.</summary>
    public static IEnumerable<(string Ending, Func<string> Text)> Of(NodeStats stats)
    {
        var taken = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var scenario in stats.ScenarioStats)
        {
            var name = Free(FileName(scenario.ScenarioName), taken);
            foreach (var (kind, counts) in new[] { ("latency", scenario.Ok.LatencyCounts), ("service", scenario.Ok.ServiceCounts) })
            {
                if (counts is { Count: > 0 })
                {
                    yield return ($"{name}.{kind}.hgrm", () => HdrText.Of(counts));
                }
            }

            foreach (var step in scenario.StepStats)
            {
                if (step.Ok.LatencyCounts is { Count: > 0 } counts)
                {
                    yield return ($"{Free($"{name}.step-{FileName(step.StepName)}", taken)}.service.hgrm", () => HdrText.Of(counts));
                }
            }
        }
    }

    /// <summary>A name may hold anything; a file's should be typed with ease, everywhere.</summary>
    private static string FileName(string name) => string.Concat(name.Select(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' ? letter : '_'));

    /// <summary>Two names may have become one.</summary>
    private static string Free(string name, HashSet<string> taken)
    {
        var free = name;
        for (var number = 2; !taken.Add(free); number++)
        {
            free = $"{name}-{number}";
        }

        return free;
    }
}
