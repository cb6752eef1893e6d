using System.Text.RegularExpressions;

namespace PrometheusStandIn.Tests;

/// <summary>The pages, read by <c>promtool check metrics</c>.</summary>
[Collection("Alone")]
public sealed class PromtoolTests
{
    private readonly CollectorRegistry _registry = Metrics.NewCustomRegistry();
    private readonly MetricFactory _metrics;

    public PromtoolTests() => _metrics = Metrics.WithCustomRegistry(_registry);

    [Fact]
    public async Task MetricsOfOurOwn_PassWithoutAWord()
    {
        _metrics.CreateCounter("orders_total", "Orders, \"quoted\" and \\ and\nbroken.", "kind").WithLabels("\"a\\b\nc é").Inc(1.5);
        _metrics.CreateCounter("orders_total", "Orders, \"quoted\" and \\ and\nbroken.", "other").WithLabels("x").Inc(1e20);
        _metrics.CreateGauge("level_ratio", "Levels.", "at").WithLabels("high").Set(double.PositiveInfinity);
        _metrics.CreateGauge("level_ratio", "Levels.", "at").WithLabels("none").Set(double.NaN);
        _metrics.CreateHistogram("took_seconds", "Durations.", "op").WithLabels("read").Observe(0.1);
        Assert.Equal((0, ""), await CheckAsync());
    }

    [Fact]
    public async Task NumbersOfTheProcess_Pass()
    {
        DotNetStats.Register(_registry);
        Assert.Equal((0, ""), await CheckAsync());
    }

    [Fact]
    public async Task BridgedMetrics_AreReadable_AndOnlyNamesInCountAreCriticised()
    {
        using var bridge = MeterAdapter.StartListening(new MeterAdapterOptions
        {
            Registry = _registry,
            MetricFactory = _metrics,
            InstrumentFilterPredicate = instrument => instrument.Meter.Name == "System.Runtime"
                || instrument.Meter.Name.StartsWith("Microsoft.AspNetCore.", StringComparison.Ordinal),
        });
        await using var server = await PageServer.StartAsync(_registry);
        await server.GetAsync(null, "/hello");
        var (exitCode, output) = await CheckAsync();
        var critics = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);

        // 3 is promtool's answer for a page that it can read but would name differently.
        Assert.Equal(3, exitCode);
        Assert.All(critics, critic => Assert.Matches(new Regex("^system_runtime_dotnet_\\w+_count .*should not have \"_count\" suffix$"), critic));
    }

    private async Task<(int ExitCode, string Output)> CheckAsync()
    {
        using var folder = new TempFolder();
        await File.WriteAllTextAsync(folder.File("page"), await Page.OfAsync(_registry), TestContext.Current.CancellationToken);
        return await ChildProcess.RunAsync("sh", ["-c", "promtool check metrics < page"], TimeSpan.FromSeconds(30), folder.Path);
    }
}
