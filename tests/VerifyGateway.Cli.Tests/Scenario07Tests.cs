using System.Diagnostics;
using Grpc.Net.Client;
using VerifyGateway.Domain.Identifiers;
using VerifyGateway.Storage.Rows;
using VerifyGateway.Storage;
using VerifyGateway.Storage.Sqlite;
using VerifyGateway.TestKit;
using VerifyGateway.V1;
using HoldKind = VerifyGateway.Domain.Records.HoldKind;

namespace VerifyGateway.Cli.Tests;

/// <summary>The acceptance scenario that needs real gateways.</summary>
public sealed class Scenario07Tests : IDisposable
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(2);

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Scenario07_A_freeze_known_to_one_gateway_is_a_decline_on_the_other_two_seconds_later(bool withRedis)
    {
        var path = _folder.File("gateway.db");
        using var redis = withRedis ? await RedisServer.StartAsync() : null;
        string[] settings = ["Storage:Path=" + path, "Redis:Endpoints=" + (redis?.Endpoint ?? "")];
        using var first = await GatewayProcess.StartAsync([.. settings, "Storage:SeedFile=" + GatewayProcess.SampleSeed]);
        using var second = await GatewayProcess.StartAsync(settings);
        using var toFirst = GrpcChannel.ForAddress(first.Grpc);
        using var toSecond = GrpcChannel.ForAddress(second.Grpc);
        Assert.Equal(Decision.Allow, (await CheckAsync(toFirst)).Decision);
        Assert.Equal(Decision.Allow, (await CheckAsync(toSecond)).Decision);

        var revision = await FreezeAsync(path);
        var since = Stopwatch.StartNew();
        // The first is told of the write, as the caller who made it would tell it.
        var told = await CheckAsync(toFirst, revision);
        Assert.Equal((Decision.Decline, Reason.FrozenByOwner), (told.Decision, told.Reasons[0]));
        // The second hears of nothing. It may answer from its memory until the bound, and no longer.
        while (since.Elapsed <= Bound)
        {
            await Task.Delay(Bound - since.Elapsed + TimeSpan.FromMilliseconds(5));
        }

        var heard = await CheckAsync(toSecond);
        Assert.Equal((Decision.Decline, "58", Reason.FrozenByOwner), (heard.Decision, heard.De39, heard.Reasons[0]));
    }

    private static async Task<CheckStatusResponse> CheckAsync(GrpcChannel channel, long atLeastRevision = 0) =>
        await new VerificationService.VerificationServiceClient(channel).CheckStatusAsync(new CheckStatusRequest
        {
            AcquirerId = "01020000", TerminalSn = "000057022801TEST0001", TerminalNo = "T0000001", MerchantNo = "898440300000001", AtLeastRevision = atLeastRevision,
        }, deadline: DateTime.UtcNow.AddSeconds(20));

    private static async Task<long> FreezeAsync(string path)
    {
        Assert.True(AcquirerId.TryParse("01020000", out var acquirer, out _));
        Assert.True(MerchantNo.TryParse("898440300000001", out var merchant, out _));
        Assert.True(EntityId.TryParse("H-scenario-07", out var id, out _));
        await using var store = SqliteStore.Open(new SqliteStoreOptions { Path = path }, TimeProvider.System);
        return (await store.PutAsync("test", [new HoldRow(acquirer, id, HoldKind.Holder, HoldSubject.Merchant(merchant), 1_000, 0)])).Head;
    }
}
