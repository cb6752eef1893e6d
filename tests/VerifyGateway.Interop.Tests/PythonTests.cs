using System.Text.Json;
using VerifyGateway.TestKit;

namespace VerifyGateway.Interop.Tests;

/// <summary>Python's gRPC (the C core) as a client; what is asserted stands in the scripts.</summary>
[Collection("sample")]
public class PythonTests(SampleGateway sample)
{
    [Theory]
    [InlineData("status_checks.py", 14)]
    [InlineData("batches_and_streams.py", 10)]
    [InlineData("calls.py", 18)]
    public async Task Script_AgainstTheSample_AllItsTestsPass(string script, int count)
    {
        Assert.Equal(count, await sample.Python.RunTestsAsync(script, sample.Gateway.Grpc));
        Assert.DoesNotContain("Exception", sample.Gateway.Process.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bindings_OfAFleetThatOthersWriteTo_AreReadAsTheyWereListedAndWatched()
    {
        const int Terminals = 60_000;
        using var folder = new TempFolder();
        Fleet.Write(folder.File("fleet.ndjson"), Terminals);
        using var gateway = await GatewayProcess.StartAsync(
            "Storage:SeedFile=" + folder.File("fleet.ndjson"), "Storage:Path=" + folder.File("gateway.db"), "Watch:SlowReaderAfterMs=1000", "Watch:BufferedBytes=65536");
        Assert.Equal(4, await sample.Python.RunTestsAsync(
            "bindings.py", gateway.Grpc, ("STORE", JsonSerializer.Serialize(new[] { "--store", folder.File("gateway.db") })), ("TERMINALS", $"{Terminals}"), ("OPS", gateway.Ops.AbsoluteUri),
            ("VGCTL", PythonScripts.Vgctl)));
        Assert.Equal(1, await gateway.MetricAsync("verifygateway_watch_ends_total", "reason=\"slow_reader\""));
        Assert.DoesNotContain("Exception", gateway.Process.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("none", 1, "Callers:LoopbackRoles=None")]
    [InlineData("check", 6, "Callers:LoopbackRoles=Check", "Callers:LoopbackAcquirer=01020000")]
    [InlineData("confidential", 2, "Callers:LoopbackRoles=Check,ReadBindings,SeeConfidential")]
    public async Task Roles_OfTheCaller_DecideWhatItSees(string roles, int count, params string[] settings)
    {
        using var gateway = await GatewayProcess.StartAsync(["Storage:SeedFile=" + GatewayProcess.SampleSeed, .. settings]);
        Assert.Equal(count, await sample.Python.RunTestsAsync("roles.py", gateway.Grpc, ("ROLES", roles)));
    }
}
