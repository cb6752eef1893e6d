namespace NBomber.Contracts.Stats;

/// <summary>The figures of a run beside those of an earlier one, its baseline.</summary>
public sealed class ComparisonStats
{
    /// <summary>The report of the earlier run.</summary>
    public string BaselineFile { get; init; } = "";

    /// <summary>The earlier run.</summary>
    public TestInfo Baseline { get; init; } = new();

    /// <summary>A change of so many percent of the earlier figure, up or down, counts as noise.</summary>
    public double NoisePercent { get; init; }

    /// <summary>Why the two runs may not be alike; the figures are compared all the same.</summary>
    public string[] Caveats { get; init; } = [];

    /// <summary>The figures of each scenario.</summary>
    public FigureChange[] Changes { get; init; } = [];
}

/// <summary>What a change is.</summary>
public enum ChangeJudgement
{
    /// <summary>Within the band of noise.</summary>
    Noise = 0,

    /// <summary>Outside of it, for the better.</summary>
    Better = 1,

    /// <summary>Outside of it, for the worse.</summary>
    Worse = 2,
}

/// <summary>One figure, then and now.</summary>
public sealed class FigureChange
{
    /// <summary>The scenario.</summary>
    public string ScenarioName { get; init; } = "";

    /// <summary>The figure.</summary>
    public string Figure { get; init; } = "";

    /// <summary>In the earlier run.</summary>
    public double Before { get; init; }

    /// <summary>In this one.</summary>
    public double Now { get; init; }

    /// <summary>The change in percent of the earlier figure; null when that is zero and this one is not.</summary>
    public double? ChangePercent { get; init; }

    /// <summary>What the change is.</summary>
    public ChangeJudgement Judgement { get; init; }
}
