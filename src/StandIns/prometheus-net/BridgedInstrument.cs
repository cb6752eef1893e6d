using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Prometheus;

/// <summary>How measurements of an instrument become numbers of a metric.</summary>
internal enum BridgeKind
{
    /// <summary>A measurement is a change: a gauge adds it.</summary>
    Change,

    /// <summary>A measurement is the state now: a gauge takes its place.</summary>
    State,

    /// <summary>A measurement is one of many: a histogram counts it.</summary>
    Sample,
}

/// <summary>One instrument and the series that its measurements have made so far, found by their tags without allocating.</summary>
internal sealed class BridgedInstrument
{
    /// <summary>
    /// No instrument gets more series than this at a time. A tag whose values have no end would otherwise fill the memory faster than
    /// series expire.
    /// </summary>
    private const int MostSeries = 2_000;

    private readonly Lock _gate = new();
    private readonly ConcurrentDictionary<string[], BridgedSeries> _series = new(TagsComparer.Instance);
    private readonly ConcurrentDictionary<string[], BridgedSeries>.AlternateLookup<ReadOnlySpan<KeyValuePair<string, object?>>> _byTags;
    private readonly Instrument _instrument;
    private readonly BridgeKind _kind;
    private readonly MetricFactory _factory;
    private readonly string[] _reservedLabels;
    private readonly MeterAdapterOptions _options;
    private readonly string _name;
    private readonly string _help;
    private readonly long _lifetime;
    private long _lastSweep = Environment.TickCount64;
    private bool _refused;

    public BridgedInstrument(Instrument instrument, string name, BridgeKind kind, MetricFactory factory, string[] reservedLabels, MeterAdapterOptions options)
    {
        _byTags = _series.GetAlternateLookup<ReadOnlySpan<KeyValuePair<string, object?>>>();
        _instrument = instrument;
        _kind = kind;
        _factory = factory;
        _reservedLabels = reservedLabels;
        _options = options;
        _name = name;
        var unit = string.IsNullOrWhiteSpace(instrument.Unit) ? "" : $"({instrument.Unit}) ";
        _help = $"{unit}{instrument.Description} ({instrument.GetType().Name})";
        _lifetime = (long)options.MetricsExpireAfter.TotalMilliseconds;
    }

    /// <summary>Null for an instrument that no metric fits.</summary>
    public static BridgeKind? KindOf(Instrument instrument)
    {
        var type = instrument.GetType();
        var kind = type.IsGenericType ? type.GetGenericTypeDefinition() : type;
        if (kind == typeof(Counter<>) || kind == typeof(UpDownCounter<>))
        {
            return BridgeKind.Change;
        }

        if (kind == typeof(ObservableCounter<>) || kind == typeof(ObservableUpDownCounter<>) || kind == typeof(ObservableGauge<>))
        {
            return BridgeKind.State;
        }

        return kind == typeof(Histogram<>) ? BridgeKind.Sample : null;
    }

    public void Record(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var now = Environment.TickCount64;
        var series = _byTags.TryGetValue(tags, out var known) && known.Touch(now, _lifetime) ? known : FindOrMake(tags, now);
        series?.Add(_kind, value);
    }

    public void RemoveExpired()
    {
        lock (_gate)
        {
            RemoveExpired_NeedsGate(Environment.TickCount64);
        }
    }

    /// <summary>The series, with room made for it where there is none; null when there is none to be made. Series begin and end only inside the gate.</summary>
    private BridgedSeries? FindOrMake(ReadOnlySpan<KeyValuePair<string, object?>> tags, long now)
    {
        lock (_gate)
        {
            if (_byTags.TryGetValue(tags, out var series) && series.Touch(now, _lifetime))
            {
                return series;
            }

            // Pages make series expire; where nobody reads pages, new series do.
            if (now - _lastSweep > Math.Max(_lifetime, 1_000))
            {
                RemoveExpired_NeedsGate(now);
            }

            if (_series.Count >= MostSeries)
            {
                TraceRefusalOnce_NeedsGate();
                return null;
            }

            var key = TagsComparer.Instance.Create(tags);
            return _series[key] = new BridgedSeries(MakeChild(key), now);
        }
    }

    private void RemoveExpired_NeedsGate(long now)
    {
        Debug.Assert(_gate.IsHeldByCurrentThread);
        _lastSweep = now;
        foreach (var (tags, series) in _series)
        {
            if (series.TryExpire(now, _lifetime))
            {
                _series.TryRemove(tags, out _);

                // The same tags in another order are another entry here but the same child.
                if (!_series.Values.Any(other => ReferenceEquals(other.Child, series.Child)))
                {
                    series.Child.Remove();
                }
            }
        }
    }

    private void TraceRefusalOnce_NeedsGate()
    {
        Debug.Assert(_gate.IsHeldByCurrentThread);
        if (!_refused)
        {
            _refused = true;
            Trace.WriteLine($"'{_name}' has {MostSeries} series; more are not shown until some expire.");
        }
    }

    private ChildBase MakeChild(string[] key)
    {
        var labels = new List<(string Name, string Value)>();
        for (var i = 0; i < key.Length; i += 2)
        {
            var name = NameRules.Translate(key[i]);
            if (!_reservedLabels.Contains(name))
            {
                labels.Add((name, key[i + 1]));
            }
        }

        labels.Sort(static (a, b) => string.CompareOrdinal(a.Name, b.Name));
        string[] names = [.. labels.Select(label => label.Name)];
        string[] values = [.. labels.Select(label => label.Value)];
        return _kind == BridgeKind.Sample
            ? _factory.CreateHistogram(_name, _help, names, new HistogramConfiguration { Buckets = _options.ResolveHistogramBuckets(_instrument) }).WithLabels(values)
            : _factory.CreateGauge(_name, _help, names).WithLabels(values);
    }
}
