namespace NBomber.Contracts.Stats;

/// <summary>A run's names.</summary>
public sealed class TestInfo
{
    /// <summary>An id of its own for each run.</summary>
    public string SessionId { get; init; } = "";

    /// <summary>The suite.</summary>
    public string TestSuite { get; init; } = "";

    /// <summary>The test.</summary>
    public string TestName { get; init; } = "";

    /// <summary>When it began, UTC.</summary>
    public DateTime Created { get; init; }
}

/// <summary>The machine and what it is doing.</summary>
public sealed class NodeInfo
{
    /// <summary>Its name.</summary>
    public string MachineName { get; init; } = "";

    /// <summary>What it is doing.</summary>
    public OperationType CurrentOperation { get; init; }

    /// <summary>The operating system.</summary>
    public string OS { get; init; } = "";

    /// <summary>The runtime.</summary>
    public string DotNetVersion { get; init; } = "";

    /// <summary>The processor.</summary>
    public string Processor { get; init; } = "";

    /// <summary>Processors that the process may use.</summary>
    public int CoresCount { get; init; }

    /// <summary>The version of the package whose place this engine takes.</summary>
    public string NBomberVersion { get; init; } = "";
}

/// <summary>What a run is doing.</summary>
public enum OperationType
{
    /// <summary>Nothing yet.</summary>
    None = 0,

    /// <summary>The scenarios' init.</summary>
    Init = 1,

    /// <summary>Load that is not counted.</summary>
    WarmUp = 2,

    /// <summary>Load that is counted.</summary>
    Bombing = 3,

    /// <summary>Waiting for work under way, and cleaning.</summary>
    Stop = 4,

    /// <summary>Over.</summary>
    Complete = 5,

    /// <summary>Broken off.</summary>
    Error = 6,
}

/// <summary>Kinds of report. One for machines, in JSON, always goes with them.</summary>
public enum ReportFormat
{
    /// <summary>Plain text.</summary>
    Txt = 0,

    /// <summary>One page with plots.</summary>
    Html = 1,

    /// <summary>The series, a line for each second.</summary>
    Csv = 2,

    /// <summary>Markdown.</summary>
    Md = 3,
}

/// <summary>A report that was written.</summary>
public sealed class ReportFile
{
    /// <summary>Where it is.</summary>
    public string FilePath { get; init; } = "";

    /// <summary>Its kind.</summary>
    public ReportFormat ReportFormat { get; init; }

    /// <summary>Its text.</summary>
    public string ReportContent { get; init; } = "";
}

/// <summary>The result of a threshold.</summary>
public sealed class ThresholdResult
{
    /// <summary>The scenario.</summary>
    public string ScenarioName { get; init; } = "";

    /// <summary>The step, or empty.</summary>
    public string StepName { get; init; } = "";

    /// <summary>The condition as it was written.</summary>
    public string CheckExpression { get; init; } = "";

    /// <summary>What the check threw, or empty.</summary>
    public string ExceptionMsg { get; init; } = "";

    /// <summary>How many checks failed.</summary>
    public int ErrorCount { get; init; }

    /// <summary>True when at least one failed.</summary>
    public bool IsFailed { get; init; }
}
