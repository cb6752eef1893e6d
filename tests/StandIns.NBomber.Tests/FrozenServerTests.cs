using System.Net.Sockets;
using NBomber;

namespace NBomberStandIn.Tests;

/// <summary>A real server that the operating system freezes for 2 s in a run of 10 s at 500 a second, over 20 connections.</summary>
public sealed class FrozenServerTests
{
    private const int Connections = 20;

    [Fact]
    public async Task Freeze_ShowsInTheLatencyAndNotInTheServiceTime()
    {
        var port = FreePort.Next();
        using var server = Probe.Start("serve", port.ToString(System.Globalization.CultureInfo.InvariantCulture));
        await Wait.UntilAsync(() => server.Output.Contains("listening", StringComparison.Ordinal), "the server");
        using var clients = new ClientPool<TcpClient>();
        var first = new TaskCompletionSource();
        var scenario = Scenario.Create("echo", async context =>
            {
                if (context.ScenarioInfo.ScenarioOperation == ScenarioOperation.Bombing)
                {
                    first.TrySetResult();
                }

                var stream = clients.GetClient(context.ScenarioInfo).GetStream();
                var message = new byte[16];
                await stream.WriteAsync(message, context.ScenarioCancellationToken);
                await stream.ReadExactlyAsync(message, context.ScenarioCancellationToken);
                return Response.Ok();
            })
            .WithInit(async _ =>
            {
                for (var number = 0; number < Connections; number++)
                {
                    var client = new TcpClient { NoDelay = true };
                    await client.ConnectAsync("127.0.0.1", port);
                    clients.AddClient(client);
                }
            })
            .WithWarmUpDuration(Times.Second)
            .WithLoadSimulations(Simulation.Inject(500, Times.Second, Times.Seconds(10)));
        var run = Task.Run(() => NBomberRunner.RegisterScenarios(scenario).WithMaxWorkUnderWay(Connections).WithoutReports().Run());

        await first.Task.WaitAsync(TimeSpan.FromSeconds(30));
        await Task.Delay(TimeSpan.FromSeconds(4));
        server.Signal("STOP");
        await Task.Delay(TimeSpan.FromSeconds(2.2));
        server.Signal("CONT");
        var stats = (await run).ScenarioStats[0];
        Environment.ExitCode = 0;

        var figures = $"latency p50 {stats.Ok.Latency.Percent50} p90 {stats.Ok.Latency.Percent90} p99 {stats.Ok.Latency.Percent99} max {stats.Ok.Latency.MaxMs}, "
            + $"service p50 {stats.Ok.ServiceTime.Percent50} p90 {stats.Ok.ServiceTime.Percent90} p99 {stats.Ok.ServiceTime.Percent99} max {stats.Ok.ServiceTime.MaxMs}, "
            + $"{stats.AllOkCount} ok, {stats.AllFailCount} failed, {stats.HeldBackCount} held back, {stats.NotStartedCount} not started";
        TestContext.Current.TestOutputHelper?.WriteLine(figures);
        Assert.True(stats.AllFailCount == 0 && stats.AllOkCount + stats.NotStartedCount == 5_000, figures);
        Assert.True(stats.Ok.Latency.Percent90 > 1_000, figures);
        Assert.True(stats.Ok.ServiceTime.Percent90 < 200, figures);
        Assert.True(stats.Ok.ServiceTime.Percent99 < 500, figures);
        Assert.True(stats.HeldBackCount > 900, figures);
    }
}
