namespace Prometheus;

/// <summary>The part of <see cref="CollectorRegistry"/> that tests may want to replace.</summary>
public interface ICollectorRegistry
{
    /// <summary>Runs an action before each collection.</summary>
    void AddBeforeCollectCallback(Action callback);

    /// <summary>Runs an asynchronous action before each collection, at the same time as the others of its kind.</summary>
    void AddBeforeCollectCallback(Func<CancellationToken, Task> callback);

    /// <summary>The labels that all metrics of the registry carry.</summary>
    IEnumerable<KeyValuePair<string, string>> StaticLabels { get; }

    /// <summary>Sets the labels that all metrics of the registry carry; once, and before the first metric.</summary>
    void SetStaticLabels(IDictionary<string, string> labels);

    /// <summary>Writes all metrics to a stream.</summary>
    Task CollectAndExportAsTextAsync(Stream to, ExpositionFormat format = ExpositionFormat.PrometheusText, CancellationToken cancel = default);
}
