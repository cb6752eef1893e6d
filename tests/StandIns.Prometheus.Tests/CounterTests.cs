namespace PrometheusStandIn.Tests;

public sealed class CounterTests
{
    private readonly CollectorRegistry _registry = Metrics.NewCustomRegistry();
    private readonly MetricFactory _metrics;

    public CounterTests() => _metrics = Metrics.WithCustomRegistry(_registry);

    [Fact]
    public void Inc_AddsOneOrMoreOrAFraction()
    {
        var counter = _metrics.CreateCounter("c_total", "help");
        counter.Inc();
        counter.Inc(41);
        counter.Inc(0.5);
        counter.Inc(0);
        Assert.Equal(42.5, counter.Value);
    }

    [Fact]
    public void Inc_BelowZero_IsRefusedAndChangesNothing()
    {
        var counter = _metrics.CreateCounter("c_total", "help");
        counter.Inc(3);
        Assert.Throws<ArgumentOutOfRangeException>(() => counter.Inc(-1));
        Assert.Equal(3, counter.Value);
    }

    [Theory]
    [InlineData(1e300, 1e300)]
    [InlineData(double.PositiveInfinity, double.PositiveInfinity)]
    [InlineData(double.NaN, double.NaN)]
    [InlineData(9007199254740993.0, 9007199254740992.0)]
    public void Inc_ByNumbersThatAreNoWholeOnes_AddsAsDoublesDo(double increment, double value)
    {
        var counter = _metrics.CreateCounter("c_total", "help");
        counter.Inc(increment);
        Assert.Equal(value, counter.Value);
    }

    [Fact]
    public void IncTo_RaisesButNeverLowers_AndShowsExactlyItsTarget()
    {
        var counter = _metrics.CreateCounter("c_total", "help");
        counter.IncTo(0.1);
        counter.IncTo(0.3);
        Assert.Equal(0.3, counter.Value);
        counter.IncTo(0.2);
        Assert.Equal(0.3, counter.Value);
        counter.Inc(2);
        counter.IncTo(2);
        Assert.Equal(2.3, counter.Value);
        counter.IncTo(10);
        Assert.Equal(10, counter.Value);
    }

    [Fact]
    public void Labels_EachCombinationIsAChildOfItsOwn_AndIsFoundAgain()
    {
        var counter = _metrics.CreateCounter("c_total", "help", "a", "b");
        var child = counter.WithLabels("1", "2");
        child.Inc();
        Assert.Same(child, counter.WithLabels("1", "2"));
        Assert.Same(child, counter.Labels("1", "2"));
        Assert.Same(child, counter.WithLabels(new[] { "1", "2" }.AsMemory()));
        Assert.Same(child, counter.WithLabels(new[] { "1", "2" }.AsSpan()));
        Assert.NotSame(child, counter.WithLabels("2", "1"));
        Assert.Equal(0, counter.WithLabels("2", "1").Value);
        Assert.Equal([["1", "2"], ["2", "1"]], counter.GetAllLabelValues());
    }

    [Fact]
    public void Labels_WrongNumberOrNull_AreRefused()
    {
        var counter = _metrics.CreateCounter("c_total", "help", "a", "b");
        Assert.Throws<ArgumentException>(() => counter.WithLabels("1"));
        Assert.Throws<ArgumentException>(() => counter.WithLabels("1", "2", "3"));
        Assert.Throws<NotSupportedException>(() => counter.WithLabels("1", null!));
        Assert.Throws<ArgumentNullException>(() => counter.WithLabels((string[])null!));
    }

    [Fact]
    public async Task Remove_TakesTheChildAway_AndTheNextBeginsAtZero()
    {
        var counter = _metrics.CreateCounter("c_total", "help", "a");
        var removed = counter.WithLabels("x");
        removed.Inc(5);
        counter.WithLabels("y").Inc();
        removed.Remove();
        Assert.Null(await Page.NumberAsync(_registry, "c_total{a=\"x\"}"));
        Assert.Equal(1, await Page.NumberAsync(_registry, "c_total{a=\"y\"}"));

        var next = counter.WithLabels("x");
        Assert.NotSame(removed, next);
        removed.Remove();
        Assert.Equal(0, await Page.NumberAsync(_registry, "c_total{a=\"x\"}"));

        counter.RemoveLabelled("y");
        counter.WithLabels("z").Dispose();
        Assert.Equal([["x"]], counter.GetAllLabelValues());
    }

    [Fact]
    public async Task Remove_OfTheUnlabelledChild_IsFollowedByANewOne()
    {
        var counter = _metrics.CreateCounter("c_total", "help");
        counter.Inc(7);
        counter.RemoveLabelled();
        Assert.Equal(0, await Page.NumberAsync(_registry, "c_total"));
        counter.Inc();
        Assert.Equal(1, await Page.NumberAsync(_registry, "c_total"));
    }

    [Fact]
    public async Task Unlabelled_OfALabelledCounter_AppearsOnlyWhenUsed()
    {
        var counter = _metrics.CreateCounter("c_total", "help", "a");
        Assert.Null(await Page.NumberAsync(_registry, "c_total"));
        counter.Inc(2);
        Assert.Equal(2, await Page.NumberAsync(_registry, "c_total"));
        Assert.Empty(counter.GetAllLabelValues());
    }

    [Fact]
    public async Task SuppressInitialValue_KeepsItOffThePageUntilUpdatedOrPublished()
    {
        var quiet = new CounterConfiguration { SuppressInitialValue = true };
        var updated = _metrics.CreateCounter("updated_total", "help", quiet);
        var published = _metrics.CreateCounter("published_total", "help", quiet);
        var page = await Page.OfAsync(_registry);
        Assert.Null(Page.Number(page, "updated_total"));
        Assert.Contains("# TYPE updated_total counter\n", page, StringComparison.Ordinal);

        updated.Inc(0);
        published.Publish();
        page = await Page.OfAsync(_registry);
        Assert.Equal(0, Page.Number(page, "updated_total"));
        Assert.Equal(0, Page.Number(page, "published_total"));

        published.Unpublish();
        Assert.Null(await Page.NumberAsync(_registry, "published_total"));
        published.IncTo(1);
        Assert.Equal(1, await Page.NumberAsync(_registry, "published_total"));
    }

    [Fact]
    public void Times_AreSecondsSince1970()
    {
        var counter = _metrics.CreateCounter("c_seconds_total", "help");
        counter.IncToTimeUtc(DateTimeOffset.FromUnixTimeMilliseconds(1_500_000_000_250));
        Assert.Equal(1_500_000_000.25, counter.Value);
        var before = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() / 1000.0;
        counter.IncToCurrentTimeUtc();
        Assert.InRange(counter.Value, before, before + 60);
    }
}
