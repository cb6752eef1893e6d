using VerifyGateway.TestKit;

namespace VerifyGateway.Interop.Tests;

/// <summary>SIGTERM while callers ask: what is under way is finished, what watches is told, and the end is a good one.</summary>
public class StopTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Term_UnderLoad_FinishesCallsAndTellsWatchers()
    {
        using var folder = new TempFolder();
        Fleet.Write(folder.File("fleet.ndjson"), 100);
        await File.AppendAllTextAsync(folder.File("fleet.ndjson"), await File.ReadAllTextAsync(GatewayProcess.SampleSeed, TestContext.Current.CancellationToken), TestContext.Current.CancellationToken);
        using var python = await PythonScripts.PrepareAsync();
        using var gateway = await GatewayProcess.StartAsync("Storage:SeedFile=" + folder.File("fleet.ndjson"));
        using var watch = python.Start("watch.py", gateway.Grpc);
        using var load = python.Start("load.py", gateway.Grpc, ("TERMINALS", "100"), ("END_ON_ERROR", "1"));
        await Wait.UntilAsync(() => watch.Output.Contains("begun", StringComparison.Ordinal), "the watcher to begin");
        await Wait.UntilAsync(async () => await gateway.MetricAsync("verifygateway_decisions_total") > 500, "load");

        gateway.Process.Signal("TERM");
        await gateway.Process.WaitForExitAsync(Limit);
        load.CloseInput();
        await load.WaitForExitAsync(Limit);
        await watch.WaitForExitAsync(Limit);

        Assert.True(gateway.Process.ExitCode == 0, gateway.Process.Output);
        Assert.DoesNotContain("Fault ", gateway.Process.Output, StringComparison.Ordinal);
        ExpectNothingBroken(PythonScripts.LastLine(load.Output).GetProperty("outcomes"));
        var seen = PythonScripts.LastLine(watch.Output);
        Assert.Equal(["SERVING", "NOT_SERVING"], seen.GetProperty("states").EnumerateArray().Select(it => it.GetString()));
        Assert.Equal("OK", seen.GetProperty("ending").GetString());
        Assert.Equal("UNAVAILABLE", seen.GetProperty("stream_ending").GetString());
    }

    [Fact]
    public async Task Term_WithAStreamNobodyEnds_EndsItAndExitsLongBeforeTheLimitOfTheSettings()
    {
        using var gateway = await GatewayProcess.StartAsync("Listen:StopWithinSeconds=120", "Storage:SeedFile=" + GatewayProcess.SampleSeed);
        using var channel = Grpc.Net.Client.GrpcChannel.ForAddress(gateway.Grpc);
        using var call = new V1.VerificationService.VerificationServiceClient(channel).StreamCheckStatus();
        await call.RequestStream.WriteAsync(new V1.StreamCheckStatusRequest { Check = Sample.Good() }, TestContext.Current.CancellationToken);
        Assert.True(await call.ResponseStream.MoveNext(TestContext.Current.CancellationToken));

        gateway.Process.Signal("TERM");
        var ended = await Assert.ThrowsAsync<Grpc.Core.RpcException>(() => call.ResponseStream.MoveNext(TestContext.Current.CancellationToken));
        Assert.Equal(Grpc.Core.StatusCode.Unavailable, ended.StatusCode);
        await gateway.Process.WaitForExitAsync(TimeSpan.FromSeconds(15));
        Assert.True(gateway.Process.ExitCode == 0, gateway.Process.Output);
        Assert.DoesNotContain("Exception", gateway.Process.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Term_WithACallerWhoDoesNotListen_ExitsWithinTheLimitOfTheSettings()
    {
        using var gateway = await GatewayProcess.StartAsync("Listen:StopWithinSeconds=1", "Storage:SeedFile=" + GatewayProcess.SampleSeed);
        using var channel = Grpc.Net.Client.GrpcChannel.ForAddress(gateway.Grpc);
        using var call = new V1.VerificationService.VerificationServiceClient(channel).StreamCheckStatus();
        await call.RequestStream.WriteAsync(new V1.StreamCheckStatusRequest { Check = Sample.Good() }, TestContext.Current.CancellationToken);
        Assert.True(await call.ResponseStream.MoveNext(TestContext.Current.CancellationToken));

        gateway.Process.Signal("TERM");
        await gateway.Process.WaitForExitAsync(TimeSpan.FromSeconds(15));
        Assert.True(gateway.Process.ExitCode == 0, gateway.Process.Output);
        Assert.DoesNotContain("Exception", gateway.Process.Output, StringComparison.Ordinal);
    }

    /// <summary>Each caller may see one refusal, when it asks a gateway that is gone; none may see a call that broke off.</summary>
    private static void ExpectNothingBroken(System.Text.Json.JsonElement outcomes)
    {
        foreach (var outcome in outcomes.EnumerateObject().Where(it => it.Name != "ALLOW"))
        {
            Assert.StartsWith("UNAVAILABLE: ", outcome.Name, StringComparison.Ordinal);
            Assert.InRange(outcome.Value.GetInt32(), 1, 4);
        }
    }
}
