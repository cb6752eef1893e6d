using NBomber.Contracts.Stats;

namespace NBomber.Measuring;

/// <summary>Turns counts into the figures of the contracts.</summary>
internal static class Figures
{
    public const double NsPerMs = 1_000_000;

    private static readonly double[] Percents = [0, 10, 20, 30, 40, 50, 60, 70, 75, 80, 85, 90, 92.5, 95, 96, 97, 98, 99, 99.5, 99.8, 99.9, 99.95, 99.99, 99.999, 100];

    /// <summary>The package counts in int; a run that counts further stays at the highest.</summary>
    public static int Int(long value) => (int)Math.Min(value, int.MaxValue);

    /// <summary>Whole percents; something is never 0, and not all is never 100.</summary>
    public static int Percent(long part, long all) =>
        part <= 0 || all <= 0 ? 0 : part >= all ? 100 : Math.Clamp((int)Math.Round(100.0 * part / all), 1, 99);

    public static double Ms(double nanoseconds) => Math.Round(nanoseconds / NsPerMs, 4);

    public static LatencyStats Latency(HistogramSnapshot counts)
    {
        var upTo800 = counts.CountUpTo((long)(800 * NsPerMs));
        var upTo1200 = counts.CountUpTo((long)(1_200 * NsPerMs) - 1);
        return new LatencyStats
        {
            MinMs = Ms(counts.Least),
            MeanMs = Ms(counts.Mean),
            MaxMs = Ms(counts.Most),
            Percent50 = Ms(counts.Quantile(0.5)),
            Percent75 = Ms(counts.Quantile(0.75)),
            Percent90 = Ms(counts.Quantile(0.9)),
            Percent95 = Ms(counts.Quantile(0.95)),
            Percent99 = Ms(counts.Quantile(0.99)),
            Percent999 = Ms(counts.Quantile(0.999)),
            StdDev = Ms(counts.StandardDeviation()),
            LatencyCount = new LatencyCount
            {
                LessOrEq800 = Int(upTo800),
                More800Less1200 = Int(upTo1200 - upTo800),
                MoreOrEq1200 = Int(counts.Count - upTo1200),
            },
        };
    }

    public static DataTransferStats DataTransfer(HistogramSnapshot bytes) => new()
    {
        MinBytes = bytes.Least,
        MeanBytes = (long)bytes.Mean,
        MaxBytes = bytes.Most,
        Percent50 = (long)bytes.Quantile(0.5),
        Percent75 = (long)bytes.Quantile(0.75),
        Percent95 = (long)bytes.Quantile(0.95),
        Percent99 = (long)bytes.Quantile(0.99),
        StdDev = Math.Round(bytes.StandardDeviation(), 2),
        AllBytes = bytes.Sum,
    };

    public static PercentileStats[] Distribution(HistogramSnapshot latency, HistogramSnapshot service) => latency.Count == 0 ? [] :
    [
        .. Percents.Select(percent => new PercentileStats
        {
            Percent = percent,
            LatencyMs = Ms(latency.Quantile(percent / 100)),
            ServiceTimeMs = Ms(service.Quantile(percent / 100)),
        }),
    ];
}
