using System.Diagnostics;
using System.Globalization;

namespace VerifyGateway.LoadTests.Tests;

/// <summary>A drill breaks what it is told to break and nothing else, mends it whatever happens, and its log says how it went.</summary>
public sealed class ChaosTests(Gateways gateways) : IDisposable
{
    private const string Short = "--terminals 200 --rate 60 --warm-up 300ms --duration 6s --outage 1500ms --recovery 2500ms --p99-ms 2000";
    private static readonly string[] Options = Short.Split(' ');
    private static readonly long Second = Stopwatch.Frequency;
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task PausedGateway_FailsChecksMeanwhile_AndNeverAllowsAfterTheBound()
    {
        var process = gateways.Processes[1].Process;
        var result = await gateways.RunChaosAsync([.. Options, "--first", "10000", "--pid", process.Id.ToString(CultureInfo.InvariantCulture)]);
        Assert.True(result.ExitCode is 0 or 98, result.Output);
        Assert.Equal('S', SleepingOr(ProcessHandle.Of(process.Id).State));
        Assert.Equal(0, result.CountOf("STALE ALLOW, after the bound"));
        Assert.InRange(result.CountOf("DECLINE, after the bound"), 1, 360);
        Assert.Contains($"pause-gateway, process {process.Id}: ", result.Notes, StringComparison.Ordinal);
        Assert.Matches(@"before: \d+ ok, 0 failed\n", result.Notes);
        Assert.Matches(@"during: \d+ ok, \d+ failed \(.*DeadlineExceeded [1-9]", result.Notes);
        Assert.Matches(@"recovered \d\.\d s after", result.Notes);
        var report = await File.ReadAllTextAsync(Path.Combine(result.Folder, "chaos.md"));
        Assert.Contains("## Before, during and after the drill", report, StringComparison.Ordinal);
        Assert.Contains("| during | DeadlineExceeded | 0 |", report, StringComparison.Ordinal);
    }

    [Fact]
    public async Task KilledRedis_FailsNoCheck_AndIsThereAgain()
    {
        var (exitCode, output) = await RunAsync($"chaos {Short} --drill kill-redis");
        Assert.True(exitCode is 0 or 98, output);
        Assert.Matches(@"kill-redis, started anew at the end: \d\.\d s", output);
        Assert.All(new[] { "before", "during", "after" }, phase => Assert.Matches($@"{phase}: [1-9]\d* ok, 0 failed", output));
        Assert.Contains("**0 allowed**", output, StringComparison.Ordinal);
    }

