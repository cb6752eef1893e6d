using System.Text.Json;

namespace PrometheusStandIn.Tests;

/// <summary>The pages, read by a real Prometheus: once in each format.</summary>
public sealed class PrometheusServerTests
{
    private readonly CollectorRegistry _registry = Metrics.NewCustomRegistry();

    [Fact]
    public async Task BothFormats_AreScraped_AndMeanTheSame()
    {
        var counter = Fill();
        await using var page = await PageServer.StartAsync(_registry);
        using var prometheus = await PrometheusServer.StartAsync(ConfigurationFor(page.Address));
        foreach (var job in new[] { "openmetrics", "text" })
        {
            await UntilAsync(prometheus, $"up{{job=\"{job}\"}}", "1");
            await UntilAsync(prometheus, $"sum(orders_total{{job=\"{job}\"}})", "3.5");
            await UntilAsync(prometheus, $"level{{job=\"{job}\",at=\"low\"}}", "-Inf");
            await UntilAsync(prometheus, $"level{{job=\"{job}\",at=\"high\"}}", "+Inf");
            await UntilAsync(prometheus, $"level{{job=\"{job}\",at=\"none\"}}", "NaN");
            await UntilAsync(prometheus, $"level{{job=\"{job}\",at=\"tiny\"}}", "1e-300");
            await UntilAsync(prometheus, $"oddly_named{{job=\"{job}\"}}", "1");
            await UntilAsync(prometheus, $"took_seconds_count{{job=\"{job}\"}}", "4");
            await UntilAsync(prometheus, $"took_seconds_sum{{job=\"{job}\"}}", "5.75");
            await UntilAsync(prometheus, $"took_seconds_bucket{{job=\"{job}\",le=\"0.25\"}}", "2");
            await UntilAsync(prometheus, $"took_seconds_bucket{{job=\"{job}\",le=~\"1(\\\\.0)?\"}}", "3");
            await UntilAsync(prometheus, $"took_seconds_bucket{{job=\"{job}\",le=\"+Inf\"}}", "4");
            await UntilAsync(prometheus, $"histogram_quantile(0.5, took_seconds_bucket{{job=\"{job}\"}})", "0.25");

            var strange = Assert.Single(await prometheus.QueryAsync($"orders_total{{job=\"{job}\",kind!=\"plain\"}}"));
            Assert.Equal("\"a\\b\nc é", strange.Labels["kind"]);
        }

        // The number goes on rising from page to page.
        counter.Inc(10);
        await UntilAsync(prometheus, "orders_total{job=\"openmetrics\",kind=\"plain\"}", "12");
        await UntilAsync(prometheus, "orders_total{job=\"text\",kind=\"plain\"}", "12");
    }

    [Fact]
    public async Task TypesHelpAndTargets_AreAsDeclared()
    {
        Fill();
        await using var page = await PageServer.StartAsync(_registry);
        using var prometheus = await PrometheusServer.StartAsync(ConfigurationFor(page.Address));
        await UntilAsync(prometheus, "min(up)", "1");
        await UntilAsync(prometheus, "count(up)", "2");

        var metadata = await prometheus.GetAsync("metadata");
        Assert.Equal(("histogram", "Durations, \"quoted\" and \\ and\nbroken."), Metadata(metadata, "took_seconds"));
        Assert.Equal(("gauge", "Levels."), Metadata(metadata, "level"));
        Assert.Equal(("counter", "Orders."), Metadata(metadata, "orders_total"));
        Assert.Equal(("counter", "Orders."), Metadata(metadata, "orders"));
        var targets = await prometheus.GetAsync("targets");
        Assert.All(targets.GetProperty("activeTargets").EnumerateArray(), target => Assert.Equal("", target.GetProperty("lastError").GetString()));
    }

