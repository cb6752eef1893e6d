using System.Diagnostics;

namespace PrometheusStandIn.Tests;

public sealed class ExemplarTests
{
    private readonly CollectorRegistry _registry = Metrics.NewCustomRegistry();
    private readonly MetricFactory _metrics;

    public ExemplarTests() => _metrics = Metrics.WithCustomRegistry(_registry);

    [Fact]
    public async Task Counter_KeepsTheNewest_WithIncrementAndTime()
    {
        var counter = _metrics.CreateCounter("c_total", "help");
        counter.Inc(Exemplar.From(Exemplar.Pair("trace_id", "old")));
        counter.Inc(2.5, Exemplar.From(Exemplar.Pair("trace_id", "new")));
        counter.Inc();
        var line = await LineAsync("c_total ");
        Assert.StartsWith("c_total 4.5 # {trace_id=\"new\"} 2.5 ", line, StringComparison.Ordinal);
        var time = double.Parse(line.Split(' ')[^1], System.Globalization.CultureInfo.InvariantCulture);
        Assert.InRange(time, (DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() / 1000.0) - 60, DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() / 1000.0);

        // It stays for the next page, and the text format has no place for it.
        Assert.Equal(line, await LineAsync("c_total "));
        Assert.DoesNotContain("trace_id", await Page.OfAsync(_registry), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Histogram_KeepsOneForEachBucket()
    {
        var histogram = _metrics.CreateHistogram("h", "help", new HistogramConfiguration { Buckets = [1, 2] });
        histogram.Observe(0.5, Exemplar.From(Exemplar.Pair("id", "low")));
        histogram.Observe(5, Exemplar.From(Exemplar.Pair("id", "high")));
        histogram.Observe(1.5);
        Assert.StartsWith("h_bucket{le=\"1.0\"} 1 # {id=\"low\"} 0.5 ", await LineAsync("h_bucket{le=\"1.0\"}"), StringComparison.Ordinal);
        Assert.Equal("h_bucket{le=\"2.0\"} 2", await LineAsync("h_bucket{le=\"2.0\"}"));
        Assert.StartsWith("h_bucket{le=\"+Inf\"} 3 # {id=\"high\"} 5.0 ", await LineAsync("h_bucket{le=\"+Inf\"}"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task From_TakesOneToSixLabels()
    {
        var counter = _metrics.CreateCounter("c_total", "help");
        var pairs = Enumerable.Range(1, 6).Select(i => Exemplar.Key("k" + i).WithValue("v" + i)).ToArray();
        Exemplar[] exemplars =
        [
            Exemplar.From(pairs[0]),
            Exemplar.From(pairs[0], pairs[1]),
            Exemplar.From(pairs[0], pairs[1], pairs[2]),
            Exemplar.From(pairs[0], pairs[1], pairs[2], pairs[3]),
            Exemplar.From(pairs[0], pairs[1], pairs[2], pairs[3], pairs[4]),
            Exemplar.From(pairs[0], pairs[1], pairs[2], pairs[3], pairs[4], pairs[5]),
        ];
        for (var i = 0; i < exemplars.Length; i++)
        {
            counter.Inc(exemplars[i]);
            var labels = string.Join(',', Enumerable.Range(1, i + 1).Select(n => $"k{n}=\"v{n}\""));
            Assert.Contains($"# {{{labels}}} 1.0 ", await LineAsync("c_total "), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task LongerThan128Runes_OrTwiceTheSameName_IsRefusedAndNotCounted()
    {
        var counter = _metrics.CreateCounter("c_total", "help");
        counter.Inc(Exemplar.From(Exemplar.Pair("id", new string('x', 126))));
        Assert.Throws<ArgumentException>(() => counter.Inc(Exemplar.From(Exemplar.Pair("id", new string('x', 127)))));
        Assert.Throws<ArgumentException>(() => counter.Inc(Exemplar.From(Exemplar.Pair("id", "1"), Exemplar.Pair("id", "2"))));
        Assert.Equal(1, counter.Value);
        Assert.Contains(new string('x', 126), await LineAsync("c_total "), StringComparison.Ordinal);
    }

    [Fact]
    public void EachGoesWithOneUpdate_ACopyWithAnother()
    {
        var counter = _metrics.CreateCounter("c_total", "help");
        var exemplar = Exemplar.From(Exemplar.Pair("id", "1"));
        var copy = exemplar.Clone();
        counter.Inc(exemplar);
        Assert.Throws<InvalidOperationException>(() => counter.Inc(exemplar));
        Assert.Throws<InvalidOperationException>(exemplar.Clone);
        counter.Inc(copy);
        Assert.Equal(2, counter.Value);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("a-b")]
    [InlineData("__a")]
    public void Key_ThatIsNoLabelName_IsRefused(string name) => Assert.Throws<ArgumentException>(() => Exemplar.Key(name));

    [Fact]
    public async Task Values_AreAsciiAndEscaped()
    {
        var counter = _metrics.CreateCounter("c_total", "help");
        counter.Inc(Exemplar.From(Exemplar.Pair("id", "é\"\\\n")));
        Assert.Contains("{id=\"?\\\"\\\\\\n\"}", await LineAsync("c_total "), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Default_IsTheCurrentActivity()
    {
        var counter = _metrics.CreateCounter("c_total", "help");
        using var activity = new Activity("test").SetIdFormat(ActivityIdFormat.W3C).Start();
        counter.Inc();
        Assert.Contains($"# {{trace_id=\"{activity.TraceId}\",span_id=\"{activity.SpanId}\"}} 1.0", await LineAsync("c_total "), StringComparison.Ordinal);
        counter.Inc(Exemplar.FromTraceContext(Exemplar.Key("t"), Exemplar.Key("s")));
        Assert.Contains($"# {{t=\"{activity.TraceId}\",s=\"{activity.SpanId}\"}} 1.0", await LineAsync("c_total "), StringComparison.Ordinal);
        activity.Stop();
        Assert.Same(Exemplar.None, Exemplar.FromTraceContext());
    }

    [Fact]
    public async Task Behavior_OfTheFactory_ThenOfTheMetric_ThenOfTheCall()
    {
        using var activity = new Activity("test").SetIdFormat(ActivityIdFormat.W3C).Start();
        _metrics.ExemplarBehavior = ExemplarBehavior.NoExemplars();
        var byFactory = _metrics.CreateCounter("a_total", "help");
        var byMetric = _metrics.CreateHistogram("b", "help", new HistogramConfiguration
        {
            Buckets = [1],
            ExemplarBehavior = new ExemplarBehavior { DefaultExemplarProvider = (metric, value) => Exemplar.From(Exemplar.Pair("from", $"{metric.Name} {value}")) },
        });
        var without = _metrics.CreateCounter("c_total", "help", new CounterConfiguration { ExemplarBehavior = new ExemplarBehavior() });
        byFactory.Inc();
        byMetric.Observe(0.5);
        byMetric.Observe(7, Exemplar.None);
        without.Inc();
        Assert.Equal("a_total 1.0", await LineAsync("a_total "));
        Assert.Contains("# {from=\"b 0.5\"} 0.5", await LineAsync("b_bucket{le=\"1.0\"}"), StringComparison.Ordinal);
        Assert.Equal("b_bucket{le=\"+Inf\"} 2", await LineAsync("b_bucket{le=\"+Inf\"}"));
        Assert.Equal("c_total 1.0", await LineAsync("c_total "));
    }

    [Fact]
    public async Task NewExemplarMinInterval_KeepsTheFirstOfEachInterval()
    {
        var counter = _metrics.CreateCounter("c_total", "help", new CounterConfiguration
        {
            ExemplarBehavior = new ExemplarBehavior { NewExemplarMinInterval = TimeSpan.FromHours(1) },
        });
        counter.Inc(Exemplar.From(Exemplar.Pair("id", "first")));
        counter.Inc(Exemplar.From(Exemplar.Pair("id", "second")));
        Assert.Contains("first", await LineAsync("c_total 2.0"), StringComparison.Ordinal);
    }

    private async Task<string> LineAsync(string start) =>
        (await Page.OfAsync(_registry, ExpositionFormat.OpenMetricsText)).Split('\n').Single(line => line.StartsWith(start, StringComparison.Ordinal));
}
