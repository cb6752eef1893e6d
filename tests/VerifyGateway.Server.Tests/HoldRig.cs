using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using VerifyGateway.Caching.Store;
using VerifyGateway.Server.Callers;
using VerifyGateway.V1;

namespace VerifyGateway.Server.Tests;

/// <summary>HoldService over a real connection, for a caller with the roles of a test, on a store that does what the test says.</summary>
internal sealed class HoldRig : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly GrpcChannel _channel;

    private HoldRig(WebApplication app, GrpcChannel channel, ScriptedHolds holds, ScriptedRoster roster) =>
        (_app, _channel, Holds, Roster) = (app, channel, holds, roster);

    public ScriptedHolds Holds { get; }

    public ScriptedRoster Roster { get; }

    public HoldService.HoldServiceClient Client => new(_channel);

    public static async Task<HoldRig> StartAsync(CallerRoles roles, string acquirer = "")
    {
        var store = new ScriptedStore(TimeProvider.System);
        var (holds, roster) = (new ScriptedHolds(), new ScriptedRoster());
        var app = await TestServer.StartAsync(
            services =>
            {
                services.AddSingleton<IRecordStore>(store).AddSingleton<IBindingStore>(store).AddSingleton<IChangeFeed>(store);
                services.AddSingleton<IHoldStore>(holds).AddSingleton<IGatewayRoster>(roster);
            },
            new CallerOptions { LoopbackRoles = roles, LoopbackAcquirer = acquirer });
        return new HoldRig(app, TestServer.Connect(app), holds, roster);
    }

    /// <summary>The status that a call fails with, and its details.</summary>
    public static async Task<(StatusCode Code, Google.Rpc.Status Details)> FailAsync<T>(AsyncUnaryCall<T> call)
    {
        var fault = await Assert.ThrowsAsync<RpcException>(async () => await call);
        return (fault.StatusCode, fault.Trailers.GetValueBytes("grpc-status-details-bin") is { } bytes ? Google.Rpc.Status.Parser.ParseFrom(bytes) : new Google.Rpc.Status { Message = fault.Status.Detail });
    }

    public async ValueTask DisposeAsync()
    {
        _channel.Dispose();
        await _app.DisposeAsync();
    }
}
