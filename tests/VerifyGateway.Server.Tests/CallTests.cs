using System.Net;
using Grpc.Core;
using Grpc.Core.Interceptors;
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

/// <summary>What holds for every call, over a real connection.</summary>
public sealed class CallTests : IAsyncLifetime
{
    private readonly ScriptedStore _store = new(TimeProvider.System);
    private readonly Watcher _watcher = new();
    private WebApplication _app = null!;
    private GrpcChannel _channel = null!;

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        builder.Services.AddSingleton<IRecordStore>(_store).AddSingleton<IBindingStore>(_store).AddSingleton<IChangeFeed>(_store).AddSingleton<IRemoteTier>(new NoRemoteTier()).AddSingleton<IRevisionSignal>(new NoRevisionSignal());
        builder.Services.AddSingleton<IHoldStore>(new ScriptedHolds()).AddSingleton(new GatewayWait(new ScriptedRoster(), TimeProvider.System, TimeSpan.FromSeconds(5)));
        builder.Services.AddSingleton(TimeProvider.System).AddSingleton(new CacheOptions()).AddSingleton<CacheMetrics>().AddSingleton<CoherenceMetrics>().AddSingleton<Caches>();
        builder.Services.AddSingleton(static provider => provider.GetRequiredService<Caches>().Reader);
        builder.Services.AddSingleton<IMetricFactory>(Prometheus.Metrics.WithCustomRegistry(Prometheus.Metrics.NewCustomRegistry()));
        builder.Services.AddSingleton(new PolicyHolder(PolicySnapshot.Default)).AddSingleton(new CallerOptions()).AddSingleton(_watcher);
        builder.Services.AddVerifyGateway(new LimitOptions());
        builder.Services.AddGrpc(options => options.Interceptors.Add<Watcher>());
        _app = builder.Build();
        _app.UseVerifyGateway();
        _app.MapVerifyGateway();
        await _app.StartAsync();
        _channel = GrpcChannel.ForAddress(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
    }

    public async ValueTask DisposeAsync()
    {
        _channel.Dispose();
        await _app.DisposeAsync();
    }

    [Fact]
    public async Task Call_OfEveryKind_GetsNoScopeOfItsOwn()
    {
        await new VerificationService.VerificationServiceClient(_channel).CheckStatusAsync(Request());
        Assert.Same(_app.Services, _watcher.Services);
    }

    [Fact]
    public async Task Fault_ThatNobodyExpects_IsInternalWithANumberAndNothingElse()
    {
        _store.Failure = () => new InvalidTimeZoneException("a text that must not leave the process");
        var fault = await Assert.ThrowsAsync<RpcException>(async () => await new VerificationService.VerificationServiceClient(_channel).CheckStatusAsync(Request()));
        Assert.Equal(StatusCode.Internal, fault.StatusCode);
        Assert.Matches("^The gateway failed; its log has this as [0-9a-f]{12}\\.$", fault.Status.Detail);
        var details = Google.Rpc.Status.Parser.ParseFrom(fault.Trailers.GetValueBytes("grpc-status-details-bin"));
        Assert.Equal("GATEWAY_FAULT", details.Details.Single().Unpack<Google.Rpc.ErrorInfo>().Type);
        _store.Failure = null;
        Assert.Equal(Decision.Allow, (await new VerificationService.VerificationServiceClient(_channel).CheckStatusAsync(Request())).Decision);
    }

    [Fact]
    public async Task Store_DoesNotAnswer_IsUnavailableWithARetryHintAndWithoutItsText()
    {
        _store.Failure = () => new StoreUnavailableException("a text that must not leave the process");
        var client = new BindingService.BindingServiceClient(_channel);
        var fault = await Assert.ThrowsAsync<RpcException>(async () => await client.GetBindingAsync(
            new GetBindingRequest { Key = new BindingKey { AcquirerId = ScriptedStore.Acquirer, TerminalSn = ScriptedStore.Sn } }));
        Assert.Equal(StatusCode.Unavailable, fault.StatusCode);
        var details = Google.Rpc.Status.Parser.ParseFrom(fault.Trailers.GetValueBytes("grpc-status-details-bin"));
        Assert.True(details.Details.Single().Unpack<Google.Rpc.RetryInfo>().RetryDelay.ToTimeSpan() > TimeSpan.Zero);
        Assert.DoesNotContain("must not leave", fault.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stream_OneCheckIsSlow_TheOthersAreAnsweredMeanwhile()
    {
        _store.Gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var call = new VerificationService.VerificationServiceClient(_channel).StreamCheckStatus();
        var slow = Request();
        (slow.TerminalSn, slow.CorrelationId) = ("000057022801TEST0002", "slow");
        await call.RequestStream.WriteAsync(new StreamCheckStatusRequest { Check = slow });
        for (var i = 0; i < 10; i++)
        {
            await call.RequestStream.WriteAsync(new StreamCheckStatusRequest { Check = Request() });
            Assert.True(await call.ResponseStream.MoveNext(default));
            Assert.Equal(Decision.Allow, call.ResponseStream.Current.Result.Answer.Decision);
        }

        _store.Gate.SetResult();
        Assert.True(await call.ResponseStream.MoveNext(default));
        Assert.Equal(("slow", Reason.TerminalNotRegistered), (call.ResponseStream.Current.CorrelationId, call.ResponseStream.Current.Result.Answer.Reasons[0]));
        await call.RequestStream.CompleteAsync();
        Assert.False(await call.ResponseStream.MoveNext(default));
    }

    [Fact]
    public async Task Stream_GatewayStops_WhatWasReadIsAnsweredAndTheCallEndsAsUnavailable()
    {
        _store.Gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var call = new VerificationService.VerificationServiceClient(_channel).StreamCheckStatus();
        var slow = Request();
        slow.TerminalSn = "000057022801TEST0002";
        await call.RequestStream.WriteAsync(new StreamCheckStatusRequest { Check = slow });
        await call.RequestStream.WriteAsync(new StreamCheckStatusRequest { Check = Request() });
        Assert.True(await call.ResponseStream.MoveNext(default));
        var stopping = _app.StopAsync();
        _store.Gate.SetResult();
        Assert.True(await call.ResponseStream.MoveNext(default));
        var ended = await Assert.ThrowsAsync<RpcException>(() => call.ResponseStream.MoveNext(default));
        Assert.Equal(StatusCode.Unavailable, ended.StatusCode);
        await stopping;
    }

    private static CheckStatusRequest Request() => new()
    {
        AcquirerId = ScriptedStore.Acquirer,
        TerminalSn = ScriptedStore.Sn,
        TerminalNo = ScriptedStore.TerminalNumber,
        MerchantNo = ScriptedStore.MerchantNumber,
    };

    /// <summary>Sees which services a call runs with.</summary>
    private sealed class Watcher : Interceptor
    {
        public IServiceProvider? Services { get; private set; }

        public override Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
            TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
        {
            Services = context.GetHttpContext().RequestServices;
            return continuation(request, context);
        }
    }
}
