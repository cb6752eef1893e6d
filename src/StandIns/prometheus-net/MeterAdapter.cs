using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Prometheus;

/// <summary>
/// Shows the instruments of System.Diagnostics.Metrics as metrics: histograms as histograms, all others as gauges (a meter can be made
/// anew and its counters begin again, which a counter on the page must not). The name is meter and instrument joined by an underscore,
/// in lower case, with an underscore for each character that a name cannot have; tags become labels, in the order of their names.
/// </summary>
public sealed class MeterAdapter : IDisposable
{
    private readonly MeterAdapterOptions _options;
    private readonly MetricFactory _factory;
    private readonly string[] _reservedLabels;
    private readonly Gauge _connected;
    private readonly MeterListener _listener = new();

    // By name and kind: an application that makes a meter anew goes on with the series of the one before.
    private readonly ConcurrentDictionary<(string Name, BridgeKind Kind), BridgedInstrument> _instruments = [];
    private volatile bool _disposed;

    private MeterAdapter(MeterAdapterOptions options)
    {
        _options = options;
        var inRegistry = Metrics.WithCustomRegistry(options.Registry);
        _factory = (MetricFactory)(options.MetricFactory ?? inRegistry);
        _reservedLabels = _factory.StaticLabels.Names;
        _connected = inRegistry.CreateGauge("prometheus_net_meteradapter_instruments_connected",
            "Number of instruments that are currently connected to the adapter.");

        _listener.InstrumentPublished = Connect;
        _listener.SetMeasurementEventCallback<byte>(static (_, value, tags, bridge) => Record(bridge, value, tags));
        _listener.SetMeasurementEventCallback<short>(static (_, value, tags, bridge) => Record(bridge, value, tags));
        _listener.SetMeasurementEventCallback<int>(static (_, value, tags, bridge) => Record(bridge, value, tags));
        _listener.SetMeasurementEventCallback<long>(static (_, value, tags, bridge) => Record(bridge, value, tags));
        _listener.SetMeasurementEventCallback<float>(static (_, value, tags, bridge) => Record(bridge, value, tags));
        _listener.SetMeasurementEventCallback<double>(static (_, value, tags, bridge) => Record(bridge, value, tags));
        _listener.SetMeasurementEventCallback<decimal>(static (_, value, tags, bridge) => Record(bridge, (double)value, tags));
        _listener.Start();
        options.Registry.AddBeforeCollectCallback(BeforeCollect);
    }

    /// <summary>Starts a bridge with the default options; a second one for the same registry does nothing.</summary>
    public static IDisposable StartListening() => StartListening(MeterAdapterOptions.Default);

    /// <summary>Starts a bridge. Dispose of it to stop; what it has shown goes away as series do that get no new measurements.</summary>
    public static IDisposable StartListening(MeterAdapterOptions options)
    {
        if (options == MeterAdapterOptions.Default)
        {
            if (options.Registry.HasDefaultMeterAdapter)
            {
                return new NothingToStop();
            }

            options.Registry.HasDefaultMeterAdapter = true;
        }

        return new MeterAdapter(options);
    }

    /// <summary>Stops listening.</summary>
    public void Dispose()
    {
        _disposed = true;
        _listener.Dispose();
    }

    private void Connect(Instrument instrument, MeterListener listener)
    {
        if (!_options.InstrumentFilterPredicate(instrument))
        {
            return;
        }

        _connected.Inc();
        if (BridgedInstrument.KindOf(instrument) is not { } kind)
        {
            Trace.WriteLine($"The instrument '{instrument.Name}' of the meter '{instrument.Meter.Name}' is not shown: no metric fits a {instrument.GetType().Name}.");
            return;
        }

        var name = NameRules.Translate($"{instrument.Meter.Name}_{instrument.Name}");
        listener.EnableMeasurementEvents(instrument, _instruments.GetOrAdd((name, kind), static (key, context) =>
            new BridgedInstrument(context.instrument, key.Name, key.Kind, context.self._factory, context.self._reservedLabels, context.self._options),
            (instrument, self: this)));
    }

    private void BeforeCollect()
    {
        try
        {
            if (!_disposed)
            {
                _listener.RecordObservableInstruments();
            }
        }
        finally
        {
            foreach (var (_, instrument) in _instruments)
            {
                instrument.RemoveExpired();
            }
        }
    }

    private static void Record(object? bridge, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        // What is thrown here comes out of the code that measures.
        try
        {
            ((BridgedInstrument)bridge!).Record(value, tags);
        }
        catch (Exception failure)
        {
            Trace.WriteLine($"A measurement was not shown: {failure}");
        }
    }

    private sealed class NothingToStop : IDisposable
    {
        public void Dispose()
        {
        }
    }
}
