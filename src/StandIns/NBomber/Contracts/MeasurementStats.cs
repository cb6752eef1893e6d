using NBomber.Measuring;

namespace NBomber.Contracts.Stats;

/// <summary>Figures of iterations or steps that ended alike.</summary>
public sealed class MeasurementStats
{
    /// <summary>How many.</summary>
    public RequestStats Request { get; init; } = new();

    /// <summary>
    /// How long, from the intended start: the time that somebody who wanted the work done at that instant had to wait. Where
    /// nothing is intended, in closed simulations and in steps, it is the service time.
    /// </summary>
    public LatencyStats Latency { get; init; } = new();

    /// <summary>How long, from the actual start. Beyond the package, whose latency this is.</summary>
    public LatencyStats ServiceTime { get; init; } = new();

    /// <summary>How much.</summary>
    public DataTransferStats DataTransfer { get; init; } = new();

    /// <summary>By status code.</summary>
    public StatusCodeStats[] StatusCodes { get; init; } = [];

    /// <summary>What <see cref="Latency"/> was made from; null in what was read from a file.</summary>
    internal HistogramSnapshot? LatencyCounts { get; init; }

    /// <summary>What <see cref="ServiceTime"/> was made from, when that is not the latency.</summary>
    internal HistogramSnapshot? ServiceCounts { get; init; }
}

/// <summary>How many.</summary>
public sealed class RequestStats
{
    /// <summary>So many.</summary>
    public int Count { get; init; }

    /// <summary>So many in a second.</summary>
    public double RPS { get; init; }

    /// <summary>So many of a hundred. Only nothing is 0, and only all is 100: a few failures never round to none.</summary>
    public int Percent { get; init; }
}

/// <summary>How long, in milliseconds. Least, most and mean are exact; percentiles are within 1 %.</summary>
public sealed class LatencyStats
{
    /// <summary>The least.</summary>
    public double MinMs { get; init; }

    /// <summary>The mean.</summary>
    public double MeanMs { get; init; }

    /// <summary>The most.</summary>
    public double MaxMs { get; init; }

    /// <summary>Half are lower.</summary>
    public double Percent50 { get; init; }

    /// <summary>75 % are lower.</summary>
    public double Percent75 { get; init; }

    /// <summary>90 % are lower. Beyond the package.</summary>
    public double Percent90 { get; init; }

    /// <summary>95 % are lower.</summary>
    public double Percent95 { get; init; }

    /// <summary>99 % are lower.</summary>
    public double Percent99 { get; init; }

    /// <summary>99.9 % are lower. Beyond the package.</summary>
    public double Percent999 { get; init; }

    /// <summary>Standard deviation.</summary>
    public double StdDev { get; init; }

    /// <summary>By the three classes of the package.</summary>
    public LatencyCount LatencyCount { get; init; } = new();
}

/// <summary>Latencies in three classes.</summary>
public sealed class LatencyCount
{
    /// <summary>Up to 800 ms.</summary>
    public int LessOrEq800 { get; init; }

    /// <summary>Between.</summary>
    public int More800Less1200 { get; init; }

    /// <summary>From 1,200 ms.</summary>
    public int MoreOrEq1200 { get; init; }
}

/// <summary>How much, in bytes; of responses that said their size.</summary>
public sealed class DataTransferStats
{
    /// <summary>The least.</summary>
    public long MinBytes { get; init; }

    /// <summary>The mean.</summary>
    public long MeanBytes { get; init; }

    /// <summary>The most.</summary>
    public long MaxBytes { get; init; }

    /// <summary>Half are smaller.</summary>
    public long Percent50 { get; init; }

    /// <summary>75 % are smaller.</summary>
    public long Percent75 { get; init; }

    /// <summary>95 % are smaller.</summary>
    public long Percent95 { get; init; }

    /// <summary>99 % are smaller.</summary>
    public long Percent99 { get; init; }

    /// <summary>Standard deviation.</summary>
    public double StdDev { get; init; }

    /// <summary>All together.</summary>
    public long AllBytes { get; init; }
}

/// <summary>How often a status code was seen.</summary>
public sealed class StatusCodeStats
{
    /// <summary>The code.</summary>
    public string StatusCode { get; init; } = "";

    /// <summary>True for a failure.</summary>
    public bool IsError { get; init; }

    /// <summary>The first message that came with it.</summary>
    public string Message { get; init; } = "";

    /// <summary>How often.</summary>
    public int Count { get; init; }

    /// <summary>So many of a hundred of all that ended; only nothing is 0, and only all is 100.</summary>
    public int Percent { get; init; }
}
