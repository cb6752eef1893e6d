namespace Prometheus;

/// <summary>The usual way in: makes registries, factories, and metrics of the default registry.</summary>
public static class Metrics
{
    /// <summary>The registry that is used where none is named.</summary>
    public static CollectorRegistry DefaultRegistry { get; private set; } = new();

    /// <summary>Creates metrics in <see cref="DefaultRegistry"/>.</summary>
    public static MetricFactory DefaultFactory { get; private set; } = new(DefaultRegistry);

    /// <summary>An empty registry of its own.</summary>
    public static CollectorRegistry NewCustomRegistry() => new();

    /// <summary>A factory that puts what it creates into the given registry.</summary>
    public static MetricFactory WithCustomRegistry(CollectorRegistry registry) => new(registry);

    /// <summary>A factory for the default registry whose metrics all carry the given labels.</summary>
    public static IMetricFactory WithLabels(IDictionary<string, string> labels) => DefaultFactory.WithLabels(labels);

    /// <summary>Keeps the default registry free of metrics that the application did not create; here it has none to begin with.</summary>
    public static void SuppressDefaultMetrics()
    {
    }

    /// <summary>A counter in the default registry.</summary>
    public static Counter CreateCounter(string name, string help, CounterConfiguration? configuration = null) =>
        DefaultFactory.CreateCounter(name, help, configuration);

    /// <summary>A gauge in the default registry.</summary>
    public static Gauge CreateGauge(string name, string help, GaugeConfiguration? configuration = null) =>
        DefaultFactory.CreateGauge(name, help, configuration);

    /// <summary>A histogram in the default registry.</summary>
    public static Histogram CreateHistogram(string name, string help, HistogramConfiguration? configuration = null) =>
        DefaultFactory.CreateHistogram(name, help, configuration);

    /// <summary>A labelled counter in the default registry.</summary>
    public static Counter CreateCounter(string name, string help, string[] labelNames, CounterConfiguration? configuration = null) =>
        DefaultFactory.CreateCounter(name, help, labelNames, configuration);

    /// <summary>A labelled gauge in the default registry.</summary>
    public static Gauge CreateGauge(string name, string help, string[] labelNames, GaugeConfiguration? configuration = null) =>
        DefaultFactory.CreateGauge(name, help, labelNames, configuration);

    /// <summary>A labelled histogram in the default registry.</summary>
    public static Histogram CreateHistogram(string name, string help, string[] labelNames, HistogramConfiguration? configuration = null) =>
        DefaultFactory.CreateHistogram(name, help, labelNames, configuration);

    /// <summary>A labelled counter in the default registry.</summary>
    public static Counter CreateCounter(string name, string help, params string[] labelNames) =>
        DefaultFactory.CreateCounter(name, help, labelNames);

    /// <summary>A labelled gauge in the default registry.</summary>
    public static Gauge CreateGauge(string name, string help, params string[] labelNames) =>
        DefaultFactory.CreateGauge(name, help, labelNames);

    /// <summary>A labelled histogram in the default registry.</summary>
    public static Histogram CreateHistogram(string name, string help, params string[] labelNames) =>
        DefaultFactory.CreateHistogram(name, help, labelNames);
}
