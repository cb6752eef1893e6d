using System.Text.RegularExpressions;

namespace PrometheusStandIn.Tests;

public sealed partial class ExpositionTests
{
    private readonly CollectorRegistry _registry = Metrics.NewCustomRegistry();
    private readonly MetricFactory _metrics;

    public ExpositionTests() => _metrics = Metrics.WithCustomRegistry(_registry);

    [Fact]
    public async Task Text_Golden()
    {
        Fill();
        Assert.Equal(
            """
            # HELP requests_total Requests, by \\ and\nby method.
            # TYPE requests_total counter
            requests_total{method="GET",path="/\"a\\b\nc"} 3
            requests_total{method="POST",path="é"} 0.5
            # HELP oddly_named A "counter" without the suffix.
            # TYPE oddly_named counter
            oddly_named 1
            # HELP load Now.
            # TYPE load gauge
            load -1.5
            # HELP seconds Durations.
            # TYPE seconds histogram
            seconds_sum{op="read"} 3.25
            seconds_count{op="read"} 3
            seconds_bucket{op="read",le="0.25"} 1
            seconds_bucket{op="read",le="1"} 2
            seconds_bucket{op="read",le="+Inf"} 3
            # HELP unused_total 
            # TYPE unused_total counter

            """.ReplaceLineEndings("\n"), await Page.OfAsync(_registry));
    }

    [Fact]
    public async Task OpenMetrics_Golden()
    {
        Fill();
        var page = await Page.OfAsync(_registry, ExpositionFormat.OpenMetricsText);
        Assert.Equal(
            """
            # HELP requests Requests, by \\ and\nby method.
            # TYPE requests counter
            requests_total{method="GET",path="/\"a\\b\nc"} 3.0 # {trace_id="abc",span_id="7"} 2.0 TIME
            requests_total{method="POST",path="é"} 0.5
            # HELP oddly_named A \"counter\" without the suffix.
            # TYPE oddly_named unknown
            oddly_named 1.0
            # HELP load Now.
            # TYPE load gauge
            load -1.5
            # HELP seconds Durations.
            # TYPE seconds histogram
            seconds_sum{op="read"} 3.25
            seconds_count{op="read"} 3
            seconds_bucket{op="read",le="0.25"} 1 # {trace_id="def"} 0.25 TIME
            seconds_bucket{op="read",le="1.0"} 2
            seconds_bucket{op="read",le="+Inf"} 3
            # HELP unused 
            # TYPE unused counter
            # EOF

            """.ReplaceLineEndings("\n"), ExemplarTime().Replace(page, " TIME"));
    }

    [Theory]
    [InlineData(0.0, "0", "0.0")]
    [InlineData(-0.0, "-0", "0.0")]
    [InlineData(1.0, "1", "1.0")]
    [InlineData(-1.0, "-1", "-1.0")]
    [InlineData(123456789.0, "123456789", "123456789.0")]
    [InlineData(0.1, "0.1", "0.1")]
    [InlineData(1e20, "1e+20", "1e+20")]
    [InlineData(1e-7, "1e-07", "1e-07")]
    [InlineData(1.7976931348623157e308, "1.7976931348623157e+308", "1.7976931348623157e+308")]
    [InlineData(double.Epsilon, "5e-324", "5e-324")]
    [InlineData(0.30000000000000004, "0.30000000000000004", "0.30000000000000004")]
    [InlineData(double.PositiveInfinity, "+Inf", "+Inf")]
    [InlineData(double.NegativeInfinity, "-Inf", "-Inf")]
    [InlineData(double.NaN, "NaN", "NaN")]
    public async Task Numbers_AreTheShortestThatReadBackTheSame(double value, string text, string openMetrics)
    {
        _metrics.CreateGauge("g", "help").Set(value);
        Assert.Contains($"\ng {text}\n", await Page.OfAsync(_registry), StringComparison.Ordinal);
        Assert.Contains($"\ng {openMetrics}\n", await Page.OfAsync(_registry, ExpositionFormat.OpenMetricsText), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Numbers_DoNotFollowTheCultureOfTheThread()
    {
        var before = System.Globalization.CultureInfo.CurrentCulture;
        System.Globalization.CultureInfo.CurrentCulture = System.Globalization.CultureInfo.GetCultureInfo("de-DE");
        try
        {
            _metrics.CreateGauge("g", "help").Set(-1234567.5);
            _metrics.CreateHistogram("h", "help", new HistogramConfiguration { Buckets = [1.5] }).Observe(0, 1_234_567);
            var page = await Page.OfAsync(_registry);
            Assert.Contains("\ng -1234567.5\n", page, StringComparison.Ordinal);
            Assert.Contains("\nh_bucket{le=\"1.5\"} 1234567\n", page, StringComparison.Ordinal);
        }
        finally
        {
            System.Globalization.CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public async Task Pages_ThatAreLargerThanAnyBuffer_AreWhole()
    {
        var counter = _metrics.CreateCounter("c_total", "help", "n");
        for (var i = 0; i < 5_000; i++)
        {
            counter.WithLabels($"{i} {new string('x', 100)}").Inc(i);
        }

        var lines = (await Page.OfAsync(_registry)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(5_002, lines.Length);
        Assert.Equal(Enumerable.Range(0, 5_000).Select(i => $"c_total{{n=\"{i} {new string('x', 100)}\"}} {i}"), lines[2..]);
    }

    [Fact]
    public async Task AnEmptyRegistry_IsAnEmptyPage()
    {
        Assert.Equal("", await Page.OfAsync(_registry));
        Assert.Equal("# EOF\n", await Page.OfAsync(_registry, ExpositionFormat.OpenMetricsText));
    }

    [GeneratedRegex(@"(?<=\} \S+) 1\d{9}(\.\d{1,3})?(?=\n)")]
    private static partial Regex ExemplarTime();

    private void Fill()
    {
        var requests = _metrics.CreateCounter("requests_total", "Requests, by \\ and\nby method.", "method", "path");
        requests.WithLabels("GET", "/\"a\\b\nc").Inc();
        requests.WithLabels("GET", "/\"a\\b\nc").Inc(2, Exemplar.From(Exemplar.Pair("trace_id", "abc"), Exemplar.Pair("span_id", "7")));
        requests.WithLabels("POST", "é").Inc(0.5);
        _metrics.CreateCounter("oddly_named", "A \"counter\" without the suffix.").Inc();
        _metrics.CreateGauge("load", "Now.").Set(-1.5);
        var seconds = _metrics.CreateHistogram("seconds", "Durations.", ["op"], new HistogramConfiguration { Buckets = [0.25, 1] });
        seconds.WithLabels("read").Observe(0.25, Exemplar.From(Exemplar.Pair("trace_id", "def")));
        seconds.WithLabels("read").Observe(1);
        seconds.WithLabels("read").Observe(2);
        _metrics.CreateCounter("unused_total", "", "label");
    }
}
