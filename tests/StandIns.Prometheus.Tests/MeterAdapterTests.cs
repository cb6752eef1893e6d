using System.Diagnostics.Metrics;

namespace PrometheusStandIn.Tests;

public sealed class MeterAdapterTests : IDisposable
{
    private readonly CollectorRegistry _registry = Metrics.NewCustomRegistry();
    private readonly Meter _meter = new("Some.Meter-1");

    public void Dispose() => _meter.Dispose();

    [Fact]
    public async Task CountersAndUpDownCounters_AreGaugesThatAddUp()
    {
        using var bridge = Start();
        var counter = _meter.CreateCounter<long>("orders.placed", "{order}", "Orders.");
        var upDown = _meter.CreateUpDownCounter<int>("inflight");
        counter.Add(2);
        counter.Add(3);
        upDown.Add(5);
        upDown.Add(-7);
        var page = await Page.OfAsync(_registry);
        Assert.Contains("# HELP some_meter_1_orders_placed ({order}) Orders. (Counter`1)\n# TYPE some_meter_1_orders_placed gauge\nsome_meter_1_orders_placed 5\n",
            page, StringComparison.Ordinal);
        Assert.Contains("# HELP some_meter_1_inflight  (UpDownCounter`1)\n# TYPE some_meter_1_inflight gauge\nsome_meter_1_inflight -2\n", page, StringComparison.Ordinal);
        Assert.Equal(2, Page.Number(page, "prometheus_net_meteradapter_instruments_connected"));
    }

