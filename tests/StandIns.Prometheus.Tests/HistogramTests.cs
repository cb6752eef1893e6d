namespace PrometheusStandIn.Tests;

public sealed class HistogramTests
{
    private readonly CollectorRegistry _registry = Metrics.NewCustomRegistry();
    private readonly MetricFactory _metrics;

    public HistogramTests() => _metrics = Metrics.WithCustomRegistry(_registry);

    [Fact]
    public async Task Observe_CountsInTheFirstBucketWhoseBoundIsNotBelow()
    {
        var histogram = _metrics.CreateHistogram("h", "help", new HistogramConfiguration { Buckets = [1, 2, 4] });
        foreach (var value in new[] { -3, 1, 1.5, 2, 4, 4.1, double.PositiveInfinity })
        {
            histogram.Observe(value);
        }

        var page = await Page.OfAsync(_registry);
        Assert.Equal(2, Page.Number(page, "h_bucket{le=\"1\"}"));
        Assert.Equal(4, Page.Number(page, "h_bucket{le=\"2\"}"));
        Assert.Equal(5, Page.Number(page, "h_bucket{le=\"4\"}"));
        Assert.Equal(7, Page.Number(page, "h_bucket{le=\"+Inf\"}"));
        Assert.Equal(7, Page.Number(page, "h_count"));
        Assert.Equal(7, histogram.Count);
        Assert.Equal(double.PositiveInfinity, histogram.Sum);
    }

    [Fact]
    public void Observe_ManyAtOnce_AndNothingForNaN()
    {
        var histogram = _metrics.CreateHistogram("h", "help");
        histogram.Observe(0.25, 4);
        histogram.Observe(double.NaN);
        Assert.Equal(4, histogram.Count);
        Assert.Equal(1.0, histogram.Sum);
    }

    [Fact]
    public async Task Buckets_AreTheUsualFourteen_UnlessNamed()
    {
        _metrics.CreateHistogram("h", "help");
        var page = await Page.OfAsync(_registry);
        var bounds = page.Split('\n').Where(line => line.Contains("le=", StringComparison.Ordinal)).Select(line => line.Split('"')[1]);
        Assert.Equal(["0.005", "0.01", "0.025", "0.05", "0.075", "0.1", "0.25", "0.5", "0.75", "1", "2.5", "5", "7.5", "10", "+Inf"], bounds);
    }

    [Fact]
    public void Buckets_EmptyOrFalling_AreRefused_AndInfinityIsNotDoubled()
    {
        Assert.Throws<ArgumentException>(() => _metrics.CreateHistogram("a", "help", new HistogramConfiguration { Buckets = [] }));
        Assert.Throws<ArgumentException>(() => _metrics.CreateHistogram("b", "help", new HistogramConfiguration { Buckets = [1, 1] }));
        Assert.Throws<ArgumentException>(() => _metrics.CreateHistogram("c", "help", "le"));
        var histogram = _metrics.CreateHistogram("d", "help", new HistogramConfiguration { Buckets = [1, double.PositiveInfinity] });
        histogram.Observe(3);
        Assert.Equal(1, histogram.Count);
    }

    [Fact]
    public void Buckets_AreTheCallersNoLonger()
    {
        double[] bounds = [1, 2];
        var histogram = _metrics.CreateHistogram("h", "help", new HistogramConfiguration { Buckets = bounds });
        bounds[0] = 100;
        histogram.Observe(1.5);
        Assert.Equal(1, histogram.Count);
    }

    [Fact]
    public void LinearBuckets_HaveNoRoundingNoise() =>
        Assert.Equal([0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7], Histogram.LinearBuckets(0.1, 0.1, 7));

    [Fact]
    public void ExponentialBuckets_GrowByTheFactor() =>
        Assert.Equal([0.01, 0.02, 0.04, 0.08, 0.16], Histogram.ExponentialBuckets(0.01, 2, 5));

    [Fact]
    public void PowersOfTenDividedBuckets_DivideEachPowerAndDoNotRepeat()
    {
        Assert.Equal([0.25, 0.5, 0.75, 1.0, 2.5, 5, 7.5, 10, 25, 50, 75, 100], Histogram.PowersOfTenDividedBuckets(-1, 2, 4));
        var fine = Histogram.PowersOfTenDividedBuckets(0, 2, 20);
        Assert.Equal(fine.Distinct().Order(), fine);
    }

    [Fact]
    public void BucketMakers_RefuseWhatGivesNoBuckets()
    {
        Assert.Throws<ArgumentException>(() => Histogram.LinearBuckets(0, 1, 0));
        Assert.Throws<ArgumentException>(() => Histogram.ExponentialBuckets(0, 2, 3));
        Assert.Throws<ArgumentException>(() => Histogram.ExponentialBuckets(1, 1, 3));
        Assert.Throws<ArgumentException>(() => Histogram.ExponentialBuckets(1, 2, 0));
        Assert.Throws<ArgumentException>(() => Histogram.PowersOfTenDividedBuckets(2, 2, 4));
        Assert.Throws<ArgumentOutOfRangeException>(() => Histogram.PowersOfTenDividedBuckets(1, 2, 0));
    }
}
