using System.Text.Json;
using System.Text.Json.Nodes;
using NBomber.Engine;

namespace NBomberStandIn.Tests;

/// <summary>A run beside an earlier one: what changed, what of that is noise, and which files are no earlier run.</summary>
public sealed class BaselineTests : IDisposable
{
    private static readonly string[] Figures =
    [
        "ended well, per second", .. TimesOf("latency"), .. TimesOf("service time"), "failed, % of all",
    ];

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task SameRunAgain_IsNoise()
    {
        var baseline = await BaselineAsync(10);
        var comparison = (await RunAsync(10, ["--baseline", baseline])).Comparison!;
        Assert.Equal(Figures, comparison.Changes.Select(change => change.Figure));
        Assert.All(comparison.Changes, change => Assert.Equal(("s", ChangeJudgement.Noise, 0.0), (change.ScenarioName, change.Judgement, change.ChangePercent)));
        Assert.Empty(comparison.Caveats);
        Assert.Equal(10, comparison.NoisePercent);
    }

    [Theory]
    [InlineData(12, "10", ChangeJudgement.Worse)]
    [InlineData(12, "25", ChangeJudgement.Noise)]
    [InlineData(8, "10", ChangeJudgement.Better)]
    [InlineData(8, "0", ChangeJudgement.Better)]
    public async Task Latency_OutsideTheBand_IsBetterOrWorse(int milliseconds, string noise, ChangeJudgement judgement)
    {
        var baseline = await BaselineAsync(10);
        var comparison = (await RunAsync(milliseconds, ["--baseline=" + baseline, "--noise", noise])).Comparison!;
        var times = comparison.Changes.Where(change => change.Figure.EndsWith(", ms", StringComparison.Ordinal)).ToArray();
        Assert.Equal(10, times.Length);

        // The classes of the histogram are within 1 %, of both.
        Assert.All(times, change => Assert.Equal((milliseconds - 10) * 10, change.ChangePercent!.Value, 2.5));
        Assert.All(times, change => Assert.Equal(judgement, change.Judgement));
        Assert.Equal(ChangeJudgement.Noise, comparison.Changes[0].Judgement);
    }

    [Fact]
    public async Task Failures_WhereThereWereNone_AreWorseAndNoPercentage()
    {
        var baseline = await BaselineAsync(10);
        var comparison = (await RunAsync(10, ["--baseline", baseline], failEvery: 4)).Comparison!;
        var failed = comparison.Changes.Single(change => change.Figure == "failed, % of all");
        Assert.Equal((0, 25, null, ChangeJudgement.Worse), (failed.Before, failed.Now, failed.ChangePercent, failed.Judgement));
        var rate = comparison.Changes[0];
        Assert.Equal((-25.0, ChangeJudgement.Worse), (rate.ChangePercent, rate.Judgement));
    }

