using NBomber.Contracts.Stats;

namespace NBomber.Contracts;

/// <summary>Looking figures up by name.</summary>
public static class StatsExtensions
{
    /// <summary>The figures of a scenario; throws when there is none of that name.</summary>
    public static ScenarioStats Get(this ScenarioStats[] scenarioStats, string name) => scenarioStats.Find(name) ?? throw Missing("scenario", name);

    /// <summary>The figures of a scenario, or null.</summary>
    public static ScenarioStats? Find(this ScenarioStats[] scenarioStats, string name) => Array.Find(scenarioStats, one => one.ScenarioName == name);

    /// <summary>Whether there is such a scenario.</summary>
    public static bool Exists(this ScenarioStats[] scenarioStats, string name) => scenarioStats.Find(name) is not null;

    /// <summary>The figures of a step; throws when there is none of that name.</summary>
    public static StepStats Get(this StepStats[] stepStats, string name) => stepStats.Find(name) ?? throw Missing("step", name);

    /// <summary>The figures of a step, or null.</summary>
    public static StepStats? Find(this StepStats[] stepStats, string name) => Array.Find(stepStats, one => one.StepName == name);

    /// <summary>Whether there is such a step.</summary>
    public static bool Exists(this StepStats[] stepStats, string name) => stepStats.Find(name) is not null;

    /// <summary>The figures of a status code; throws when it was never seen.</summary>
    public static StatusCodeStats Get(this StatusCodeStats[] statusCodes, string statusCode) => statusCodes.Find(statusCode) ?? throw Missing("status code", statusCode);

    /// <summary>The figures of a status code, or null.</summary>
    public static StatusCodeStats? Find(this StatusCodeStats[] statusCodes, string statusCode) => Array.Find(statusCodes, one => one.StatusCode == statusCode);

    /// <summary>Whether the status code was seen.</summary>
    public static bool Exists(this StatusCodeStats[] statusCodes, string statusCode) => statusCodes.Find(statusCode) is not null;

    private static KeyNotFoundException Missing(string what, string name) => new($"There is no {what} '{name}' in these figures.");
}
