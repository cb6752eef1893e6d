using System.Globalization;
using Grpc.Core;
using Grpc.Net.Client;
using VerifyGateway.TestKit;
using VerifyGateway.V1;

namespace VerifyGateway.Interop.Tests;

/// <summary>Clients of libraries are answered from the frames of their connections, with deadlines and many calls at once too.</summary>
public class FrameTests(ITestOutputHelper output)
{
    private const int Calls = 400;

    [Theory]
    [InlineData("", 1)]
    [InlineData("", 20)]
    [InlineData("2", 1)]
    [InlineData("2", 20)]
    public async Task Python_IsAnsweredFromFrames(string deadline, int atOnce)
    {
        using var scripts = await PythonScripts.PrepareAsync();
        using var gateway = await GatewayProcess.StartAsync("Storage:SeedFile=" + GatewayProcess.SampleSeed);
        var result = await scripts.RunAsync("frames.py", gateway.Grpc, ("CALLS", $"{Calls}"), ("DEADLINE", deadline), ("AT_ONCE", $"{atOnce}"));
        Assert.Equal(Calls, result.GetProperty("allowed").GetInt32());
        await ExpectAsync(gateway, $"Python, {atOnce} at once, deadline '{deadline}'");
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(0, 20)]
    [InlineData(2, 1)]
    [InlineData(2, 20)]
    public async Task DotNet_IsAnsweredFromFrames(int deadline, int atOnce)
    {
        using var gateway = await GatewayProcess.StartAsync("Storage:SeedFile=" + GatewayProcess.SampleSeed);
        using var channel = GrpcChannel.ForAddress(gateway.Grpc);
        var client = new VerificationService.VerificationServiceClient(channel);
        for (var first = 0; first < Calls; first += atOnce)
        {
            var answers = await Task.WhenAll(Enumerable.Range(first, atOnce).Select(async call =>
            {
                var check = Sample.Good();
                check.CorrelationId = call.ToString(CultureInfo.InvariantCulture);
                var answer = await client.CheckStatusAsync(check, new CallOptions(deadline: deadline == 0 ? null : DateTime.UtcNow.AddSeconds(deadline)));
                return answer.Decision == Decision.Allow && answer.CorrelationId == check.CorrelationId;
            }));
            Assert.DoesNotContain(false, answers);
        }

        await ExpectAsync(gateway, $".NET, {atOnce} at once, deadline {deadline} s");
    }

    [Fact]
    public async Task Gateway_ThatIsSetNotTo_AnswersNoneFromFrames()
    {
        using var gateway = await GatewayProcess.StartAsync("Storage:SeedFile=" + GatewayProcess.SampleSeed, "Listen:AnswerFromFrames=false");
        using var channel = GrpcChannel.ForAddress(gateway.Grpc);
        var client = new VerificationService.VerificationServiceClient(channel);
        for (var call = 0; call < 20; call++)
        {
            Assert.Equal(Decision.Allow, (await client.CheckStatusAsync(Sample.Good())).Decision);
        }

        Assert.Equal(0, await gateway.MetricAsync("verifygateway_direct_frames_total"));
    }

    private async Task ExpectAsync(GatewayProcess gateway, string who)
    {
        await Wait.UntilAsync(async () => await gateway.MetricAsync("grpc_server_handled_total", "grpc_method=\"CheckStatus\"", "grpc_code=\"OK\"") == Calls, "every call to be counted once");
        var frames = await gateway.MetricAsync("verifygateway_direct_frames_total");
        output.WriteLine($"{who}: {frames} of {Calls} from frames; left {await gateway.MetricAsync("verifygateway_direct_left_total")}.");
        Assert.InRange(frames, Calls / 2, Calls - 1);
    }
}