    [Fact]
    public async Task AnotherLoadMachineOrVerdict_IsSaid()
    {
        var baseline = await BaselineAsync(10, json =>
        {
            json["exitCode"] = 98;
            json["stats"]!["environment"]!["cpu"] = "Another";
            json["stats"]!["scenarioStats"]![0]!["loadSimulationStats"]!["simulationName"] = "another load";
        });
        var comparison = (await RunAsync(10, ["--baseline", baseline])).Comparison!;
        Assert.Equal(3, comparison.Caveats.Length);
        Assert.All(new[] { "Invalid", "Another", "another load" }, word => Assert.Contains(comparison.Caveats, caveat => caveat.Contains(word, StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Comparison_IsInEveryReport()
    {
        var baseline = await BaselineAsync(10);
        await RunAsync(14, ["--baseline", baseline, "--noise", "7.5"]);
        foreach (var ending in new[] { "html", "md", "txt" })
        {
            var report = File.ReadAllText(_folder.File("r." + ending));
            Assert.All(Figures, figure => Assert.Contains(figure, report, StringComparison.Ordinal));
            Assert.Contains("±7.5 %", System.Net.WebUtility.HtmlDecode(report), StringComparison.Ordinal);
            Assert.Contains("WORSE", report, StringComparison.Ordinal);
            Assert.Contains("noise", report, StringComparison.Ordinal);
        }

        using var json = JsonDocument.Parse(File.ReadAllText(_folder.File("r.json")));
        var changes = json.RootElement.GetProperty("stats").GetProperty("comparison").GetProperty("changes").EnumerateArray().ToArray();
        Assert.Equal(Figures, changes.Select(change => change.GetProperty("figure").GetString()));
        Assert.Equal(10, changes.Count(change => change.GetProperty("judgement").GetString() == "Worse"));
    }

    [Fact]
    public async Task WithoutBaseline_NothingIsCompared()
    {
        Assert.Null((await RunAsync(10, [])).Comparison);
        Assert.DoesNotContain("Comparison", File.ReadAllText(_folder.File("r.html")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("missing", "cannot be read")]
    [InlineData("not JSON", "is no report")]
    [InlineData("[]", "is no report")]
    [InlineData("{}", "is no report")]
    [InlineData("{\"scenario\":\"steady\",\"allOkCount\":5}", "is no report")]
    [InlineData("{\"schemaVersion\":1,\"stats\":{\"scenarioStats\":null}}", "is no report")]
    [InlineData("{\"schemaVersion\":1,\"stats\":{\"testInfo\":{},\"nodeInfo\":{},\"scenarioStats\":[null]}}", "is no report")]
    [InlineData("{\"schemaVersion\":2,\"stats\":{}}", "schema version 2")]
    [InlineData("{\"schemaVersion\":1,\"stats\":{\"testInfo\":{},\"nodeInfo\":{},\"scenarioStats\":[]}}", "no scenario 's'")]
    public async Task NoBaseline_IsRefusedBeforeAnyLoad(string content, string problem)
    {
        var path = _folder.File("baseline.json");
        if (content != "missing")
        {
            await File.WriteAllTextAsync(path, content);
        }

        var (run, started) = (new VirtualRun { Arguments = ["--baseline", path] }, 0);
        var refused = await Assert.ThrowsAsync<ArgumentException>(() => run.RunAsync(run.Scenario("s", _ =>
        {
            started++;
            return Task.CompletedTask;
        }, Simulation.Inject(10, Times.Second, Times.Second))));
        Assert.Contains(problem, refused.Message, StringComparison.Ordinal);
        Assert.Contains(path, refused.Message, StringComparison.Ordinal);
        Assert.Equal((104, 0), (run.ExitCode, started));
    }

    [Theory]
    [InlineData("--noise", "much")]
    [InlineData("--noise", "-1")]
    [InlineData("--noise")]
    [InlineData("--baseline")]
    public async Task Arguments_ThatMakeNoSense_AreRefused(params string[] arguments)
    {
        var run = new VirtualRun { Arguments = arguments };
        await Assert.ThrowsAsync<ArgumentException>(() => run.RunAsync(run.Scenario("s", 1, Simulation.Inject(10, Times.Second, Times.Second))));
        Assert.Equal((int)RunVerdict.BadConfiguration, run.ExitCode);
    }

    [Fact]
    public async Task Environment_IsInEveryReport()
    {
        var stats = await RunAsync(10, []);
        Assert.Equal(File.ReadAllText("/proc/sys/kernel/osrelease").Trim(), stats.Environment.Kernel);
        Assert.Contains(stats.Environment.Cpu, File.ReadAllText("/proc/cpuinfo"), StringComparison.Ordinal);
        Assert.Matches("^(server|workstation), (not )?concurrent$", stats.Environment.Gc);
        Assert.Matches(@"^StandIns\.NBomber\.Tests \d+\.\d+\.\d+", stats.Environment.Program);
        Assert.Equal("", Surroundings.ProgramOf(null));
        var said = new[] { stats.Environment.Kernel, stats.Environment.Cpu, stats.Environment.Gc, stats.Environment.Program, stats.NodeInfo.DotNetVersion };
        Assert.All(new[] { "html", "md", "txt", "json" }, ending =>
        {
            var report = File.ReadAllText(_folder.File("r." + ending)).Replace("\\u002B", "+", StringComparison.Ordinal);
            Assert.All(said, text => Assert.Contains(text, System.Net.WebUtility.HtmlDecode(report), StringComparison.Ordinal));
        });
    }

    private async Task<string> BaselineAsync(int milliseconds, Action<JsonNode>? change = null)
    {
        await RunAsync(milliseconds, []);
        var json = JsonNode.Parse(await File.ReadAllTextAsync(_folder.File("r.json")))!;
        change?.Invoke(json);
        await File.WriteAllTextAsync(_folder.File("baseline.json"), json.ToJsonString());
        return _folder.File("baseline.json");
    }

    private Task<NodeStats> RunAsync(int milliseconds, string[] arguments, int failEvery = int.MaxValue)
    {
        var run = new VirtualRun { Arguments = arguments };
        return run.RunAsync(
            with => with.WithReportFolder(_folder.Path).WithReportFileName("r").WithReportFormats(ReportFormat.Html, ReportFormat.Md, ReportFormat.Txt),
            Scenario.Create("s", async context =>
                {
                    await run.Clock.Delay(TimeSpan.FromMilliseconds(milliseconds));
                    return context.InvocationNumber % failEvery == 0 ? Response.Fail() : Response.Ok();
                })
                .WithoutWarmUp()
                .WithMaxFailCount(int.MaxValue)
                .WithLoadSimulations(Simulation.Inject(40, Times.Second, Times.Seconds(5))));
    }

    private static string[] TimesOf(string of) => [.. new[] { "p50", "p75", "p95", "p99", "p99.9" }.Select(percentile => $"{of} {percentile}, ms")];
}