    /// <summary>The drill can find what it looks for: without Redis' signals, these gateways learn of a freeze ten seconds later.</summary>
    [Fact]
    public async Task KilledRedis_WithGatewaysThatKeepALongerBound_FindsStaleAllows()
    {
        var (exitCode, output) = await RunAsync($"chaos {Short} --drill kill-redis --bound-ms 500 --set Cache:FreshForMs=60000 --set Cache:PollMs=10000");
        Assert.True(exitCode is 99 or 98, output);
        Assert.Matches(@"\*\*[1-9]\d* allowed\*\*", output);
        Assert.Contains("STALE ALLOW, after the bound", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Command_IsRunInTheMiddle_AndItsRestoreAtTheEnd()
    {
        var (broken, mended) = (_folder.File("broken"), _folder.File("mended"));
        var result = await gateways.RunChaosAsync([.. Options, "--first", "10400",
            "--drill", "command", "--command", $"date +%s.%N > {broken}", "--restore", $"date +%s.%N > {mended}"]);
        Assert.True(result.ExitCode is 0 or 98, result.Output);
        var between = Time(mended) - Time(broken);
        Assert.InRange(between, 1.4, 5);

        static double Time(string file) => double.Parse(File.ReadAllText(file), CultureInfo.InvariantCulture);
    }

    [Fact]
    public async Task Command_ThatFails_FailsTheRunAndIsMended()
    {
        var mended = _folder.File("mended");
        var result = await gateways.RunChaosAsync([.. Options, "--first", "10800",
            "--drill", "command", "--command", "echo no such thing; exit 3", "--restore", $"touch {mended}"]);
        Assert.True(result.ExitCode is 99 or 98, result.Output);
        Assert.Contains("the drill failed: InvalidOperationException: 'echo no such thing; exit 3' ended with 3: no such thing", result.Notes, StringComparison.Ordinal);
        Assert.True(File.Exists(mended));
    }

    [Theory]
    [InlineData("--pid 5")]
    [InlineData("--address http://127.0.0.1:1")]
    [InlineData("--address http://127.0.0.1:1 --pid 1")]
    [InlineData("--address http://127.0.0.1:1 --pid 999999999")]
    [InlineData("--address http://127.0.0.1:1 --pid self")]
    [InlineData("--drill command")]
    [InlineData("--drill kill-redis --command true")]
    [InlineData("--drill earthquake")]
    [InlineData("--duration 6s --outage 4s --recovery 1s")]
    public async Task Drill_ThatMakesNoSense_IsRefusedBeforeAnythingIsStarted(string options)
    {
        var (exitCode, output) = await RunAsync("chaos " + options.Replace("self", Environment.ProcessId.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal));
        Assert.Equal(104, exitCode);
        Assert.DoesNotContain("are started", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pause_ThatNobodyWaitsFor_EndsAtOnceAndThePausedGoesOn()
    {
        using var child = ChildProcess.Start("sleep", ["60"]);
        var process = ProcessHandle.Of(child.Id);
        using var cancel = new CancellationTokenSource();
        var log = new DrillLog(TimeSpan.FromSeconds(1));
        var drilling = Drill.Pause("pause", process, static () => Task.CompletedTask).RunAsync(log, TimeSpan.FromMinutes(10), cancel.Token);
        await Wait.UntilAsync(() => process.State == 'T', "the process to stand still");
        Assert.Null(log.Outage);
        await cancel.CancelAsync();
        await drilling.WaitAsync(TimeSpan.FromSeconds(10));
        await Wait.UntilAsync(() => process.State != 'T', "the process to go on");
        Assert.NotNull(log.Outage);

        // Nobody else who gets its number later is signalled.
        child.Kill();
        Assert.Throws<InvalidOperationException>(() => process.Signal("CONT"));
    }

    [Fact]
    public void Log_CountsByWhenChecksEnded_AndFindsTheFirstGoodSecond()
    {
        var log = new DrillLog(TimeSpan.FromMilliseconds(100));
        Ask(log, 0.5, 0.01);
        log.Begin(At(1));
        Ask(log, 0.9, 0.2, "DeadlineExceeded");
        Ask(log, 1.5, 0.01);
        Assert.Null(log.Outage);
        log.End(At(2));

        // Failing for 0.3 s, slow until 0.7 s, and good from then on, but for one in a hundred.
        for (var check = 0; check < 300; check++)
        {
            var began = 2 + (check / 100.0);
            Ask(log, began, began is >= 2.3 and < 2.6 ? 0.12 : 0.001, began < 2.3 ? "Unavailable" : check == 170 ? "Internal" : null);
        }

        Assert.Equal((1, 1, 269), (log.Ok("before"), log.Ok("during"), log.Ok("after")));
        Assert.Equal((0, 1, 31), (log.Failed("before"), log.Failed("during"), log.Failed("after")));
        Assert.Equal("Internal 1, Unavailable 30", log.FailuresOf("after"));
        Assert.Equal(1.0, log.Outage!.Value.TotalSeconds, 3);
        Assert.Equal(0.8, log.Recovery!.Value.TotalSeconds, 3);
        Assert.Contains("recovered 0.8 s", string.Join('\n', log.Notes()), StringComparison.Ordinal);
        Assert.Equal(6, log.ToTable().Rows.Count);
    }

    [Theory]
    [InlineData(2, 0.9)]
    [InlineData(1, 3)]
    public void Log_WithoutAGoodSecond_SaysThatItHasNotRecovered(int badInHundred, double seconds)
    {
        var log = new DrillLog(TimeSpan.FromMilliseconds(100));
        log.Begin(At(1));
        log.End(At(2));
        for (var check = 0; check < seconds * 100; check++)
        {
            Ask(log, 2 + (check / 100.0), 0.001, check % 100 < badInHundred || check % 50 == 1 ? "Unavailable" : null);
        }

        Assert.Null(log.Recovery);
        Assert.Contains("**not recovered**", log.Notes());
    }

    private static async Task<(int ExitCode, string Output)> RunAsync(string arguments)
    {
        using var output = new StringWriter();
        var exitCode = await LoadProgram.RunAsync([.. arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--report", Path.Combine(Path.GetTempPath(), Guid.NewGuid().ToString("N"))], output);
        return (exitCode, output.ToString());
    }

    private static char SleepingOr(char state) => state == 'R' ? 'S' : state;

    private static void Ask(DrillLog log, double began, double seconds, string? failure = null) => log.Answered(At(began), At(began + seconds), failure ?? "ALLOW", failure is not null);

    private static long At(double seconds) => (long)(seconds * Second);
}
