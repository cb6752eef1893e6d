namespace PrometheusStandIn.Tests;

public sealed class RegistryTests
{
    private readonly CollectorRegistry _registry = Metrics.NewCustomRegistry();
    private readonly MetricFactory _metrics;

    public RegistryTests() => _metrics = Metrics.WithCustomRegistry(_registry);

    [Theory]
    [InlineData("")]
    [InlineData("1a")]
    [InlineData("a-b")]
    [InlineData("a.b")]
    [InlineData("a:b")]
    [InlineData("a b")]
    [InlineData("ä")]
    [InlineData("a\n")]
    public void Names_ThatPrometheusWouldNotTake_AreRefused(string name)
    {
        Assert.Throws<ArgumentException>(() => _metrics.CreateCounter(name, "help"));
        Assert.Throws<ArgumentException>(() => _metrics.CreateGauge("ok", "help", name));
    }

    [Fact]
    public void LabelNames_ReservedNullOrTwice_AreRefused()
    {
        Assert.Throws<ArgumentException>(() => _metrics.CreateCounter("a", "help", "__name"));
        Assert.Throws<NotSupportedException>(() => _metrics.CreateCounter("b", "help", [null!]));
        Assert.Throws<InvalidOperationException>(() => _metrics.CreateCounter("c", "help", "x", "x"));
        Assert.Throws<InvalidOperationException>(() =>
            _metrics.WithLabels(new Dictionary<string, string> { ["x"] = "1" }).CreateCounter("d", "help", ["x"]));
    }

    [Fact]
    public async Task AMetricThatWasRefused_LeavesNoTrace()
    {
        Assert.Throws<InvalidOperationException>(() => _metrics.CreateCounter("c", "help", "x", "x"));
        Assert.Equal("", await Page.OfAsync(_registry));
        _metrics.CreateGauge("c", "help");
    }

    [Fact]
    public void SameNameAndLabels_IsTheSameMetric_WhateverElseIsAsked()
    {
        var first = _metrics.CreateHistogram("h", "help", ["a"], new HistogramConfiguration { Buckets = [1] });
        Assert.Same(first, _metrics.CreateHistogram("h", "other", ["a"], new HistogramConfiguration { Buckets = [2] }));
        Assert.Same(first, Metrics.WithCustomRegistry(_registry).CreateHistogram("h", "help", "a"));
        Assert.Same(first, _metrics.CreateHistogram("h", "help", new HistogramConfiguration { LabelNames = ["a"] }));
        Assert.Equal("h", first.Name);
        Assert.Equal("help", first.Help);
        Assert.Equal(["a"], first.LabelNames);
    }

    [Fact]
    public void SameNameOfAnotherKind_IsAMistake()
    {
        _metrics.CreateCounter("c", "help");
        Assert.Throws<InvalidOperationException>(() => _metrics.CreateGauge("c", "help"));
        Assert.Throws<InvalidOperationException>(() => _metrics.CreateHistogram("c", "help", "a"));
    }

    [Fact]
    public async Task SameNameWithOtherLabels_IsAnotherMetricUnderOneHeader()
    {
        _metrics.CreateCounter("c", "help", "a").WithLabels("1").Inc();
        _metrics.CreateCounter("c", "help", "b").WithLabels("2").Inc(2);
        Assert.Equal("# HELP c help\n# TYPE c counter\nc{a=\"1\"} 1\nc{b=\"2\"} 2\n", await Page.OfAsync(_registry));
    }

    [Fact]
    public async Task StaticLabels_FollowThoseOfTheMetric_ThenTheFactorys_ThenTheRegistrys()
    {
        _registry.SetStaticLabels(new Dictionary<string, string> { ["zone"] = "z" });
        var factory = _metrics.WithLabels(new Dictionary<string, string> { ["outer"] = "o" }).WithLabels(new Dictionary<string, string> { ["inner"] = "i" });
        factory.CreateGauge("g", "help", ["own"]).WithLabels("1").Set(1);
        Assert.Equal(1, await Page.NumberAsync(_registry, "g{own=\"1\",inner=\"i\",outer=\"o\",zone=\"z\"}"));
        Assert.Equal([KeyValuePair.Create("zone", "z")], _registry.StaticLabels);
        Assert.Same(_metrics, _metrics.WithLabels(new Dictionary<string, string>()));
    }

