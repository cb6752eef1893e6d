using Grpc.Core;
using Grpc.Net.Client;
using NBomber.Contracts;
using NBomber.CSharp;
using VerifyGateway.V1;

namespace VerifyGateway.LoadTests;

/// <summary>The holder's own freezes, placed and lifted at the first gateway.</summary>
internal sealed class Holds(LoadSession session) : IDisposable
{
    private readonly GrpcChannel _channel = Connections.Open(session.Target.Addresses[0]);

    /// <summary>Freezes the merchant of a terminal; brings the hold.</summary>
    public Task<Response<HoldEntry>> PlaceAsync(int terminal) => AnsweredAsync(async () => (await Client.PlaceHoldAsync(new PlaceHoldRequest
    {
        RequestId = Guid.NewGuid().ToString("N"), AcquirerId = Fleet.Acquirer, Kind = HoldKind.Holder, Authority = HoldAuthority.Owner,
        Target = new HoldOn { MerchantNo = Fleet.MerchantOf(terminal) },
    }, deadline: Checks.After(session.Options.Deadline))).Hold, "PLACED");

    /// <summary>Ends a freeze.</summary>
    public Task<Response<HoldEntry>> LiftAsync(HoldEntry hold) => AnsweredAsync(async () => (await Client.LiftHoldAsync(new LiftHoldRequest
    {
        RequestId = Guid.NewGuid().ToString("N"), AcquirerId = Fleet.Acquirer, Kind = HoldKind.Holder, HoldId = hold.HoldId, StepUpPassed = true,
    }, deadline: Checks.After(session.Options.Deadline))).Hold, "LIFTED");

    public void Dispose() => _channel.Dispose();

    private HoldService.HoldServiceClient Client => new(_channel);

    private static async Task<Response<HoldEntry>> AnsweredAsync(Func<Task<HoldEntry>> callAsync, string code)
    {
        try
        {
            return Response.Ok(await callAsync(), statusCode: code);
        }
        catch (RpcException failed)
        {
            return Response.Fail<HoldEntry>(statusCode: failed.StatusCode.ToString(), message: failed.Status.Detail);
        }
    }
}
