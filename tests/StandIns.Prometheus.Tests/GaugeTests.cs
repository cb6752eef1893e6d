namespace PrometheusStandIn.Tests;

public sealed class GaugeTests
{
    private readonly CollectorRegistry _registry = Metrics.NewCustomRegistry();
    private readonly Gauge _gauge;

    public GaugeTests() => _gauge = Metrics.WithCustomRegistry(_registry).CreateGauge("g", "help");

    [Fact]
    public void SetIncDec_MoveTheValue()
    {
        _gauge.Set(10);
        _gauge.Inc();
        _gauge.Inc(0.5);
        _gauge.Dec();
        _gauge.Dec(20);
        Assert.Equal(-9.5, _gauge.Value);
    }

    [Fact]
    public void IncToAndDecTo_MoveInOneDirectionOnly()
    {
        _gauge.Set(5);
        _gauge.IncTo(4);
        _gauge.DecTo(6);
        Assert.Equal(5, _gauge.Value);
        _gauge.IncTo(7);
        Assert.Equal(7, _gauge.Value);
        _gauge.DecTo(-1);
        Assert.Equal(-1, _gauge.Value);
    }

    [Fact]
    public void Times_AreSecondsSince1970()
    {
        _gauge.SetToTimeUtc(new DateTimeOffset(2026, 1, 1, 1, 0, 0, 500, TimeSpan.FromHours(1)));
        Assert.Equal(1_767_225_600.5, _gauge.Value);
        _gauge.IncToTimeUtc(DateTimeOffset.UnixEpoch);
        Assert.Equal(1_767_225_600.5, _gauge.Value);

        var before = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() / 1000.0;
        _gauge.SetToCurrentTimeUtc();
        Assert.InRange(_gauge.Value, before, before + 60);
        _gauge.Set(0);
        _gauge.IncToCurrentTimeUtc();
        Assert.InRange(_gauge.Value, before, before + 60);
    }

    [Fact]
    public void TrackInProgress_CountsUntilDisposed_AndOnlyOnce()
    {
        var first = _gauge.TrackInProgress();
        using (_gauge.TrackInProgress())
        {
            Assert.Equal(2, _gauge.Value);
        }

        first.Dispose();
        first.Dispose();
        Assert.Equal(0, _gauge.Value);
    }

    [Fact]
    public async Task SuppressInitialValue_AndPublish_WorkAsOnCounters()
    {
        var metrics = Metrics.WithCustomRegistry(_registry);
        var gauge = metrics.CreateGauge("quiet", "help", ["a"], new GaugeConfiguration { SuppressInitialValue = true });
        var child = gauge.WithLabels("1");
        Assert.Null(await Page.NumberAsync(_registry, "quiet{a=\"1\"}"));
        child.Set(0);
        Assert.Equal(0, await Page.NumberAsync(_registry, "quiet{a=\"1\"}"));
        child.Unpublish();
        Assert.Null(await Page.NumberAsync(_registry, "quiet{a=\"1\"}"));
        child.Publish();
        Assert.Equal(0, await Page.NumberAsync(_registry, "quiet{a=\"1\"}"));
    }

    [Fact]
    public void Timers_ReportToGaugeCounterAndHistogram()
    {
        var metrics = Metrics.WithCustomRegistry(_registry);
        var counter = metrics.CreateCounter("busy_seconds_total", "help");
        var histogram = metrics.CreateHistogram("took_seconds", "help");
        TimeSpan first;
        using (var timer = counter.NewTimer())
        {
            first = timer.ObserveDuration();
            Assert.Equal(first.TotalSeconds, counter.Value);
        }

        Assert.True(counter.Value >= 2 * first.TotalSeconds);
        histogram.NewTimer().Dispose();
        Assert.Equal(1, histogram.Count);
        _gauge.Set(-1);
        _gauge.NewTimer().Dispose();
        Assert.True(_gauge.Value >= 0);
    }
}
