using Grpc.Net.Client;
using VerifyGateway.TestKit;
using VerifyGateway.V1;

namespace VerifyGateway.Interop.Tests.Honesty;

/// <summary>Who places a hold and waits for the gateways is told of each of three real ones.</summary>
public sealed class WaitForGatewaysTests : IDisposable
{
    private readonly TempFolder _folder = new();

    [Fact]
    public async Task PlaceHold_ThatWaits_NamesThoseThatHaveAppliedItThoseThatAreStoppedAndNoneThatIsAwayForLong()
    {
        string[] settings = ["Storage:Path=" + _folder.File("shared.db"), "Callers:LoopbackRoles=Check,HolderChannel"];
        using var one = await GatewayProcess.StartAsync(["Storage:SeedFile=" + GatewayProcess.SampleSeed, .. settings]);
        using var two = await GatewayProcess.StartAsync(settings);
        using var three = await GatewayProcess.StartAsync(settings);
        using var channel = GrpcChannel.ForAddress(one.Grpc);
        var client = new HoldService.HoldServiceClient(channel);

        await ExpectAllAsync(client);

        three.Process.Signal("STOP");
        var cut = (await PlaceAsync(client, waitMs: 500, "WHILE-STOPPED")).Gateways;
        Assert.True(cut.Known);
        Assert.Equal(2, cut.Applied.Count);
        Assert.EndsWith(" " + three.Grpc.ToString().TrimEnd('/'), Assert.Single(cut.Waiting).Name, StringComparison.Ordinal);

        // Once it has been silent for longer than its copies and its reports may be old, nobody waits for it.
        var away = (await PlaceAsync(client, waitMs: 30_000, "WHILE-AWAY")).Gateways;
        Assert.Equal((2, 0), (away.Applied.Count, away.Waiting.Count));

        three.Process.Signal("CONT");
        await ExpectAllAsync(client);
    }

    /// <inheritdoc />
    public void Dispose() => _folder.Dispose();

    /// <summary>One that has just begun, or begun again, may not have reported yet: the same hold is asked for again.</summary>
    private static async Task ExpectAllAsync(HoldService.HoldServiceClient client)
    {
        var document = Guid.NewGuid().ToString("N");
        await Wait.UntilAsync(async () =>
        {
            var placed = await PlaceAsync(client, waitMs: 10_000, document);
            Assert.True(placed.Gateways.Known);
            Assert.Empty(placed.Gateways.Waiting);
            Assert.All(placed.Gateways.Applied, gateway => Assert.InRange(gateway.AppliedRevision, placed.Revision, long.MaxValue));
            return placed.Gateways.Applied.Count == 3;
        }, "three gateways to have applied a hold");
    }

    private static async Task<PlaceHoldResponse> PlaceAsync(HoldService.HoldServiceClient client, int waitMs, string document) => await client.PlaceHoldAsync(new PlaceHoldRequest
    {
        RequestId = Guid.NewGuid().ToString("N"), AcquirerId = Sample.Acquirer, Kind = HoldKind.Holder, DocumentNo = document,
        Target = new HoldOn { MerchantNo = Sample.Merchant }, WaitForGatewaysMs = waitMs,
    });
}
