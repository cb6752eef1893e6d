using System.Data;
using System.Text.Json.Serialization;

namespace NBomber.Contracts.Stats;

/// <summary>The figures of a whole run.</summary>
public sealed class NodeStats
{
    /// <summary>The figures of each scenario.</summary>
    public ScenarioStats[] ScenarioStats { get; init; } = [];

    /// <summary>The result of each threshold.</summary>
    public ThresholdResult[] Thresholds { get; init; } = [];

    /// <summary>The machine.</summary>
    public NodeInfo NodeInfo { get; init; } = new();

    /// <summary>The run.</summary>
    public TestInfo TestInfo { get; init; } = new();

    /// <summary>The reports that were written.</summary>
    public ReportFile[] ReportFiles { get; internal set; } = [];

    /// <summary>The tables of the plugins.</summary>
    [JsonIgnore]
    public DataSet[] PluginStats { get; internal set; } = [];

    /// <summary>Iterations that ended.</summary>
    public int AllRequestCount { get; init; }

    /// <summary>Iterations that ended well.</summary>
    public int AllOkCount { get; init; }

    /// <summary>Iterations that failed.</summary>
    public int AllFailCount { get; init; }

    /// <summary>Bytes received.</summary>
    public long AllBytes { get; init; }

    /// <summary>How long the counted part lasted.</summary>
    public TimeSpan Duration { get; init; }

    /// <summary>What the run is worth. Beyond the package.</summary>
    public RunVerdict Verdict { get; internal set; }

    /// <summary>Why it is worth no more; empty for a run that passed. Beyond the package.</summary>
    public string[] VerdictReasons { get; internal set; } = [];

    /// <summary>What does not spoil the run, but whoever reads the figures should know. Beyond the package.</summary>
    public string[] Warnings { get; internal set; } = [];

    /// <summary>What the load generator itself used. Beyond the package.</summary>
    public GeneratorStats Generator { get; init; } = new();

    /// <summary>What figures of another machine or build differ by. Beyond the package.</summary>
    public EnvironmentStats Environment { get; init; } = new();

    /// <summary>The figures beside those of an earlier run, when one was named; null on the way. Beyond the package.</summary>
    public ComparisonStats? Comparison { get; internal set; }
}

/// <summary>Where and with what a run was made.</summary>
public sealed class EnvironmentStats
{
    /// <summary>The model of the processor.</summary>
    public string Cpu { get; init; } = "";

    /// <summary>The release of the kernel.</summary>
    public string Kernel { get; init; } = "";

    /// <summary>The kind of garbage collector of this process.</summary>
    public string Gc { get; init; } = "";

    /// <summary>The program and its version, with the commit behind a plus sign where the build knew it.</summary>
    public string Program { get; init; } = "";
}

/// <summary>What a run is worth, and the exit code that says so.</summary>
public enum RunVerdict
{
    /// <summary>Every threshold held, and the load was as intended.</summary>
    Passed = 0,

    /// <summary>Something broke: an init threw, or too many iterations failed.</summary>
    Failed = 1,

    /// <summary>The load was not as intended, or the generator too busy to be believed: the figures say nothing about the target.</summary>
    Invalid = 98,

    /// <summary>At least one check of a threshold failed.</summary>
    ThresholdFailed = 99,

    /// <summary>What was asked for cannot be run.</summary>
    BadConfiguration = 104,

    /// <summary>Ended from outside; the figures are those of the part that ran.</summary>
    Interrupted = 105,

    /// <summary>Not over yet: a report that was written on the way, or left behind by a run that was killed.</summary>
    Running = 2,
}

/// <summary>What the load generator itself used while load was counted.</summary>
public sealed class GeneratorStats
{
    /// <summary>Processor time of this process, in seconds, the target's too when it runs inside.</summary>
    public double CpuSeconds { get; init; }

    /// <summary>
    /// The highest share of the processors that this process may use that it used over any ten seconds of load, from 0 to 1; 0 when the
    /// load lasted less than a second. Above 0.85 the run is invalid.
    /// </summary>
    public double HighestCpuShare { get; init; }

    /// <summary>Processors that this process may use, by affinity and by the limits of its control groups.</summary>
    public double Processors { get; init; }

    /// <summary>Bytes allocated.</summary>
    public long AllocatedBytes { get; init; }

    /// <summary>Collections of the youngest generation.</summary>
    public int Gen0Collections { get; init; }

    /// <summary>Full collections.</summary>
    public int Gen2Collections { get; init; }

    /// <summary>Time that collections stopped everything, in milliseconds.</summary>
    public double GcPauseMs { get; init; }

    /// <summary>What all random numbers of the run began with; the environment variable NBOMBER_SEED gives it to another run.</summary>
    public int Seed { get; init; }
}
