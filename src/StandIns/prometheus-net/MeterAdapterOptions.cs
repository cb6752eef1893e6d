using System.Diagnostics.Metrics;

namespace Prometheus;

/// <summary>What the bridge from System.Diagnostics.Metrics listens to and where its metrics go.</summary>
public sealed record MeterAdapterOptions
{
    /// <summary>The bounds of histograms unless <see cref="ResolveHistogramBuckets"/> says otherwise: 25, doubling from 0.01.</summary>
    public static readonly double[] DefaultHistogramBuckets = Histogram.ExponentialBuckets(0.01, 2, 25);

    /// <summary>Everything, into the default registry.</summary>
    public static MeterAdapterOptions Default => new();

    /// <summary>Says for each instrument whether it is wanted.</summary>
    public Func<Instrument, bool> InstrumentFilterPredicate { get; set; } = static _ => true;

    /// <summary>How long a series stays that gets no new measurements; it begins anew, at zero, if they come again.</summary>
    public TimeSpan MetricsExpireAfter { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>The registry whose pages make observable instruments report.</summary>
    public CollectorRegistry Registry { get; set; } = Metrics.DefaultRegistry;

    /// <summary>
    /// Makes the metrics. It is the default registry's factory unless set, whatever <see cref="Registry"/> says: to bridge into a
    /// registry of one's own, set both, or set this to null.
    /// </summary>
    public IMetricFactory? MetricFactory { get; set; } = Metrics.DefaultFactory;

    /// <summary>Gives the bounds for each histogram.</summary>
    public Func<Instrument, double[]> ResolveHistogramBuckets { get; set; } = static _ => DefaultHistogramBuckets;
}
