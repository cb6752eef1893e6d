using NBomber.Contracts;
using static NBomber.Contracts.LoadSimulation;

namespace NBomber.Engine;

/// <summary>Refuses a run that makes no sense, with all that is wrong in one message.</summary>
internal static class Validation
{
    public static void Check(NBomberContext context)
    {
        string[] problems = [.. OfRun(context), .. context.Scenarios.SelectMany(OfScenario), .. OfWeights(Targets(context))];
        if (problems.Length > 0)
        {
            throw new ArgumentException("This run cannot be started:\n" + string.Join('\n', problems.Select(problem => "- " + problem)));
        }
    }

    /// <summary>The scenarios that are to run.</summary>
    public static IReadOnlyList<ScenarioProps> Targets(NBomberContext context) =>
        context.TargetScenarios is { } names ? [.. context.Scenarios.Where(scenario => names.Contains(scenario.ScenarioName))] : context.Scenarios;

    private static IEnumerable<string> OfRun(NBomberContext context)
    {
        if (context.Scenarios.Count == 0)
        {
            yield return "there is no scenario";
        }

        foreach (var twice in context.Scenarios.GroupBy(scenario => scenario.ScenarioName).Where(group => group.Count() > 1))
        {
            yield return $"{twice.Count()} scenarios are named '{twice.Key}'";
        }

        foreach (var name in context.TargetScenarios?.Where(name => context.Scenarios.All(scenario => scenario.ScenarioName != name)) ?? [])
        {
            yield return $"there is no scenario '{name}' to run";
        }

        if (context.TargetScenarios is { Count: 0 })
        {
            yield return "the list of scenarios to run is empty";
        }

        if (context.ReportingInterval < TimeSpan.FromSeconds(1))
        {
            yield return $"the reporting interval of {context.ReportingInterval} is below one second";
        }

        if (context.CompletionTimeout < TimeSpan.Zero)
        {
            yield return $"the completion timeout of {context.CompletionTimeout} is negative";
        }

        if (context.MaxWorkUnderWay < 1)
        {
            yield return $"a bound of {context.MaxWorkUnderWay} on work under way lets nothing start";
        }
    }

    private static IEnumerable<string> OfScenario(ScenarioProps scenario)
    {
        var of = $"scenario '{scenario.ScenarioName}'";
        if (string.IsNullOrWhiteSpace(scenario.ScenarioName))
        {
            yield return "a scenario has no name";
        }

        if (scenario.WarmUpDuration < TimeSpan.Zero)
        {
            yield return $"{of}: the warm-up is negative";
        }

        if (scenario.LoadSimulations.Count == 0)
        {
            yield return $"{of}: there is no load simulation";
        }

        if (scenario.MaxFailCount < 1)
        {
            yield return $"{of}: the highest number of failures is below one";
        }

        foreach (var problem in scenario.LoadSimulations.SelectMany(OfSimulation))
        {
            yield return $"{of}: {problem}";
        }
    }

    private static IEnumerable<string> OfSimulation(LoadSimulation part)
    {
        var hasIterations = part.Is is Kind.IterationsForConstant or Kind.IterationsForInject;
        if (!hasIterations && part.During <= TimeSpan.Zero)
        {
            yield return $"'{part}' takes no time";
        }

        if (hasIterations && part.Iterations < 1)
        {
            yield return $"'{part}' has no iteration";
        }

        if (part.Amount < 0 || (part.Amount == 0 && hasIterations))
        {
            yield return $"'{part}' needs a positive number of copies or starts";
        }

        if (part.IsOpen && part.Interval <= TimeSpan.Zero)
        {
            yield return $"'{part}' needs a positive interval";
        }

        if (part.Is == Kind.InjectRandom && (part.MaxAmount < part.Amount || part.MaxAmount < 1))
        {
            yield return $"'{part}' needs a highest number above zero and not below the least";
        }
    }

    private static IEnumerable<string> OfWeights(IReadOnlyList<ScenarioProps> scenarios)
    {
        ScenarioProps[] weighted = [.. scenarios.Where(scenario => scenario.Weight is not null)];
        if (weighted.Length == 0)
        {
            yield break;
        }

        if (weighted.Length < scenarios.Count)
        {
            yield return "some scenarios have a weight and others have none";
        }

        if (weighted.Any(scenario => scenario.Weight < 1))
        {
            yield return "a weight is below one";
        }

        if (weighted.Any(scenario => !scenario.LoadSimulations.SequenceEqual(weighted[0].LoadSimulations)))
        {
            yield return "scenarios with weights share one load: their simulations have to be the same";
        }
    }
}
