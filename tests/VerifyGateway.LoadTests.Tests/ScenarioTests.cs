using System.Text.Json;

namespace VerifyGateway.LoadTests.Tests;

/// <summary>Each load test does its work: short runs against real gateways. The wide limit keeps a busy machine out of the verdict.</summary>
public sealed class ScenarioTests(Gateways gateways)
{
    private const string Short = "--warm-up 300ms --p99-ms 5000 ";

    [Fact]
    public async Task Steady_AsksAtItsRate_AndReportsEverything()
    {
        var result = (await gateways.RunAsync("steady", Short + "--terminals 100 --first 4000 --rate 100 --duration 1500ms")).Done();
        Assert.Equal((150, 150), (result.Ok, result.CountOf("ALLOW Memory") + result.CountOf("ALLOW Store") + result.CountOf("ALLOW Redis")));
        Assert.InRange(result.CountOf("ALLOW Memory"), 50, 150);
        Assert.InRange(result.ServerPercent99 ?? -1, 0, 5_000);
        Assert.All(new[] { "steady.html", "steady.md", "steady.csv", "steady.json", "summary.md", "summary.json" }, file => Assert.True(new FileInfo(Path.Combine(result.Folder, file)).Length > 50));
    }

    [Fact]
    public async Task Steady_WithAnObjectiveThatCannotBeMet_EndsWithTheCodeForThat()
    {
        var result = await gateways.RunValidAsync("steady", "--warm-up 300ms --p99-ms 0.001 --terminals 100 --first 4000 --rate 40 --duration 1s");
        Assert.Equal((99, 40), (result.ExitCode, result.Ok));
    }

    [Fact]
    public async Task Ramp_RaisesTheRateUntilTheObjectiveBreaks()
    {
        // One call at a time: a hundred thousand a second are not to be had, and on most machines not ten thousand.
        var result = await gateways.RunValidAsync("ramp", "--warm-up 300ms --p99-ms 100 --terminals 100 --first 4000 --rate 100 --growth 900 --duration 400ms --calls 1 --connections 1");
        Assert.True(result.ExitCode is 0 or 98, result.Output);
        Assert.Matches("last good rate 10{2,4}/s", result.Notes);
        Assert.Contains(result.ExitCode == 0 ? "the objective broke at 1" : "the generator gave out at 1", result.Notes, StringComparison.Ordinal);
        Assert.True(result.Ok is 40 or 400 or 4_000, result.Output);
    }

