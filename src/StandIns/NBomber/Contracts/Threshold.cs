using System.Runtime.CompilerServices;
using NBomber.Contracts.Stats;

namespace NBomber.Contracts;

/// <summary>A condition that the figures of a scenario or of one step have to meet, on the way and at the end.</summary>
public sealed class Threshold
{
    private Threshold()
    {
    }

    /// <summary>The step, or empty for the scenario.</summary>
    public string StepName { get; private init; } = "";

    /// <summary>The condition on a step.</summary>
    public Func<StepStats, bool>? CheckStep { get; private init; }

    /// <summary>The condition on a scenario.</summary>
    public Func<ScenarioStats, bool>? CheckScenario { get; private init; }

    /// <summary>So many failed checks end the run; never when null.</summary>
    public int? AbortWhenErrorCount { get; private init; }

    /// <summary>How long to wait before the first check.</summary>
    public TimeSpan? StartCheckAfter { get; private init; }

    /// <summary>The condition as it was written.</summary>
    internal string Expression { get; private init; } = "";

    /// <summary>A condition on a scenario.</summary>
    public static Threshold Create(Func<ScenarioStats, bool> checkScenario, int? abortWhenErrorCount = null, TimeSpan? startCheckAfter = null,
        [CallerArgumentExpression(nameof(checkScenario))] string checkExpression = "") => new()
    {
        CheckScenario = checkScenario,
        AbortWhenErrorCount = abortWhenErrorCount,
        StartCheckAfter = startCheckAfter,
        Expression = checkExpression,
    };

    /// <summary>A condition on a step.</summary>
    public static Threshold Create(string stepName, Func<StepStats, bool> checkStep, int? abortWhenErrorCount = null, TimeSpan? startCheckAfter = null,
        [CallerArgumentExpression(nameof(checkStep))] string checkExpression = "") => new()
    {
        StepName = stepName,
        CheckStep = checkStep,
        AbortWhenErrorCount = abortWhenErrorCount,
        StartCheckAfter = startCheckAfter,
        Expression = checkExpression,
    };
}