    [Fact]
    public async Task ObservableInstruments_AreAskedForEachPage_AndMayGoDown()
    {
        using var bridge = Start();
        var value = 10L;
        _meter.CreateObservableCounter("wrongly.declared", () => value);
        _meter.CreateObservableUpDownCounter("level", () => (double)-value);
        _meter.CreateObservableGauge("parts", () => new[]
        {
            new Measurement<int>(1, KeyValuePair.Create("part", (object?)"a")),
            new Measurement<int>((int)value, KeyValuePair.Create("part", (object?)"b")),
        });
        Assert.Equal(10, await Page.NumberAsync(_registry, "some_meter_1_wrongly_declared"));
        value = 4;
        var page = await Page.OfAsync(_registry);
        Assert.Equal(4, Page.Number(page, "some_meter_1_wrongly_declared"));
        Assert.Equal(-4, Page.Number(page, "some_meter_1_level"));
        Assert.Equal(1, Page.Number(page, "some_meter_1_parts{part=\"a\"}"));
        Assert.Equal(4, Page.Number(page, "some_meter_1_parts{part=\"b\"}"));
        Assert.DoesNotContain("counter\n", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Histograms_GetTheBucketsThatTheOptionsResolve()
    {
        using var bridge = Start(options => options.ResolveHistogramBuckets = instrument => instrument.Name == "a" ? [1, 2] : [5]);
        _meter.CreateHistogram<double>("a").Record(1.5);
        _meter.CreateHistogram<long>("b").Record(3);
        var page = await Page.OfAsync(_registry);
        Assert.Equal(1, Page.Number(page, "some_meter_1_a_bucket{le=\"2\"}"));
        Assert.Equal(1.5, Page.Number(page, "some_meter_1_a_sum"));
        Assert.Equal(1, Page.Number(page, "some_meter_1_b_bucket{le=\"5\"}"));
        Assert.Equal(25, MeterAdapterOptions.DefaultHistogramBuckets.Length);
        Assert.Equal(0.02, MeterAdapterOptions.DefaultHistogramBuckets[1]);
    }

    [Fact]
    public async Task AllTypesOfNumbers_AreTaken()
    {
        using var bridge = Start();
        _meter.CreateCounter<byte>("t.byte").Add(1);
        _meter.CreateCounter<short>("t.short").Add(2);
        _meter.CreateCounter<int>("t.int").Add(3);
        _meter.CreateCounter<long>("t.long").Add(4);
        _meter.CreateCounter<float>("t.float").Add(5.5f);
        _meter.CreateCounter<double>("t.double").Add(6.25);
        _meter.CreateCounter<decimal>("t.decimal").Add(7.125m);
        var page = await Page.OfAsync(_registry);
        Assert.Equal([1, 2, 3, 4, 5.5, 6.25, 7.125], new[] { "byte", "short", "int", "long", "float", "double", "decimal" }
            .Select(type => Page.Number(page, "some_meter_1_t_" + type) ?? double.NaN));
    }

    [Fact]
    public async Task Tags_BecomeLabelsInTheOrderOfTheirNames_HoweverTheyCome()
    {
        using var bridge = Start();
        var counter = _meter.CreateCounter<int>("c");
        counter.Add(1, new("Http.Method", "GET"), new("a-b", 200), new("9", null));
        counter.Add(1, new("9", ""), new("Http.Method", "GET"), new("a-b", "200"));
        counter.Add(1, new("9", true), new KeyValuePair<string, object?>("a-b", 1.5));
        counter.Add(1);
        var page = await Page.OfAsync(_registry);
        Assert.Equal(2, Page.Number(page, "some_meter_1_c{_9=\"\",a_b=\"200\",http_method=\"GET\"}"));
        Assert.Equal(1, Page.Number(page, "some_meter_1_c{_9=\"True\",a_b=\"1.5\"}"));
        Assert.Equal(1, Page.Number(page, "some_meter_1_c"));
    }

    [Fact]
    public async Task TagsThatClashWithStaticLabels_GiveWay_AndThoseThatClashWithEachOtherAreNotShown()
    {
        _registry.SetStaticLabels(new Dictionary<string, string> { ["zone"] = "static" });
        using var bridge = Start();
        var counter = _meter.CreateCounter<int>("c");
        counter.Add(1, new KeyValuePair<string, object?>("zone", "dynamic"));
        counter.Add(1, new("a.b", "1"), new("a-b", "2"));
        var page = await Page.OfAsync(_registry);
        Assert.Equal(1, Page.Number(page, "some_meter_1_c{zone=\"static\"}"));
        Assert.DoesNotContain("a_b", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TheFilter_KeepsInstrumentsOut()
    {
        using var bridge = Start(options => options.InstrumentFilterPredicate = instrument => instrument.Meter == _meter && instrument.Name != "out");
        _meter.CreateCounter<int>("out").Add(1);
        _meter.CreateCounter<int>("in").Add(1);
        var page = await Page.OfAsync(_registry);
        Assert.Null(Page.Number(page, "some_meter_1_out"));
        Assert.Equal(1, Page.Number(page, "some_meter_1_in"));
    }

    [Fact]
    public async Task SynchronousGauges_AreNotShown_AsInThePackage()
    {
        using var bridge = Start();
        _meter.CreateGauge<int>("gauge").Record(1);
        Assert.DoesNotContain("some_meter", await Page.OfAsync(_registry), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AMeterMadeAnew_GoesOnWithTheSameSeries()
    {
        using var bridge = Start(options => options.InstrumentFilterPredicate = instrument => instrument.Meter.Name == "again");
        for (var i = 0; i < 3; i++)
        {
            using var meter = new Meter("again");
            meter.CreateCounter<int>("c").Add(1);
        }

        Assert.Equal(3, await Page.NumberAsync(_registry, "again_c"));
    }

    [Fact]
    public async Task AnObservableThatThrows_AndANameOfTwoKinds_HurtNothingElse()
    {
        using var bridge = Start();
        _meter.CreateObservableGauge("broken", int () => throw new InvalidOperationException("broken"));
        _meter.CreateObservableGauge("well", () => 1);
        _meter.CreateCounter<int>("same.name").Add(1);
        _meter.CreateHistogram<int>("same-name").Record(1);
        var page = await Page.OfAsync(_registry);
        Assert.Equal(1, Page.Number(page, "some_meter_1_well"));
        Assert.Equal(1, Page.Number(page, "some_meter_1_same_name"));
    }

    [Fact]
    public async Task Dispose_StopsTheBridge_Twice()
    {
        var bridge = Start();
        var asked = 0;
        var counter = _meter.CreateCounter<int>("c");
        _meter.CreateObservableGauge("g", () => ++asked);
        counter.Add(1);
        await Page.OfAsync(_registry);
        bridge.Dispose();
        bridge.Dispose();
        counter.Add(1);
        var page = await Page.OfAsync(_registry);
        Assert.Equal(1, asked);
        Assert.Equal(1, Page.Number(page, "some_meter_1_c"));
    }

    [Fact]
    public async Task Series_WithoutMeasurements_Expire_AndBeginAnew()
    {
        using var bridge = Start(options => options.MetricsExpireAfter = TimeSpan.FromSeconds(2));
        var counter = _meter.CreateCounter<int>("c");
        var observed = 7;
        _meter.CreateObservableGauge("g", () => observed);
        var tag = KeyValuePair.Create("a", (object?)"1");
        counter.Add(5, tag);
        Assert.Equal(5, await Page.NumberAsync(_registry, "some_meter_1_c{a=\"1\"}"));
        await Wait.UntilAsync(async () => await Page.NumberAsync(_registry, "some_meter_1_c{a=\"1\"}") is null, "the series to expire");
        Assert.Equal(7, await Page.NumberAsync(_registry, "some_meter_1_g"));
        counter.Add(1, tag);
        Assert.Equal(1, await Page.NumberAsync(_registry, "some_meter_1_c{a=\"1\"}"));
    }

    [Fact]
    public async Task Series_UnderLoad_DoNotLoseMeasurementsWhileOthersExpire()
    {
        using var bridge = Start(options => options.MetricsExpireAfter = TimeSpan.FromSeconds(2));
        var counter = _meter.CreateCounter<int>("c");
        var tag = KeyValuePair.Create("a", (object?)"busy");
        var added = 0;
        using var stop = new CancellationTokenSource();
        var load = Task.Run(() =>
        {
            while (!stop.IsCancellationRequested)
            {
                counter.Add(1, tag);
                added++;
            }
        });
        counter.Add(1, new KeyValuePair<string, object?>("a", "idle"));
        Assert.Equal(1, await Page.NumberAsync(_registry, "some_meter_1_c{a=\"idle\"}"));
        await Wait.UntilAsync(async () => await Page.NumberAsync(_registry, "some_meter_1_c{a=\"idle\"}") is null, "the idle series to expire");
        stop.Cancel();
        await load;
        Assert.Equal(added, await Page.NumberAsync(_registry, "some_meter_1_c{a=\"busy\"}"));
    }

    [Fact]
    public async Task ATagWithoutEnd_MakesNoPageWithoutEnd()
    {
        using var bridge = Start();
        var counter = _meter.CreateCounter<int>("c");
        for (var i = 0; i < 10_000; i++)
        {
            counter.Add(1, new KeyValuePair<string, object?>("id", i));
        }

        counter.Add(1, new KeyValuePair<string, object?>("id", 0));
        var page = await Page.OfAsync(_registry);
        Assert.Equal(2_000, page.Split('\n').Count(line => line.StartsWith("some_meter_1_c{", StringComparison.Ordinal)));
        Assert.Equal(2, Page.Number(page, "some_meter_1_c{id=\"0\"}"));
    }

    [Fact]
    public async Task ManyThreads_AddUpExactly()
    {
        using var bridge = Start();
        var counter = _meter.CreateCounter<long>("c");
        var histogram = _meter.CreateHistogram<double>("h");
        Parallel.For(0, 8, thread =>
        {
            for (var i = 0; i < 20_000; i++)
            {
                counter.Add(1, new KeyValuePair<string, object?>("n", i % 50));
                histogram.Record(0.5);
            }
        });
        var page = await Page.OfAsync(_registry);
        Assert.Equal(160_000, Enumerable.Range(0, 50).Sum(n => Page.Number(page, $"some_meter_1_c{{n=\"{n}\"}}")));
        Assert.Equal(160_000, Page.Number(page, "some_meter_1_h_count"));
        Assert.Equal(80_000, Page.Number(page, "some_meter_1_h_sum"));
    }

    [Fact]
    public async Task TheDefaultOptions_BridgeTheDefaultRegistryOnce()
    {
        using var meter = new Meter("default.bridge");
        using var first = MeterAdapter.StartListening();
        using var second = MeterAdapter.StartListening(MeterAdapterOptions.Default);
        meter.CreateCounter<int>("c").Add(1);
        Assert.Equal(1, await Page.NumberAsync(Metrics.DefaultRegistry, "default_bridge_c"));
    }

    private IDisposable Start(Action<MeterAdapterOptions>? configure = null)
    {
        var options = new MeterAdapterOptions
        {
            InstrumentFilterPredicate = instrument => instrument.Meter == _meter,
            Registry = _registry,
            MetricFactory = Metrics.WithCustomRegistry(_registry),
        };
        configure?.Invoke(options);
        return MeterAdapter.StartListening(options);
    }
}
