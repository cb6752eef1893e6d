using NBomber.Engine;
using Serilog;
using Serilog.Core;
using Serilog.Events;

namespace NBomberStandIn.Tests;

/// <summary>What scenarios log is in a file beside the reports, or where the program wants it, and never fills the disk.</summary>
public sealed class LogTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly VirtualRun _run = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Log_HasWhatInitIterationsAndCleanSaid()
    {
        await RunAsync(run => run);
        var log = await File.ReadAllTextAsync(_folder.File("r.log"));
        Assert.Matches(@"\[INF\] init of s\r?\n", log);
        Assert.Equal(5, log.Split("[DBG] number").Length - 1);
        Assert.Contains("[ERR] clean", log, StringComparison.Ordinal);
        Assert.Contains("System.InvalidOperationException: as told", log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task MinimumLevel_LeavesOutWhatIsBelow()
    {
        await RunAsync(run => run.WithMinimumLogLevel(LogEventLevel.Information));
        var log = await File.ReadAllTextAsync(_folder.File("r.log"));
        Assert.Contains("[INF]", log, StringComparison.Ordinal);
        Assert.DoesNotContain("[DBG]", log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task LoggerOfOnesOwn_GetsAllAndNoFileIsWritten()
    {
        var kept = new Kept();
        await RunAsync(run => run.WithLoggerConfig(() => new LoggerConfiguration().MinimumLevel.Debug().WriteTo.Sink(kept)));
        Assert.Equal(7, kept.Lines.Count);
        Assert.True(kept.IsDisposed);
        Assert.False(File.Exists(_folder.File("r.log")));
    }

    [Fact]
    public async Task WithoutReports_NothingIsWritten()
    {
        await RunAsync(run => run.WithoutReports());
        Assert.Empty(Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public void Log_IsBoundedAndSaysSo()
    {
        var path = _folder.File("bounded.log");
        using (var log = new LoggerConfiguration().WriteTo.Sink(new RunLog(path, 1_000)).CreateLogger())
        {
            for (var line = 0; line < 1_000; line++)
            {
                log.Information("a line of some length, number {Line}", line);
            }
        }

        Assert.InRange(new FileInfo(path).Length, 900, 1_200);
        Assert.EndsWith("This log is full; what came later is not in it.", File.ReadAllText(path).TrimEnd(), StringComparison.Ordinal);
    }

    private Task<NodeStats> RunAsync(Func<NBomberContext, NBomberContext> with) => _run.RunAsync(
        run => with(run.WithReportFolder(_folder.Path).WithReportFileName("r").WithReportFormats(ReportFormat.Txt)),
        _run.Scenario("s", context =>
            {
                context.Logger.Debug("number {Number}", context.InvocationNumber);
                return Task.CompletedTask;
            }, Simulation.Inject(5, Times.Second, Times.Second))
            .WithInit(context =>
            {
                context.Logger.Information("init of {Scenario}", context.ScenarioInfo.ScenarioName);
                return Task.CompletedTask;
            })
            .WithClean(context =>
            {
                context.Logger.Error(new InvalidOperationException("as told"), "clean");
                return Task.CompletedTask;
            }));

    private sealed class Kept : ILogEventSink, IDisposable
    {
        public List<string> Lines { get; } = [];

        public bool IsDisposed { get; private set; }

        public void Emit(LogEvent logEvent) => Lines.Add(logEvent.RenderMessage(System.Globalization.CultureInfo.InvariantCulture));

        public void Dispose() => IsDisposed = true;
    }
}
