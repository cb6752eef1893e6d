using Google.Protobuf;
using VerifyGateway.TestKit;
using VerifyGateway.V1;

namespace VerifyGateway.Interop.Tests.BadInput;

/// <summary>Thousands of bodies nobody thought of, and what is left of them afterwards.</summary>
[Collection("bad input")]
public class FuzzTests(BadInputGateway bad)
{
    private static readonly string[] Methods =
    [
        RawCaller.CheckStatus, RawCaller.BatchCheckStatus, RawCaller.StreamCheckStatus, RawCaller.GetBinding, "/verifygateway.v1.BindingService/BatchGetBindings", "/verifygateway.v1.BindingService/ListBindings",
        "/verifygateway.v1.HoldService/ListHolds",
        "/grpc.health.v1.Health/Check", "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo", "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo",
    ];

    [Fact]
    public async Task FramedBodies_RandomAndMutated_AreAnsweredOrRefusedNeverAFault()
    {
        var random = new Random(20_260_101);
        byte[][] seeds = [Sample.Good().ToByteArray(), new BatchCheckStatusRequest { Checks = { Sample.Good(), Sample.Good() } }.ToByteArray()];
        for (var i = 0; i < 2_000; i++)
        {
            var body = i % 2 == 0 ? Random(random, random.Next(200)) : Mutate(random, seeds[random.Next(seeds.Length)]);
            var answer = await bad.Caller.SendAsync(Methods[i % Methods.Length], Frame.Of(body));
            // OK, INVALID_ARGUMENT, NOT_FOUND, PERMISSION_DENIED (explanations are allowed here), OUT_OF_RANGE (a point in the past), UNAVAILABLE (a revision beyond the head).
            Assert.True(answer.Http == 200 && answer.Grpc is 0 or 3 or 5 or 11 or 14, $"{i}: {Convert.ToHexString(body)}: {answer.Grpc} {answer.Message}");
            Assert.DoesNotContain("Exception", answer.Text, StringComparison.Ordinal);
        }

        bad.ExpectNoLeak("");
        await bad.Caller.ExpectGoodCallAsync();
    }

    [Fact]
    public async Task BadCalls_TwentyThousand_LeaveNothingBehind()
    {
        var before = await StateAsync();
        await Task.WhenAll(Enumerable.Range(0, 16).Select(async _ =>
        {
            for (var i = 0; i < 1_250; i++)
            {
                var body = (i % 4) switch { 0 => Frame.Of(new CheckStatusRequest()), 1 => Frame.Of([0x0A, 0x7F]), 2 => [1, 2, 3], _ => Frame.Of(new byte[2_000], claimedLength: 100_000_000) };
                await bad.Caller.SendAsync(RawCaller.CheckStatus, body);
            }
        }));
        await bad.Caller.ExpectGoodCallAsync();
        bad.ExpectNoLeak("");
        await Wait.UntilAsync(async () =>
        {
            var after = await StateAsync();
            return after.Connections <= before.Connections + 1 && after.Handles <= before.Handles + 20 && after.UnderWay <= 1
                && after.HeapBytes <= before.HeapBytes + 64e6 && after.WorkingSet <= before.WorkingSet + 200e6;
        }, $"connections, handles, calls under way and memory to come back to {before}");
    }

    private static byte[] Random(Random random, int length)
    {
        var bytes = new byte[length];
        random.NextBytes(bytes);
        return bytes;
    }

    private static byte[] Mutate(Random random, byte[] seed)
    {
        var bytes = seed.ToArray();
        for (var changes = random.Next(1, 5); changes > 0; changes--)
        {
            bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
        }

        return random.Next(3) == 0 ? bytes[..random.Next(bytes.Length)] : bytes;
    }

    private async Task<State> StateAsync() => new(
        await bad.Gateway.MetricAsync("microsoft_aspnetcore_server_kestrel_kestrel_active_connections", $"server_port=\"{bad.Gateway.Grpc.Port}\""),
        await bad.Gateway.MetricAsync("process_open_handles"),
        await bad.Gateway.MetricAsync("grpc_server_started_total") - await bad.Gateway.MetricAsync("grpc_server_handled_total"),
        await bad.Gateway.MetricAsync("dotnet_total_memory_bytes"),
        await bad.Gateway.MetricAsync("process_working_set_bytes"));

    private sealed record State(double Connections, double Handles, double UnderWay, double HeapBytes, double WorkingSet);
}
