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

        // Each of them reports only after its start.
        await ExpectAllAsync(client);

        three.Process.Signal("STOP");
        var cut = (await PlaceAsync(client, waitMs: 500)).Gateways;
        Assert.True(cut.Known);
        Assert.Equal(2, cut.Applied.Count);
        Assert.EndsWith(" " + three.Grpc.ToString().TrimEnd('/'), Assert.Single(cut.Waiting).Name, StringComparison.Ordinal);

        // Once it has been silent for longer than its copies and its reports may be old, nobody waits for it.
        var away = (await PlaceAsync(client, waitMs: 30_000)).Gateways;
        Assert.Equal((2, 0), (away.Applied.Count, away.Waiting.Count));

        three.Process.Signal("CONT");
        await ExpectAllAsync(client);
    }

    /// <inheritdoc />
    public void Dispose() => _folder.Dispose();

    private static async Task ExpectAllAsync(HoldService.HoldServiceClient client) => await Wait.UntilAsync(async () =>
    {
        var placed = await PlaceAsync(client, waitMs: 10_000);
        Assert.True(placed.Gateways.Known);
        Assert.Empty(placed.Gateways.Waiting);
        Assert.All(placed.Gateways.Applied, gateway => Assert.InRange(gateway.AppliedRevision, placed.Revision, long.MaxValue));
        return placed.Gateways.Applied.Count == 3;
    }, "three gateways to have applied a hold");

    private static async Task<PlaceHoldResponse> PlaceAsync(HoldService.HoldServiceClient client, int waitMs) => await client.PlaceHoldAsync(new PlaceHoldRequest
    {
        RequestId = Guid.NewGuid().ToString("N"), AcquirerId = Sample.Acquirer, Kind = HoldKind.Holder, DocumentNo = Guid.NewGuid().ToString("N"),
        Target = new HoldOn { MerchantNo = Sample.Merchant }, WaitForGatewaysMs = waitMs,
    });
}
