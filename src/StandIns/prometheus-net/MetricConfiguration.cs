namespace Prometheus;

/// <summary>What all kinds of metrics can be told when they are created.</summary>
public abstract class MetricConfiguration
{
    /// <summary>The names of the labels; looked at only where the call does not name them itself.</summary>
    public string[]? LabelNames { get; set; }

    /// <summary>True keeps a metric off the page until it is first updated or published.</summary>
    public bool SuppressInitialValue { get; set; }
}

/// <summary>What a counter can be told when it is created.</summary>
public sealed class CounterConfiguration : MetricConfiguration
{
    /// <summary>How the counter takes exemplars; null leaves it to the factory.</summary>
    public ExemplarBehavior? ExemplarBehavior { get; set; }
}

/// <summary>What a gauge can be told when it is created.</summary>
public sealed class GaugeConfiguration : MetricConfiguration
{
}

/// <summary>What a histogram can be told when it is created.</summary>
public sealed class HistogramConfiguration : MetricConfiguration
{
    /// <summary>The upper bounds of the buckets, rising; null takes the usual fourteen from 5 ms to 10 s. The last, +Inf, is added.</summary>
    public double[]? Buckets { get; set; }

    /// <summary>How the histogram takes exemplars; null leaves it to the factory.</summary>
    public ExemplarBehavior? ExemplarBehavior { get; set; }
}
