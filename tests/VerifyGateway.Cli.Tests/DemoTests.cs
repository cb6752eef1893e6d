using System.Net;
using System.Net.Sockets;
using VerifyGateway.TestKit;

namespace VerifyGateway.Cli.Tests;

/// <summary>./eng/demo as a newcomer runs it, on a small fleet.</summary>
public sealed class DemoTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(4);

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Once_OnAMachineWithRedis_ShowsEveryVerdictAsExpectedAndLeavesNothing()
    {
        var (code, output) = await ChildProcess.RunAsync(Script, ["--once"], Limit, environment: Small());
        Assert.True(code == 0, output);
        string[] shown =
        [
            "Redis on 127.0.0.1:", "NOT_VERIFIED", "未实名认证请先完成认证 (Real-name check required)", "answered from", "Memory", "Redis", "Store", "99.9 %",
            "Every verdict was the expected one.", "before the freeze: Allow, OK, DE39 00", "names that write (revision ", "Decline, FROZEN_BY_OWNER, DE39 58", "By callers of the other gateway",
        ];
        Assert.All(shown, part => Assert.Contains(part, output, StringComparison.Ordinal));
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder.Path, "vg-demo-*"));
    }

    [Fact]
    public async Task Once_WithoutRedisAndWithoutWaysToGetIt_SaysSoAndGoesOn()
    {
        using var tools = new TempFolder();
        foreach (var tool in (string[])["bash", "dotnet", "dirname", "mktemp", "date", "seq", "sleep", "rm", "grep", "cat", "id"])
        {
            File.CreateSymbolicLink(tools.File(tool), FullPathOf(tool));
        }

        var environment = Small();
        environment["PATH"] = tools.Path;
        var (code, output) = await ChildProcess.RunAsync("/usr/bin/env", ["bash", Script, "--once"], Limit, environment: environment);
        Assert.True(code == 0, output);
        Assert.Contains("no redis-server runs here and none could be installed", output, StringComparison.Ordinal);
        Assert.Contains("Every verdict was the expected one.", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Demo_PortTaken_TakesAnotherTellsHowToCallAndEndsWithoutATrace()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;
        var environment = Small();
        environment["VG_DEMO_PORT"] = $"{port}";
        using var demo = ChildProcess.Start(Script, [], environment);
        await Wait.UntilAsync(() => demo.HasExited || demo.Output.Contains("up until Ctrl-C", StringComparison.Ordinal), "the demo to be up", Limit);
        Assert.Contains($"port {port} is taken: the gateway takes ", demo.Output, StringComparison.Ordinal);

        foreach (var begin in (string[])["npx buf curl", "stubs=$(mktemp -d)"])
        {
            var pasted = Pasted(demo.Output, begin).Replace("npx buf", "buf", StringComparison.Ordinal);
            var (code, output) = await ChildProcess.RunAsync("bash", ["-c", pasted], TimeSpan.FromMinutes(1));
            Assert.True(code == 0, pasted + "\n" + output);
            Assert.Contains("REASON_NOT_VERIFIED", output, StringComparison.Ordinal);
        }

        demo.Signal("INT");
        await demo.WaitForExitAsync(Limit);
        Assert.Equal(130, demo.ExitCode);
        // Every process that the demo starts has its private folder in its arguments.
        var (none, left) = await ChildProcess.RunAsync("pgrep", ["-af", _folder.Path], TimeSpan.FromSeconds(10));
        Assert.True(none == 1, left);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder.Path, "vg-demo-*"));
    }

    private static string Script => Repository.PathOf("eng", "demo");

    /// <summary>The lines from one that begins so to the next empty one.</summary>
    private static string Pasted(string output, string begin) => string.Join('\n', output.Split('\n')
        .SkipWhile(line => !line.StartsWith(begin, StringComparison.Ordinal)).TakeWhile(line => line.Trim().Length > 0));

    private static string FullPathOf(string tool) => Environment.GetEnvironmentVariable("PATH")!.Split(':')
        .Select(folder => Path.Combine(folder, tool)).First(File.Exists);

    private Dictionary<string, string?> Small() => new()
    {
        ["TMPDIR"] = _folder.Path,
        ["VG_DEMO_TERMINALS"] = "10000",
        ["VG_DEMO_CHECKS"] = "5000",
    };
}
