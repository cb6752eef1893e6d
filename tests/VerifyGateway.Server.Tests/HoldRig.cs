using System.Net;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Prometheus;
using VerifyGateway.Caching;
using VerifyGateway.Caching.Coherence;
using VerifyGateway.Caching.Redis;
using VerifyGateway.Caching.Roster;
using VerifyGateway.Caching.Store;
using VerifyGateway.Domain.Policies;
using VerifyGateway.Server.Callers;
using VerifyGateway.Server.Policies;
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
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(static kestrel => kestrel.Listen(IPAddress.Loopback, 0, static listen => listen.Protocols = HttpProtocols.Http2));
        var store = new ScriptedStore(TimeProvider.System);
        builder.Services.AddSingleton<IRecordStore>(store).AddSingleton<IBindingStore>(store).AddSingleton<IChangeFeed>(store).AddSingleton<IRemoteTier>(new NoRemoteTier()).AddSingleton<IRevisionSignal>(new NoRevisionSignal());
        builder.Services.AddSingleton(TimeProvider.System).AddSingleton(new CacheOptions()).AddSingleton<CacheMetrics>().AddSingleton<CoherenceMetrics>().AddSingleton<Caches>();
        builder.Services.AddSingleton(static provider => provider.GetRequiredService<Caches>().Reader);
        builder.Services.AddSingleton<IMetricFactory>(Prometheus.Metrics.WithCustomRegistry(Prometheus.Metrics.NewCustomRegistry()));
        builder.Services.AddSingleton(new PolicyHolder(PolicySnapshot.Default)).AddSingleton(new CallerOptions { LoopbackRoles = roles, LoopbackAcquirer = acquirer });
        var (holds, roster) = (new ScriptedHolds(), new ScriptedRoster());
        builder.Services.AddSingleton<IHoldStore>(holds).AddSingleton(new GatewayWait(roster, TimeProvider.System, TimeSpan.FromSeconds(5)));
        builder.Services.AddVerifyGateway(new LimitOptions());
        var app = builder.Build();
        app.UseVerifyGateway();
        app.MapVerifyGateway();
        await app.StartAsync();
        return new HoldRig(app, GrpcChannel.ForAddress(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single()), holds, roster);
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
