using System.Data;
using System.Text.Json;
using Microsoft.Extensions.Configuration;

namespace NBomberStandIn.Tests;

/// <summary>Plugins work beside the load; their tables are in the reports, and what they break at the end is a warning.</summary>
public sealed class PluginTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly VirtualRun _run = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Plugin_IsAskedAtEachPartOfTheRun()
    {
        var plugin = new Recording(_run);
        var stats = await RunAsync(plugin, warmUp: true);
        Assert.Equal(["init Init", "start WarmUp at 0", "stop Stop at 1", "start Bombing at 1", "stop Stop at 3", "stats Complete of 20", "dispose"], plugin.Seen);
        Assert.Contains("recording: a hint", stats.Warnings);
        Assert.Equal("Beside | the <load>", stats.PluginStats.Single().Tables[0].TableName);
    }

    [Fact]
    public async Task Tables_AreInEveryReport()
    {
        await RunAsync(new Recording(_run));
        Assert.Contains("| p99 \\| ms | 7.5 |", File.ReadAllText(_folder.File("r.md")), StringComparison.Ordinal);
        var html = File.ReadAllText(_folder.File("r.html"));
        Assert.Contains("Beside | the &lt;load&gt;</h2>", html, StringComparison.Ordinal);
        Assert.Contains("<td>7.5</td>", html, StringComparison.Ordinal);
        Assert.Matches(@"p99 \| ms +7\.5\n", File.ReadAllText(_folder.File("r.txt")));
        using var json = JsonDocument.Parse(File.ReadAllText(_folder.File("r.json")));
        var table = json.RootElement.GetProperty("plugins")[0];
        Assert.Equal((7.5, "value"), (table.GetProperty("rows")[0][1].GetDouble(), table.GetProperty("columns")[1].GetString()));
        Assert.Equal(JsonValueKind.Null, table.GetProperty("rows")[1][1].ValueKind);
    }

    [Theory]
    [InlineData("init")]
    [InlineData("start")]
    public async Task Plugin_ThatCannotBegin_EndsTheRunAsFailed(string breaks)
    {
        var plugin = new Recording(_run) { Breaks = breaks };
        var stats = await RunAsync(plugin);
        Assert.Equal((RunVerdict.Failed, 0), (stats.Verdict, stats.AllRequestCount));
        Assert.Contains("as told", stats.VerdictReasons[0], StringComparison.Ordinal);
        Assert.Contains("dispose", plugin.Seen);
    }

    [Theory]
    [InlineData("stop")]
    [InlineData("stats")]
    [InlineData("dispose")]
    public async Task Plugin_ThatBreaksAtTheEnd_IsAWarning(string breaks)
    {
        var stats = await RunAsync(new Recording(_run) { Breaks = breaks });
        Assert.Equal((RunVerdict.Passed, 20), (stats.Verdict, stats.AllOkCount));
        Assert.Contains(stats.Warnings, warning => warning.StartsWith("recording: ", StringComparison.Ordinal) && warning.Contains("as told", StringComparison.Ordinal));
    }

    private Task<NodeStats> RunAsync(Recording plugin, bool warmUp = false)
    {
        var scenario = _run.Scenario("s", 10, Simulation.Inject(10, Times.Second, Times.Seconds(2)));
        return _run.RunAsync(
            run => run.WithReportFolder(_folder.Path).WithReportFileName("r").WithReportFormats(ReportFormat.Html, ReportFormat.Md, ReportFormat.Txt).WithWorkerPlugins(plugin),
            warmUp ? scenario.WithWarmUpDuration(Times.Second) : scenario);
    }

    private sealed class Recording(VirtualRun run) : IWorkerPlugin
    {
        private IBaseContext? _context;

        public List<string> Seen { get; } = [];

        public string Breaks { get; init; } = "";

        public string PluginName => "recording";

        public Task Init(IBaseContext context, IConfiguration infraConfig)
        {
            _context = context;
            return See("init", "");
        }

        public Task Start() => See("start", $" at {run.Clock.Seconds:F0}");

        public Task Stop() => See("stop", $" at {run.Clock.Seconds:F0}");

        public async Task<DataSet> GetStats(NodeStats stats)
        {
            await See("stats", $" of {stats.AllOkCount}");
            var table = new DataTable("Beside | the <load>");
            table.Columns.Add("what", typeof(string));
            table.Columns.Add("value", typeof(double));
            table.Rows.Add("p99 | ms", 7.5);
            table.Rows.Add("not known", DBNull.Value);
            var set = new DataSet();
            set.Tables.Add(table);
            return set;
        }

        public string[] GetHints() => ["a hint"];

        public void Dispose()
        {
            Seen.Add("dispose");
            _ = Breaks == "dispose" ? throw new InvalidOperationException("as told") : 0;
        }

        private Task See(string what, string more)
        {
            Seen.Add($"{what} {_context?.GetNodeInfo().CurrentOperation}{more}");
            return Breaks == what ? throw new InvalidOperationException("as told") : Task.CompletedTask;
        }
    }
}
