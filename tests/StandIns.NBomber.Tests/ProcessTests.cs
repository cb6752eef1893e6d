using System.Text.Json;

namespace NBomberStandIn.Tests;

/// <summary>What only a process of its own shows: exit codes, signals, and what a killed run leaves behind.</summary>
public sealed class ProcessTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("pass", 0, "Passed")]
    [InlineData("failing", 1, "Failed")]
    [InlineData("init", 1, "Failed")]
    [InlineData("invalid", 98, "Invalid")]
    [InlineData("threshold", 99, "ThresholdFailed")]
    public async Task Exit_HasTheCodeOfTheVerdict(string kind, int code, string verdict)
    {
        var (exitCode, output) = await Probe.RunAsync("run", kind, _folder.Path);
        Assert.True(exitCode == code, $"exit code {exitCode}:\n{output}");
        Assert.Equal(verdict, Verdict());
    }

    [Fact]
    public async Task Exit_OfAnImpossibleRun_HasACodeAndNoReport()
    {
        var (exitCode, output) = await Probe.RunAsync("run", "config", _folder.Path);
        Assert.Equal(104, exitCode);
        Assert.Contains("cannot be started", output, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(_folder.Path));
    }

    [Theory]
    [InlineData("INT")]
    [InlineData("TERM")]
    public async Task Signal_EndsTheRunWithAReportOfWhatWasMeasured(string signal)
    {
        using var probe = Probe.Start("run", "long", _folder.Path);
        await UntilReportedAsync(probe);
        probe.Signal(signal);
        await probe.WaitForExitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal((105, "Interrupted"), (probe.ExitCode, Verdict()));
        Assert.True(OkCount() > 0);
        Assert.Contains("INTERRUPTED", probe.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Kill_LeavesTheReportsThatWereWrittenOnTheWay()
    {
        using var probe = Probe.Start("run", "long", _folder.Path);
        await UntilReportedAsync(probe);
        probe.Kill();
        Assert.Equal("Running", Verdict());
        Assert.True(OkCount() > 0);
        Assert.All(new[] { "html", "md", "csv", "txt" }, ending => Assert.True(new FileInfo(_folder.File($"probe.{ending}")).Length > 0));
        Assert.Contains("STILL RUNNING", await File.ReadAllTextAsync(_folder.File("probe.html")), StringComparison.Ordinal);
    }

    private Task UntilReportedAsync(ChildProcess probe) => Wait.UntilAsync(() =>
    {
        Assert.False(probe.HasExited, probe.Output);
        return File.Exists(_folder.File("probe.json"));
    }, "the first report");

    private string Verdict() => Stats().GetProperty("verdict").GetString()!;

    private int OkCount() => Stats().GetProperty("allOkCount").GetInt32();

    private JsonElement Stats() => JsonDocument.Parse(File.ReadAllText(_folder.File("probe.json"))).RootElement.GetProperty("stats");
}
