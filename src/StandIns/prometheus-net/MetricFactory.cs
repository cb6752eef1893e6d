namespace Prometheus;

/// <summary>Creates metrics in one registry. Asking twice for the same name and labels gives the same metric.</summary>
public sealed class MetricFactory : IMetricFactory
{
    private readonly CollectorRegistry _registry;
    private readonly LabelPairs _factoryLabels;

    internal MetricFactory(CollectorRegistry registry)
        : this(registry, LabelPairs.None)
    {
    }

    private MetricFactory(CollectorRegistry registry, LabelPairs factoryLabels)
    {
        ArgumentNullException.ThrowIfNull(registry);
        _registry = registry;
        _factoryLabels = factoryLabels;
    }

    /// <inheritdoc />
    public ExemplarBehavior? ExemplarBehavior { get; set; }

    /// <summary>The labels that every metric of this factory carries: its own first, then those of the registry.</summary>
    internal LabelPairs StaticLabels => _factoryLabels.Then(_registry.StaticLabelPairs);

    /// <summary>A counter, with the label names of its configuration.</summary>
    public Counter CreateCounter(string name, string help, CounterConfiguration? configuration = null) =>
        CreateCounter(name, help, configuration?.LabelNames ?? [], configuration);

    /// <summary>A gauge, with the label names of its configuration.</summary>
    public Gauge CreateGauge(string name, string help, GaugeConfiguration? configuration = null) =>
        CreateGauge(name, help, configuration?.LabelNames ?? [], configuration);

    /// <summary>A histogram, with the label names of its configuration.</summary>
    public Histogram CreateHistogram(string name, string help, HistogramConfiguration? configuration = null) =>
        CreateHistogram(name, help, configuration?.LabelNames ?? [], configuration);

    /// <summary>A counter with the given label names.</summary>
    public Counter CreateCounter(string name, string help, params string[] labelNames) =>
        CreateCounter(name, help, labelNames, null);

    /// <summary>A gauge with the given label names.</summary>
    public Gauge CreateGauge(string name, string help, params string[] labelNames) =>
        CreateGauge(name, help, labelNames, null);

    /// <summary>A histogram with the given label names.</summary>
    public Histogram CreateHistogram(string name, string help, params string[] labelNames) =>
        CreateHistogram(name, help, labelNames, null);

    /// <summary>A counter with the given label names.</summary>
    public Counter CreateCounter(string name, string help, string[] labelNames, CounterConfiguration? configuration = null) =>
        _registry.GetOrAdd(name, labelNames, StaticLabels, (Factory: this, Help: help, Configuration: configuration),
            static (shape, ask) => new Counter(shape, ask.Help, ask.Configuration?.SuppressInitialValue ?? false,
                ask.Factory.Resolve(ask.Configuration?.ExemplarBehavior)));

    /// <summary>A gauge with the given label names.</summary>
    public Gauge CreateGauge(string name, string help, string[] labelNames, GaugeConfiguration? configuration = null) =>
        _registry.GetOrAdd(name, labelNames, StaticLabels, (Help: help, Configuration: configuration),
            static (shape, ask) => new Gauge(shape, ask.Help, ask.Configuration?.SuppressInitialValue ?? false));

    /// <summary>A histogram with the given label names.</summary>
    public Histogram CreateHistogram(string name, string help, string[] labelNames, HistogramConfiguration? configuration = null) =>
        _registry.GetOrAdd(name, labelNames, StaticLabels, (Factory: this, Help: help, Configuration: configuration),
            static (shape, ask) => new Histogram(shape, ask.Help, ask.Configuration?.SuppressInitialValue ?? false,
                ask.Configuration?.Buckets, ask.Factory.Resolve(ask.Configuration?.ExemplarBehavior)));

    /// <inheritdoc />
    public IMetricFactory WithLabels(IDictionary<string, string> labels)
    {
        ArgumentNullException.ThrowIfNull(labels);
        return labels.Count == 0 ? this : new MetricFactory(_registry, LabelPairs.From(labels).Then(_factoryLabels));
    }

    private ExemplarBehavior Resolve(ExemplarBehavior? ofTheMetric) => ofTheMetric ?? ExemplarBehavior ?? ExemplarBehavior.Default;
}
