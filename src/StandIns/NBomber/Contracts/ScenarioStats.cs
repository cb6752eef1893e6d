namespace NBomber.Contracts.Stats;

/// <summary>The figures of a scenario.</summary>
public sealed class ScenarioStats
{
    /// <summary>The scenario.</summary>
    public string ScenarioName { get; init; } = "";

    /// <summary>Iterations that ended well.</summary>
    public MeasurementStats Ok { get; init; } = new();

    /// <summary>Iterations that failed.</summary>
    public MeasurementStats Fail { get; init; } = new();

    /// <summary>The figures of each step, in the order in which the steps were first seen.</summary>
    public StepStats[] StepStats { get; init; } = [];

    /// <summary>The simulation that runs.</summary>
    public LoadSimulationStats LoadSimulationStats { get; init; } = new();

    /// <summary>What the scenario is doing.</summary>
    public OperationType CurrentOperation { get; init; }

    /// <summary>Iterations that ended.</summary>
    public int AllRequestCount { get; init; }

    /// <summary>Iterations that ended well.</summary>
    public int AllOkCount { get; init; }

    /// <summary>Iterations that failed.</summary>
    public int AllFailCount { get; init; }

    /// <summary>Bytes received.</summary>
    public long AllBytes { get; init; }

    /// <summary>How long the simulations lasted.</summary>
    public TimeSpan Duration { get; init; }

    /// <summary>Place among the scenarios, from 0.</summary>
    public int SortIndex { get; init; }

    /// <summary>Starts that the schedule of the open simulations wanted. Beyond the package.</summary>
    public long IntendedCount { get; init; }

    /// <summary>Starts that had to wait for a place because of the bound on work under way. Beyond the package.</summary>
    public long HeldBackCount { get; init; }

    /// <summary>Starts that never happened, because the schedule was over first. Beyond the package.</summary>
    public long NotStartedCount { get; init; }

    /// <summary>Iterations that the run did not wait for any longer; they are counted as failed, too. Beyond the package.</summary>
    public long UnfinishedCount { get; init; }

    /// <summary>Starts that were more than 5 ms late, for whatever reason. Beyond the package.</summary>
    public long LateCount { get; init; }

    /// <summary>From the intended to the actual start. Beyond the package.</summary>
    public LatencyStats StartLag { get; init; } = new();

    /// <summary>What happened second by second. Beyond the package.</summary>
    public SecondStats[] Timeline { get; init; } = [];

    /// <summary>The distribution of the iterations that ended well. Beyond the package.</summary>
    public PercentileStats[] Distribution { get; init; } = [];
}

/// <summary>The figures of a step. A step has no schedule of its own: both its latencies count from when it began.</summary>
public sealed class StepStats
{
    /// <summary>The step.</summary>
    public string StepName { get; init; } = "";

    /// <summary>Those that ended well.</summary>
    public MeasurementStats Ok { get; init; } = new();

    /// <summary>Those that failed.</summary>
    public MeasurementStats Fail { get; init; } = new();

    /// <summary>Place among the steps, from 0.</summary>
    public int SortIndex { get; init; }

    /// <summary>The distribution of those that ended well. Beyond the package.</summary>
    public PercentileStats[] Distribution { get; init; } = [];
}

/// <summary>The simulation that runs.</summary>
public sealed class LoadSimulationStats
{
    /// <summary>What it is.</summary>
    public string SimulationName { get; init; } = "";

    /// <summary>Copies, or starts in an interval.</summary>
    public int Value { get; init; }
}

/// <summary>One second of a scenario, by when iterations ended; latencies are those of iterations that ended well.</summary>
public sealed class SecondStats
{
    /// <summary>Seconds since the counted part began, at the beginning of this one.</summary>
    public int Second { get; init; }

    /// <summary>Starts that the schedule wants in this second; null in a closed simulation.</summary>
    public double? PlannedRate { get; init; }

    /// <summary>Iterations that ended well.</summary>
    public long Ok { get; init; }

    /// <summary>Iterations that failed.</summary>
    public long Fail { get; init; }

    /// <summary>Half of the latencies are lower, from the intended start.</summary>
    public double LatencyPercent50Ms { get; init; }

    /// <summary>99 % are lower, from the intended start.</summary>
    public double LatencyPercent99Ms { get; init; }

    /// <summary>The highest, from the intended start.</summary>
    public double LatencyMaxMs { get; init; }

    /// <summary>Half of the service times are lower.</summary>
    public double ServiceTimePercent50Ms { get; init; }

    /// <summary>99 % are lower.</summary>
    public double ServiceTimePercent99Ms { get; init; }

    /// <summary>The highest service time.</summary>
    public double ServiceTimeMaxMs { get; init; }
}

/// <summary>One point of a distribution.</summary>
public sealed class PercentileStats
{
    /// <summary>So many of a hundred are lower.</summary>
    public double Percent { get; init; }

    /// <summary>From the intended start, in milliseconds.</summary>
    public double LatencyMs { get; init; }

    /// <summary>From the actual start, in milliseconds.</summary>
    public double ServiceTimeMs { get; init; }
}
