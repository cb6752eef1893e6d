using System.Globalization;
using Grpc.Net.Client;
using VerifyGateway.TestKit;
using VerifyGateway.V1;

namespace VerifyGateway.Interop.Tests;

/// <summary>What the rehearsal of a check leaves behind in a gateway that has become ready: compiled code, and nothing else.</summary>
public class RehearsalTests
{
    private const string Compiled = "system_runtime_dotnet_jit_compiled_methods";

    /// <summary>Code is compiled once and for good, so that what the compiler does later is what the check needs.</summary>
    private static readonly Dictionary<string, string?> CompiledOnce = new() { ["DOTNET_TieredCompilation"] = "0" };

    [Fact]
    public async Task Ready_AfterTheRehearsal_NoMetricKnowsOfIt()
    {
        // It must have ended by itself, on a busy machine, too.
        using var gateway = await GatewayProcess.StartAsync("Storage:SeedFile=" + GatewayProcess.SampleSeed, "Listen:RehearsalLimitMs=30000");

        var page = await gateway.MetricsAsync();

        string[] counts =
        [
            "grpc_server_started_total", "grpc_server_handled_total", "grpc_server_handling_seconds_count", "verifygateway_decisions_total", "verifygateway_served_age_seconds_count",
            "verifygateway_cache_requests_total", "verifygateway_cache_entries", "verifygateway_singleflight_total", "verifygateway_store_loads_most",
            "verifygateway_dependency_call_seconds_count", "verifygateway_dependency_errors_total", "verifygateway_feed_entries_applied_total",
        ];
        Assert.All(counts, name =>
        {
            var samples = SamplesOf(page, name).ToList();
            Assert.NotEmpty(samples);
            Assert.All(samples, static line => Assert.EndsWith(" 0", line, StringComparison.Ordinal));
        });
        // Kestrel's own counts name the port; that of operations is the only one that was connected to.
        Assert.All(SamplesOf(page, "microsoft_aspnetcore_server_kestrel_").Where(static line => line.Contains("server_port=", StringComparison.Ordinal)), line =>
            Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"server_port=\"{gateway.Ops.Port}\""), line, StringComparison.Ordinal));
        Assert.DoesNotContain("rehearsal", gateway.Process.Output, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Ready_WithAndWithoutARehearsal_LeavesLittleOrMuchToCompileForTheFirstCheck()
    {
        var with = await CompiledForTheFirstCheckAsync("Listen:RehearsalLimitMs=30000");
        var without = await CompiledForTheFirstCheckAsync("Listen:RehearsalLimitMs=0");

        Assert.True(with * 10 < without, $"{with} methods were compiled for the first check with a rehearsal, {without} without one.");
    }

    [Fact]
    public async Task Start_WithARehearsalThatDoesNotEndInTime_IsReadyAllTheSame()
    {
        using var gateway = await GatewayProcess.StartAsync("Storage:SeedFile=" + GatewayProcess.SampleSeed, "Listen:RehearsalLimitMs=1");
        using var channel = GrpcChannel.ForAddress(gateway.Grpc);

        Assert.Contains("The rehearsal of a check was given up: it has not ended within 1 ms", gateway.Process.Output, StringComparison.Ordinal);
        Assert.Equal(Decision.Allow, (await CheckAsync(channel)).Decision);
    }

    private static async Task<double> CompiledForTheFirstCheckAsync(string setting)
    {
        using var gateway = await GatewayProcess.StartAsync(CompiledOnce, "Storage:SeedFile=" + GatewayProcess.SampleSeed, setting);
        // Once for what the page itself needs.
        await gateway.MetricAsync(Compiled);
        var before = await gateway.MetricAsync(Compiled);
        using var channel = GrpcChannel.ForAddress(gateway.Grpc);
        Assert.Equal(Decision.Allow, (await CheckAsync(channel)).Decision);
        return await gateway.MetricAsync(Compiled) - before;
    }

    private static async Task<CheckStatusResponse> CheckAsync(GrpcChannel channel) =>
        await new VerificationService.VerificationServiceClient(channel).CheckStatusAsync(Sample.Good(), cancellationToken: TestContext.Current.CancellationToken);

    private static IEnumerable<string> SamplesOf(string page, string prefix) => page.Split('\n').Where(line => line.StartsWith(prefix, StringComparison.Ordinal));
}
