using NBomber.Contracts;
using NBomber.Engine;

namespace NBomber.CSharp;

/// <summary>Describes scenarios.</summary>
public static class Scenario
{
    /// <summary>A scenario whose iterations call this function; each call is measured.</summary>
    public static ScenarioProps Create(string name, Func<IScenarioContext, Task<IResponse>> run) => new(name, run);

    /// <summary>A scenario with nothing to measure, for the sake of its init and clean.</summary>
    public static ScenarioProps Empty(string name) => new(name, null);

    /// <summary>What to do before any load. When it throws, the run ends as failed, without load.</summary>
    public static ScenarioProps WithInit(this ScenarioProps scenario, Func<IScenarioInitContext, Task> initFunc) => scenario with { Init = initFunc };

    /// <summary>What to do after all load. When it throws, the report says so.</summary>
    public static ScenarioProps WithClean(this ScenarioProps scenario, Func<IScenarioInitContext, Task> cleanFunc) => scenario with { Clean = cleanFunc };

    /// <summary>How long to run the simulations, from their beginning, without counting; 30 s unless told.</summary>
    public static ScenarioProps WithWarmUpDuration(this ScenarioProps scenario, TimeSpan duration) => scenario with { WarmUpDuration = duration };

    /// <summary>Counts from the first iteration on.</summary>
    public static ScenarioProps WithoutWarmUp(this ScenarioProps scenario) => scenario with { WarmUpDuration = TimeSpan.Zero };

    /// <summary>The load, part after part; one copy for a minute unless told.</summary>
    public static ScenarioProps WithLoadSimulations(this ScenarioProps scenario, params LoadSimulation[] loadSimulations) =>
        scenario with { LoadSimulations = [.. loadSimulations] };

    /// <summary>Conditions on the figures.</summary>
    public static ScenarioProps WithThresholds(this ScenarioProps scenario, params Threshold[] thresholds) => scenario with { Thresholds = [.. thresholds] };

    /// <summary>The scenario's share of the load among scenarios that have the same simulations.</summary>
    public static ScenarioProps WithWeight(this ScenarioProps scenario, int weight) => scenario with { Weight = weight };

    /// <summary>Whether a failed step ends its iteration as failed; it does unless told.</summary>
    public static ScenarioProps WithRestartIterationOnFail(this ScenarioProps scenario, bool shouldRestart) => scenario with { RestartIterationOnFail = shouldRestart };

    /// <summary>So many failed iterations end the run; 5,000 unless told.</summary>
    public static ScenarioProps WithMaxFailCount(this ScenarioProps scenario, int maxFailCount) => scenario with { MaxFailCount = maxFailCount };
}

/// <summary>Parts of an iteration that are measured on their own.</summary>
public static class Step
{
    /// <summary>Runs and measures a part. Where it fails, the iteration ends with it, unless the scenario says otherwise.</summary>
    public static Task<Response<T>> Run<T>(string name, IScenarioContext context, Func<Task<Response<T>>> run) => ((Iteration)context).RunStepAsync(name, run);
}
