namespace VerifyGateway.LoadTests;

/// <summary>What a load test is told.</summary>
internal sealed record LoadOptions
{
    /// <summary>Terminals of the fleet beyond those that load asks for: warm-up asks for them, so that what is to be cold stays cold.</summary>
    public const int Extra = 1_000;

    /// <summary>The gateways' gRPC addresses; empty to start some.</summary>
    public IReadOnlyList<Uri> Addresses { get; init; } = [];

    /// <summary>The gateways' operations addresses, for what they measure themselves; may be empty.</summary>
    public IReadOnlyList<Uri> Operations { get; init; } = [];

    /// <summary>How many gateways to start, when no address is given.</summary>
    public int Gateways { get; init; } = 1;

    /// <summary>Settings for the gateways that are started, Key=Value.</summary>
    public IReadOnlyList<string> Settings { get; init; } = [];

    /// <summary>Number of the first terminal that load asks for: others than those that a standing gateway has in memory.</summary>
    public int First { get; init; }

    /// <summary>Terminals that load asks for, from the first on.</summary>
    public required int Terminals { get; init; }

    /// <summary>Starts a second.</summary>
    public required int Rate { get; init; }

    /// <summary>How long load is counted; of a ramp, each of its steps.</summary>
    public required TimeSpan Duration { get; init; }

    /// <summary>Load before that, which is not counted.</summary>
    public TimeSpan WarmUp { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Connections, spread over the gateways.</summary>
    public int Connections { get; init; } = 4;

    /// <summary>Calls under way at a time, over all connections; who comes later waits, and that time is latency.</summary>
    public int Calls { get; init; } = 64;

    /// <summary>How long a caller waits for an answer.</summary>
    public TimeSpan Deadline { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The objective: 99 % of the checks are answered within so many milliseconds of when they were meant to begin.</summary>
    public double P99Ms { get; init; } = 50;

    /// <summary>The gateways' bound on staleness, Cache:FreshForMs.</summary>
    public int BoundMs { get; init; } = 2_000;

    /// <summary>By how much of a hundred each step of a ramp is higher than the one before.</summary>
    public int Growth { get; init; } = 10;

    /// <summary>Time between two storms.</summary>
    public TimeSpan Every { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>What breaks in chaos.</summary>
    public string Drill { get; init; } = "";

    /// <summary>The process that the drill signals, of gateways that were not started here.</summary>
    public int? Pid { get; init; }

    /// <summary>The command that breaks something, of the drill that is one.</summary>
    public string? Command { get; init; }

    /// <summary>A command that mends it, at the end of the drill.</summary>
    public string? Restore { get; init; }

    /// <summary>How long it stays broken.</summary>
    public TimeSpan Outage { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long recovery may take.</summary>
    public TimeSpan Recovery { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The JSON report of an earlier run to compare with; may be missing.</summary>
    public string? Baseline { get; init; }

    /// <summary>A change of so many percent says nothing.</summary>
    public double Noise { get; init; } = 10;

    /// <summary>Where reports go.</summary>
    public string Folder { get; init; } = "";

    /// <summary>NBomber's settings in JSON, which outrank these; may be missing.</summary>
    public string? Config { get; init; }
}
