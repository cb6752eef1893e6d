using System.ComponentModel;

namespace Prometheus;

/// <summary>Creates metrics; the part of <see cref="MetricFactory"/> that tests may want to replace.</summary>
public interface IMetricFactory
{
    /// <summary>A counter, with the label names of its configuration.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    Counter CreateCounter(string name, string help, CounterConfiguration? configuration = null);

    /// <summary>A gauge, with the label names of its configuration.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    Gauge CreateGauge(string name, string help, GaugeConfiguration? configuration = null);

    /// <summary>A histogram, with the label names of its configuration.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    Histogram CreateHistogram(string name, string help, HistogramConfiguration? configuration = null);

    /// <summary>A counter with the given label names.</summary>
    Counter CreateCounter(string name, string help, string[] labelNames, CounterConfiguration? configuration = null);

    /// <summary>A gauge with the given label names.</summary>
    Gauge CreateGauge(string name, string help, string[] labelNames, GaugeConfiguration? configuration = null);

    /// <summary>A histogram with the given label names.</summary>
    Histogram CreateHistogram(string name, string help, string[] labelNames, HistogramConfiguration? configuration = null);

    /// <summary>A factory on the same registry whose metrics carry these labels as well.</summary>
    IMetricFactory WithLabels(IDictionary<string, string> labels);

    /// <summary>How metrics of this factory take exemplars unless their own configuration says otherwise; null means the default.</summary>
    ExemplarBehavior? ExemplarBehavior { get; set; }
}
