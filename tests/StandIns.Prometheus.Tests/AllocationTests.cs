using System.Diagnostics.Metrics;

namespace PrometheusStandIn.Tests;

/// <summary>An update of a child that is at hand allocates nothing: not little, nothing.</summary>
public sealed class AllocationTests
{
    private readonly MetricFactory _metrics = Metrics.WithCustomRegistry(Metrics.NewCustomRegistry());

    [Fact]
    public void Counter_IncByOne()
    {
        var child = _metrics.CreateCounter("c_total", "help", "a").WithLabels("1");
        AssertNone(() => child.Inc());
    }

    [Fact]
    public void Counter_IncByWholeAndBrokenNumbers()
    {
        var child = _metrics.CreateCounter("c_total", "help", "a").WithLabels("1");
        AssertNone(() => child.Inc(7));
        AssertNone(() => child.Inc(0.3));
        AssertNone(() => child.IncTo(5));
    }

    [Fact]
    public void Counter_Unlabelled()
    {
        var counter = _metrics.CreateCounter("c_total", "help");
        AssertNone(() => counter.Inc());
    }

    [Fact]
    public void Gauge_SetIncDec()
    {
        var child = _metrics.CreateGauge("g", "help", "a").WithLabels("1");
        AssertNone(() => child.Set(3));
        AssertNone(() => child.Inc());
        AssertNone(() => child.Dec());
        AssertNone(() => child.IncTo(5));
    }

    [Fact]
    public void Histogram_Observe()
    {
        var child = _metrics.CreateHistogram("h", "help", "a").WithLabels("1");
        AssertNone(() => child.Observe(0.3));
        AssertNone(() => child.Observe(99, 3));
    }

    [Fact]
    public void Updates_WithoutExemplars_InsideAnActivity()
    {
        using var activity = new System.Diagnostics.Activity("test").Start();
        _metrics.ExemplarBehavior = ExemplarBehavior.NoExemplars();
        var counter = _metrics.CreateCounter("c_total", "help", "a").WithLabels("1");
        var histogram = _metrics.CreateHistogram("h", "help", "a").WithLabels("1");
        AssertNone(() => counter.Inc());
        AssertNone(() => histogram.Observe(0.3));
    }

    [Fact]
    public void Updates_WithExemplars_InSteadyState()
    {
        var counter = _metrics.CreateCounter("c_total", "help", "a").WithLabels("1");
        var histogram = _metrics.CreateHistogram("h", "help", "a").WithLabels("1");
        var pair = Exemplar.Pair("trace_id", "4bf92f3577b34da6a3ce929d0e0e4736");
        AssertNone(() => counter.Inc(Exemplar.From(pair)));
        AssertNone(() => histogram.Observe(0.3, Exemplar.From(pair)));
    }

    [Fact]
    public void FindingAChildByASpan()
    {
        var counter = _metrics.CreateCounter("c_total", "help", "a", "b");
        var values = new[] { "1", "2" };
        counter.WithLabels("1", "2").Inc();
        AssertNone(() => counter.WithLabels(values.AsSpan()).Inc());
    }

    [Fact]
    public void BridgedMeasurements_WithTagsOfSeveralTypes()
    {
        using var meter = new Meter("allocations");
        var registry = Metrics.NewCustomRegistry();
        using var bridge = MeterAdapter.StartListening(new MeterAdapterOptions
        {
            InstrumentFilterPredicate = instrument => instrument.Meter == meter,
            Registry = registry,
            MetricFactory = Metrics.WithCustomRegistry(registry),
        });
        var counter = meter.CreateCounter<long>("c");
        var histogram = meter.CreateHistogram<double>("h");
        var method = KeyValuePair.Create("http.method", (object?)"GET");
        var status = KeyValuePair.Create("http.status", (object?)200);
        var secure = KeyValuePair.Create("tls", (object?)true);
        AssertNone(() => counter.Add(1, method, status, secure));
        AssertNone(() => histogram.Record(0.3, method, status));
    }

    private static void AssertNone(Action update)
    {
        for (var i = 0; i < 200; i++)
        {
            update();
        }

        Assert.Equal(0, Allocated.Least(() =>
        {
            for (var i = 0; i < 1_000; i++)
            {
                update();
            }
        }));
    }
}