    [Fact]
    public async Task StaticLabels_AreSetOnceAndFirst()
    {
        var labels = new Dictionary<string, string> { ["zone"] = "z" };
        _registry.SetStaticLabels(labels);
        Assert.Throws<InvalidOperationException>(() => _registry.SetStaticLabels(labels));

        var used = Metrics.NewCustomRegistry();
        Metrics.WithCustomRegistry(used).CreateGauge("g", "help");
        Assert.Throws<InvalidOperationException>(() => used.SetStaticLabels(labels));

        var read = Metrics.NewCustomRegistry();
        await Page.OfAsync(read);
        Assert.Throws<InvalidOperationException>(() => read.SetStaticLabels(labels));
        Assert.Throws<ArgumentException>(() => Metrics.NewCustomRegistry().SetStaticLabels(new Dictionary<string, string> { ["__a"] = "z" }));
        Assert.Throws<ArgumentException>(() => Metrics.NewCustomRegistry().SetStaticLabels(new Dictionary<string, string> { ["a"] = null! }));
    }

    [Fact]
    public async Task TheDefaultRegistry_IsWhatTheStaticClassFills()
    {
        Metrics.SuppressDefaultMetrics();
        Metrics.CreateCounter("default_c", "help").Inc();
        Metrics.CreateCounter("default_cl", "help", "a").WithLabels("1").Inc(2);
        Metrics.CreateGauge("default_g", "help", "a").WithLabels("1").Set(3);
        Metrics.CreateHistogram("default_h", "help", ["a"], null).WithLabels("1").Observe(4);
        Metrics.WithLabels(new Dictionary<string, string> { ["s"] = "1" }).CreateGauge("default_s", "help").Set(5);
        var page = await Page.OfAsync(Metrics.DefaultRegistry);
        Assert.Equal(1, Page.Number(page, "default_c"));
        Assert.Equal(2, Page.Number(page, "default_cl{a=\"1\"}"));
        Assert.Equal(3, Page.Number(page, "default_g{a=\"1\"}"));
        Assert.Equal(4, Page.Number(page, "default_h_sum{a=\"1\"}"));
        Assert.Equal(5, Page.Number(page, "default_s{s=\"1\"}"));
    }

    [Fact]
    public async Task Callbacks_RunBeforeEachPage_TheAsynchronousOnesTogether()
    {
        var gauge = _metrics.CreateGauge("g", "help");
        var both = new TaskCompletionSource();
        var arrived = 0;
        _registry.AddBeforeCollectCallback(() => gauge.Inc());
        for (var i = 0; i < 2; i++)
        {
            _registry.AddBeforeCollectCallback(async cancel =>
            {
                if (Interlocked.Increment(ref arrived) == 2)
                {
                    both.SetResult();
                }

                await both.Task.WaitAsync(TimeSpan.FromSeconds(30), cancel);
                gauge.Inc(10);
            });
        }

        Assert.Equal(21, await Page.NumberAsync(_registry, "g"));
        Assert.Equal(42, await Page.NumberAsync(_registry, "g"));
    }

    [Fact]
    public async Task Callbacks_ThatThrow_CostNeitherThePageNorTheOthers()
    {
        var gauge = _metrics.CreateGauge("g", "help");
        _registry.AddBeforeCollectCallback(() => throw new InvalidOperationException("first"));
        _registry.AddBeforeCollectCallback(() => gauge.Set(1));
        _registry.AddBeforeCollectCallback(_ => throw new InvalidOperationException("at once"));
        _registry.AddBeforeCollectCallback(async _ =>
        {
            await Task.Yield();
            throw new InvalidOperationException("later");
        });
        Assert.Equal(1, await Page.NumberAsync(_registry, "g"));
    }

    [Fact]
    public async Task ACancelledCollection_Stops()
    {
        _metrics.CreateGauge("g", "help");
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            _registry.CollectAndExportAsTextAsync(new MemoryStream(), new CancellationToken(canceled: true)));
        await Assert.ThrowsAsync<ArgumentNullException>(() => _registry.CollectAndExportAsTextAsync(null!, CancellationToken.None));
    }
}
