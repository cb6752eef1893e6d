namespace NBomber.Contracts;

/// <summary>What a scenario is doing.</summary>
public enum ScenarioOperation
{
    /// <summary>Its init runs.</summary>
    Init = 0,

    /// <summary>Its clean runs.</summary>
    Clean = 1,

    /// <summary>Load that is not counted.</summary>
    WarmUp = 2,

    /// <summary>Load that is counted.</summary>
    Bombing = 3,
}

/// <summary>Which copy of which scenario an iteration belongs to.</summary>
public sealed class ScenarioInfo
{
    /// <summary>Scenario and number of the copy: an id to correlate by.</summary>
    public required string InstanceId { get; init; }

    /// <summary>Number of the copy, from 0. Work that a schedule starts takes any copy that is free.</summary>
    public required int InstanceNumber { get; init; }

    /// <summary>The scenario.</summary>
    public required string ScenarioName { get; init; }

    /// <summary>How long its simulations last, as far as that is known beforehand.</summary>
    public required TimeSpan ScenarioDuration { get; init; }

    /// <summary>What the scenario is doing.</summary>
    public required ScenarioOperation ScenarioOperation { get; init; }

    /// <summary>Random numbers of the iteration, for feeds; those of nobody in particular where there is no run.</summary>
    internal Random Random { get; init; } = Random.Shared;
}

/// <summary>Which part of the data this machine is to use; one machine has all of it.</summary>
public sealed class ScenarioPartition
{
    /// <summary>Number of the part, from 1.</summary>
    public int Number { get; init; } = 1;

    /// <summary>How many parts there are.</summary>
    public int Count { get; init; } = 1;
}
