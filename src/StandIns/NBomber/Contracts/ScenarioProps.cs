using Microsoft.Extensions.Configuration;

namespace NBomber.Contracts;

/// <summary>A scenario as it was described; the methods of <see cref="CSharp.Scenario"/> return changed copies.</summary>
public sealed record ScenarioProps
{
    internal ScenarioProps(string name, Func<IScenarioContext, Task<IResponse>>? run)
    {
        ScenarioName = name;
        Run = run;
    }

    /// <summary>The scenario's name.</summary>
    public string ScenarioName { get; }

    /// <summary>No run means that only init and clean are wanted.</summary>
    internal Func<IScenarioContext, Task<IResponse>>? Run { get; }

    internal Func<IScenarioInitContext, Task>? Init { get; init; }

    internal Func<IScenarioInitContext, Task>? Clean { get; init; }

    internal TimeSpan WarmUpDuration { get; init; } = TimeSpan.FromSeconds(30);

    internal IReadOnlyList<LoadSimulation> LoadSimulations { get; init; } = [CSharp.Simulation.KeepConstant(1, TimeSpan.FromMinutes(1))];

    internal IReadOnlyList<Threshold> Thresholds { get; init; } = [];

    internal bool RestartIterationOnFail { get; init; } = true;

    internal int MaxFailCount { get; init; } = 5_000;

    internal int? Weight { get; init; }

    /// <summary>Settings of the scenario's own, from the JSON configuration; empty without it.</summary>
    internal IConfiguration CustomSettings { get; init; } = new ConfigurationBuilder().Build();
}