    [Fact]
    public async Task Exemplars_ArriveThroughOpenMetrics()
    {
        Fill();
        await using var page = await PageServer.StartAsync(_registry);
        using var prometheus = await PrometheusServer.StartAsync(ConfigurationFor(page.Address));
        await Wait.UntilAsync(async () => (await ExemplarsAsync(prometheus, "took_seconds_bucket")).Count == 2
            && (await ExemplarsAsync(prometheus, "orders_total")).Count == 1, "the exemplars to be stored");

        var found = await ExemplarsAsync(prometheus, "took_seconds_bucket");
        Assert.Equal(["openmetrics 0.25 slow=no,trace_id=4bf92f35 0.125", "openmetrics +Inf slow=yes,trace_id=00f067aa 4.5"], found);
        Assert.Equal(["openmetrics - trace_id=b7ad6b71 2"], await ExemplarsAsync(prometheus, "orders_total"));
    }

    private static (string?, string?) Metadata(JsonElement metadata, string metric) =>
        metadata.GetProperty(metric).EnumerateArray().Select(entry => (entry.GetProperty("type").GetString(), entry.GetProperty("help").GetString())).First();

    private static async Task<List<string>> ExemplarsAsync(PrometheusServer prometheus, string metric)
    {
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        var data = await prometheus.GetAsync($"query_exemplars?query={metric}&start={now - 600}&end={now + 600}");
        return
        [
            .. from series in data.EnumerateArray()
               let labels = series.GetProperty("seriesLabels")
               let bound = labels.TryGetProperty("le", out var le) ? le.GetString() : "-"
               from exemplar in series.GetProperty("exemplars").EnumerateArray()
               let of = string.Join(',', exemplar.GetProperty("labels").EnumerateObject().OrderBy(label => label.Name).Select(label => $"{label.Name}={label.Value}"))
               orderby bound descending
               select $"{labels.GetProperty("job")} {bound} {of} {exemplar.GetProperty("value")}",
        ];
    }

    private static Task UntilAsync(PrometheusServer prometheus, string promQl, string value) =>
        Wait.UntilAsync(async () => (await prometheus.QueryAsync(promQl)) is [var only] && only.Value == value, $"{promQl} to be {value}");

    private static string ConfigurationFor(Uri page) =>
        $$"""
        global:
          scrape_interval: 200ms
          scrape_timeout: 200ms
        scrape_configs:
          - job_name: openmetrics
            static_configs: [{ targets: ["{{page.Authority}}"] }]
          - job_name: text
            params: { accept: ["text/plain"] }
            static_configs: [{ targets: ["{{page.Authority}}"] }]
        """;

    /// <summary>Fills the registry and returns the plain orders.</summary>
    private Counter.Child Fill()
    {
        var metrics = Metrics.WithCustomRegistry(_registry);
        var orders = metrics.CreateCounter("orders_total", "Orders.", "kind");
        orders.WithLabels("plain").Inc(2, Exemplar.From(Exemplar.Pair("trace_id", "b7ad6b71")));
        orders.WithLabels("\"a\\b\nc é").Inc(1.5);
        metrics.CreateCounter("oddly_named", "Without the suffix.").Inc();
        var level = metrics.CreateGauge("level", "Levels.", "at");
        level.WithLabels("low").Set(double.NegativeInfinity);
        level.WithLabels("high").Set(double.PositiveInfinity);
        level.WithLabels("none").Set(double.NaN);
        level.WithLabels("tiny").Set(1e-300);
        var took = metrics.CreateHistogram("took_seconds", "Durations, \"quoted\" and \\ and\nbroken.", new HistogramConfiguration { Buckets = [0.25, 1, 4] });
        took.Observe(0.125, Exemplar.From(Exemplar.Pair("trace_id", "4bf92f35"), Exemplar.Pair("slow", "no")));
        took.Observe(0.125);
        took.Observe(1);
        took.Observe(4.5, Exemplar.From(Exemplar.Pair("trace_id", "00f067aa"), Exemplar.Pair("slow", "yes")));
        return orders.WithLabels("plain");
    }
}
