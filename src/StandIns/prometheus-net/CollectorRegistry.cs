using System.Diagnostics;

namespace Prometheus;

/// <summary>Holds metrics and writes them to pages. Metrics can be added but not taken out.</summary>
public sealed class CollectorRegistry : ICollectorRegistry
{
    private readonly Lock _gate = new();
    private readonly List<Family> _families = [];
    private readonly Dictionary<string, Family> _byName = new(StringComparer.Ordinal);
    private Action[] _before = [];
    private Func<CancellationToken, Task>[] _beforeAsync = [];
    private bool _collected;

    /// <inheritdoc />
    public IEnumerable<KeyValuePair<string, string>> StaticLabels =>
        StaticLabelPairs.Names.Zip(StaticLabelPairs.Values, KeyValuePair.Create).ToArray();

    internal LabelPairs StaticLabelPairs { get; private set; } = LabelPairs.None;

    /// <summary>Set when a bridge with the default options listens, so that a second one does not count everything twice.</summary>
    internal bool HasDefaultMeterAdapter { get; set; }

    /// <inheritdoc />
    public void AddBeforeCollectCallback(Action callback)
    {
        ArgumentNullException.ThrowIfNull(callback);
        lock (_gate)
        {
            _before = [.. _before, callback];
        }
    }

    /// <inheritdoc />
    public void AddBeforeCollectCallback(Func<CancellationToken, Task> callback)
    {
        ArgumentNullException.ThrowIfNull(callback);
        lock (_gate)
        {
            _beforeAsync = [.. _beforeAsync, callback];
        }
    }

    /// <inheritdoc />
    public void SetStaticLabels(IDictionary<string, string> labels)
    {
        ArgumentNullException.ThrowIfNull(labels);
        foreach (var (name, value) in labels)
        {
            NameRules.RequireLabelName(name);
            if (value is null)
            {
                throw new ArgumentException($"The label '{name}' has no value.", nameof(labels));
            }
        }

        lock (_gate)
        {
            if (StaticLabelPairs.Names.Length > 0 || _families.Count > 0 || _collected)
            {
                throw new InvalidOperationException("The labels of a registry are set once, before its first metric and its first page.");
            }

            StaticLabelPairs = LabelPairs.From(labels);
        }
    }

    /// <summary>Writes all metrics to a stream in the text format.</summary>
    public Task CollectAndExportAsTextAsync(Stream to, CancellationToken cancel = default) =>
        CollectAndExportAsTextAsync(to, ExpositionFormat.PrometheusText, cancel);

    /// <summary>Writes all metrics to a stream.</summary>
    public async Task CollectAndExportAsTextAsync(Stream to, ExpositionFormat format, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(to);
        _collected = true;
        await RunCallbacksAsync(cancel);

        var page = new PageWriter(to, format);
        foreach (var family in Snapshot())
        {
            var withHeader = true;
            foreach (var metric in family)
            {
                await metric.WriteToAsync(page, withHeader, cancel);
                withHeader = false;
            }
        }

        await page.EndAsync(cancel);
    }

    /// <summary>
    /// The metric of this name and these labels, made when there is none. The same name with other labels is another metric of the same
    /// family; with another kind it is a mistake.
    /// </summary>
    internal TCollector GetOrAdd<TCollector, TAsk>(string name, string[] labelNames, LabelPairs staticLabels, TAsk ask,
        Func<CollectorShape, TAsk, TCollector> make)
        where TCollector : Collector
    {
        NameRules.RequireMetricName(name);
        ArgumentNullException.ThrowIfNull(labelNames);
        LabelPairs.RequireNoNull(labelNames);
        lock (_gate)
        {
            if (_byName.TryGetValue(name, out var family))
            {
                if (family.Kind != typeof(TCollector))
                {
                    throw new InvalidOperationException($"'{name}' is registered as a {family.Kind.Name} already and cannot be a {typeof(TCollector).Name} too.");
                }

                if (family.Members.Find(member => member.Shape.Matches(labelNames, staticLabels)).Metric is TCollector known)
                {
                    return known;
                }
            }

            var shape = new CollectorShape(name, [.. labelNames], staticLabels);
            var metric = make(shape, ask);
            if (family is null)
            {
                family = new Family(typeof(TCollector));
                _byName.Add(name, family);
                _families.Add(family);
            }

            family.Members.Add((shape, metric));
            return metric;
        }
    }

    // An action that fails leaves its numbers as they were; the page is worth more than one of its lines.
    private async Task RunCallbacksAsync(CancellationToken cancel)
    {
        foreach (var callback in _before)
        {
            try
            {
                callback();
            }
            catch (Exception failure)
            {
                TraceFailure(failure);
            }
        }

        await Task.WhenAll(_beforeAsync.Select(async callback =>
        {
            try
            {
                await callback(cancel);
            }
            catch (Exception failure)
            {
                TraceFailure(failure);
            }
        }));
    }

    private static void TraceFailure(Exception failure) => Trace.WriteLine($"An action before the collection of metrics failed: {failure}");

    private List<List<Collector>> Snapshot()
    {
        lock (_gate)
        {
            return _families.ConvertAll(family => family.Members.ConvertAll(member => member.Metric));
        }
    }

    private sealed class Family(Type kind)
    {
        public Type Kind { get; } = kind;

        public List<(CollectorShape Shape, Collector Metric)> Members { get; } = [];
    }
}
