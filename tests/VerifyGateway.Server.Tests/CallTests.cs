using Grpc.Core;
using Grpc.Core.Interceptors;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using VerifyGateway.Caching.Store;
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
        _app = await TestServer.StartAsync(services =>
        {
            services.AddSingleton<IRecordStore>(_store).AddSingleton<IBindingStore>(_store).AddSingleton<IChangeFeed>(_store);
            services.AddSingleton<IHoldStore>(new ScriptedHolds()).AddSingleton<IGatewayRoster>(new ScriptedRoster());
            services.AddSingleton(_watcher).AddGrpc(options => options.Interceptors.Add<Watcher>());
        });
        _channel = TestServer.Connect(_app);
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

    [Fact]
    public async Task Stream_GatewayStops_NoCallerLosesTheStatus()
    {
        // A server that closes right after the last call has ended loses the status of one call in some thirty.
        for (var round = 0; round < 25; round++)
        {
            var once = new CallTests();
            await once.InitializeAsync();
            await once.Stream_GatewayStops_WhatWasReadIsAnsweredAndTheCallEndsAsUnavailable();
            await once.DisposeAsync();
        }
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
