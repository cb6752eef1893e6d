using System.Globalization;
using VerifyGateway.TestKit;

namespace VerifyGateway.Interop.Tests;

/// <summary>nghttp2's h2load: an HTTP/2 that is not .NET's, many streams and connections at once, no gRPC at all.</summary>
public class H2loadTests
{
    [Fact]
    public async Task CheckStatus_TenThousandFramedRequests_AreAllAnsweredAndCounted()
    {
        const int Requests = 10_000;
        using var folder = new TempFolder();
        using var gateway = await GatewayProcess.StartAsync("Storage:SeedFile=" + GatewayProcess.SampleSeed);
        var body = folder.File("check.grpc");
        await File.WriteAllBytesAsync(body, Frame.Of(Sample.Good()), TestContext.Current.CancellationToken);
        var before = await HandledAsync(gateway);

        string[] arguments =
        [
            "-n", Requests.ToString(CultureInfo.InvariantCulture), "-c", "8", "-m", "32", "-d", body,
            "-H", "content-type: application/grpc", "-H", "te: trailers", gateway.Grpc.GetLeftPart(UriPartial.Authority) + RawCaller.CheckStatus,
        ];
        var (exitCode, output) = await ChildProcess.RunAsync("h2load", arguments, TimeSpan.FromMinutes(1));

        Assert.Equal(0, exitCode);
        Assert.Contains("10000 total, 10000 started, 10000 done, 10000 succeeded, 0 failed, 0 errored, 0 timeout", output, StringComparison.Ordinal);
        Assert.Contains("status codes: 10000 2xx, 0 3xx, 0 4xx, 0 5xx", output, StringComparison.Ordinal);
        // A call is counted after its answer has been sent.
        await Wait.UntilAsync(async () => await HandledAsync(gateway) == before + Requests, "as many calls counted OK as were sent");
        Assert.InRange(await gateway.MetricAsync("verifygateway_direct_frames_total"), Requests / 2, Requests - 1);
        Assert.Equal(Requests, await gateway.MetricAsync("grpc_server_handled_total"));
        Assert.Equal(Requests, await gateway.MetricAsync("grpc_server_started_total"));
        Assert.Equal(Requests, await gateway.MetricAsync("grpc_server_handling_seconds_count"));
        Assert.Equal(Requests, await gateway.MetricAsync("verifygateway_decisions_total", "decision=\"allow\"", "reason=\"OK\""));
    }

    private static Task<double> HandledAsync(GatewayProcess gateway) =>
        gateway.MetricAsync("grpc_server_handled_total", "grpc_method=\"CheckStatus\"", "grpc_code=\"OK\"");
}