    [Fact]
    public async Task Ramp_WithoutAGoodRate_FindsNone()
    {
        var result = await gateways.RunValidAsync("ramp", "--warm-up 300ms --p99-ms 0.001 --terminals 100 --first 4000 --rate 40 --duration 400ms");
        Assert.Equal(99, result.ExitCode);
        Assert.Contains("no rate was good", result.Notes, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Spike_TriplesTheRateAndGoesBack()
    {
        var result = (await gateways.RunAsync("spike", Short + "--terminals 100 --first 4000 --rate 40 --duration 3s")).Done();
        var planned = result.Scenario("spike", "checks").GetProperty("timeline").EnumerateArray().Select(static second => second.GetProperty("plannedRate").GetDouble()).Take(3).ToArray();
        Assert.Equal([40, 120, 40], planned);
        Assert.InRange(result.Ok, 40 + 24 + 84 + 40 - 2, 40 + 24 + 84 + 40 + 2);
    }

    [Fact]
    public async Task SignIn_AsksForEveryTerminalOnce_AndNoneIsInMemory()
    {
        var result = (await gateways.RunAsync("sign-in-8am", Short + "--terminals 150 --first 0 --duration 1500ms")).Done();
        Assert.Equal((150, 150, 0), (result.Ok, result.CountOf("ALLOW Store") + result.CountOf("ALLOW Redis"), result.CountOf("ALLOW Memory")));
        Assert.Contains("150 of 150 terminals", result.Notes, StringComparison.Ordinal);

        // Once more, memory knows them all, and the run says that it was no cold start.
        var again = await gateways.RunAsync("sign-in-8am", Short + "--terminals 150 --first 0 --duration 1500ms");
        Assert.Equal(150, again.CountOf("ALLOW Memory"));
        Assert.True(again.ExitCode is 99 or 98, again.Output);
    }

    [Fact]
    public async Task ColdCache_FindsNothingInMemory()
    {
        var result = (await gateways.RunAsync("cold-cache", Short + "--terminals 300 --first 2000 --rate 200 --duration 1s")).Done();
        Assert.Equal((200, 200), (result.Ok, result.CountOf("ALLOW Store") + result.CountOf("ALLOW Redis")));
        Assert.Contains("from memory 0", result.Notes, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Soak_WatchesTheGatewaysMemory()
    {
        var result = (await gateways.RunAsync("soak", Short + "--terminals 100 --first 4000 --rate 40 --duration 2500ms")).Done();
        Assert.Equal(100, result.Ok);
        Assert.Matches(@"memory of the gateway\(s\) [1-9]\d+ MB after a tenth of the time, [1-9]\d+ MB at the end, \d+ looks", result.Notes);
    }

    [Fact]
    public async Task Mixed_ChecksSignsInAndHolds()
    {
        var result = (await gateways.RunAsync("mixed", Short + "--terminals 500 --first 5500 --rate 100 --duration 2s")).Done();
        int OkOf(string scenario) => result.Scenario("mixed", scenario).GetProperty("allOkCount").GetInt32();
        Assert.Equal((180, 16, 4), (OkOf("checks"), OkOf("sign-ins"), OkOf("holds")));
        Assert.Equal(["lift", "place"], result.Scenario("mixed", "holds").GetProperty("stepStats").EnumerateArray().Select(static step => step.GetProperty("stepName").GetString()).Order());
        Assert.Contains("holds 4", result.Notes, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ReconnectStorm_CutsEveryConnectionAndLosesNoCheck()
    {
        var result = (await gateways.RunAsync("reconnect-storm", Short + "--terminals 100 --first 4000 --rate 100 --duration 3s --every 1s --connections 20")).Done();
        Assert.Equal(300, result.Ok);
        Assert.Contains("3 storms of 20 connections, all back", result.Notes, StringComparison.Ordinal);
    }

    [Fact]
    public async Task BadClient_DoesEveryBadDeed_AndTheGoodDoNotNotice()
    {
        var result = (await gateways.RunAsync("bad-client", Short + "--terminals 100 --first 4000 --rate 60 --duration 1500ms")).Done();
        Assert.Equal(90, result.Ok);
        Assert.Contains("30 bad deeds of 8 kinds answered as they should be, 0 not", result.Notes, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Freeze_UnderLoad_NoAllowAfterTheBound()
    {
        var result = (await gateways.RunAsync("freeze-under-load", Short + "--terminals 200 --first 8000 --rate 150 --duration 3500ms", gateways: 2)).Done();
        Assert.Equal(0, result.CountOf("STALE ALLOW, after the bound"));
        Assert.InRange(result.CountOf("DECLINE, after the bound"), 5, 525);
        Assert.InRange(result.CountOf("ALLOW, not frozen"), 100, 525);
        Assert.Contains("**0 allowed**", result.Notes, StringComparison.Ordinal);
        Assert.Matches("^[3-9] freezes", result.Notes);
    }

    /// <summary>
    /// The gateway stands still for two of ten seconds. Twenty calls know of it; all others had to wait for their turn, which a client
    /// that counts from the call does not see.
    /// </summary>
    [Fact]
    public async Task StoppedGateway_ShowsInTheLatencyAndNotInTheTimeOfTheCalls()
    {
        var gateway = gateways.Processes[0];
        var handled = await gateway.MetricAsync("grpc_server_handled_total", "CheckStatus");
        var running = Task.Run(() => gateways.RunAsync("steady", "--warm-up 1s --p99-ms 100 --terminals 100 --first 4000 --rate 500 --duration 10s --calls 20 --connections 2"));
        await Wait.UntilAsync(async () => await gateway.MetricAsync("grpc_server_handled_total", "CheckStatus") > handled + 2_000, "some seconds of load");
        gateway.Process.Signal("STOP");
        await Task.Delay(TimeSpan.FromSeconds(2.2));
        gateway.Process.Signal("CONT");
        var result = await running;
        var checks = result.Scenario("steady", "checks");
        var latency = Latency(checks);
        var calls = Latency(checks.GetProperty("stepStats")[0]);
        Assert.True(result.ExitCode is 99 or 98, result.Output);
        Assert.Equal((5_000, 0), (result.Ok, result.Failed));
        Assert.True(latency.Percent90 > 1_000, result.Output);
        Assert.True(calls.Percent90 < 100 && calls.Max > 2_000, result.Output);
    }

    private static (double Percent90, double Max) Latency(JsonElement of)
    {
        var latency = of.GetProperty("ok").GetProperty("latency");
        return (latency.GetProperty("percent90").GetDouble(), latency.GetProperty("maxMs").GetDouble());
    }
}
