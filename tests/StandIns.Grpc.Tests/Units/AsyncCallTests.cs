using Grpc.Core;

namespace GrpcStandIns.Tests.Units;

public class AsyncCallTests
{
    private static readonly Metadata Headers = new() { { "head", "1" } };
    private static readonly Metadata Trailers = new() { { "trail", "1" } };
    private static readonly Status Ended = new(StatusCode.DataLoss, "ended");

    [Fact]
    public async Task Unary_Awaited_WaitsForTheResponse()
    {
        var response = new TaskCompletionSource<string>();
        var parts = new Parts();
        var call = new AsyncUnaryCall<string>(response.Task, Parts.HeadersOf, Parts.StatusOf, Parts.TrailersOf, Parts.Dispose, parts);

        Assert.False(call.GetAwaiter().IsCompleted);
        response.SetResult("done");

        Assert.Equal("done", await call);
        Assert.Equal("done", await call.ConfigureAwait(false));
        await AssertPartsAsync(call.ResponseHeadersAsync, call.GetStatus(), call.GetTrailers());
        call.Dispose();
        Assert.True(parts.IsDisposed);
    }

    [Fact]
    public async Task Unary_Failed_ThrowsWhatTheCallFailedWith()
    {
        var failure = new RpcException(Ended);
        using var call = new AsyncUnaryCall<string>(
            Task.FromException<string>(failure), Task.FromResult(Headers), () => Ended, () => Trailers, () => { });

        Assert.Same(failure, await Assert.ThrowsAsync<RpcException>(async () => await call));
    }

    [Fact]
    public async Task Unary_FromPlainFunctions_ShowsItsParts()
    {
        var disposed = 0;
        var call = new AsyncUnaryCall<string>(Task.FromResult("done"), Task.FromResult(Headers), () => Ended, () => Trailers, () => disposed++);

        await AssertPartsAsync(call.ResponseHeadersAsync, call.GetStatus(), call.GetTrailers());
        call.Dispose();
        Assert.Equal(1, disposed);
    }

    [Fact]
    public async Task ClientStreaming_EitherWay_ShowsItsParts()
    {
        var requests = new ScriptedInvoker.Stream<string>();
        var parts = new Parts();
        var disposed = 0;
        AsyncClientStreamingCall<string, string>[] calls =
        [
            new(requests, Task.FromResult("done"), Parts.HeadersOf, Parts.StatusOf, Parts.TrailersOf, Parts.Dispose, parts),
            new(requests, Task.FromResult("done"), Task.FromResult(Headers), () => Ended, () => Trailers, () => disposed++),
        ];

        foreach (var call in calls)
        {
            Assert.Same(requests, call.RequestStream);
            Assert.Equal("done", await call);
            Assert.Equal("done", await call.ConfigureAwait(false));
            Assert.Equal("done", await call.ResponseAsync);
            await AssertPartsAsync(call.ResponseHeadersAsync, call.GetStatus(), call.GetTrailers());
            call.Dispose();
        }

        Assert.Equal((true, 1), (parts.IsDisposed, disposed));
    }

    [Fact]
    public async Task ServerStreaming_EitherWay_ShowsItsParts()
    {
        var responses = new ScriptedInvoker.Stream<string>();
        var parts = new Parts();
        var disposed = 0;
        AsyncServerStreamingCall<string>[] calls =
        [
            new(responses, Parts.HeadersOf, Parts.StatusOf, Parts.TrailersOf, Parts.Dispose, parts),
            new(responses, Task.FromResult(Headers), () => Ended, () => Trailers, () => disposed++),
        ];

        foreach (var call in calls)
        {
            Assert.Same(responses, call.ResponseStream);
            await AssertPartsAsync(call.ResponseHeadersAsync, call.GetStatus(), call.GetTrailers());
            call.Dispose();
        }

        Assert.Equal((true, 1), (parts.IsDisposed, disposed));
    }

    [Fact]
    public async Task Duplex_EitherWay_ShowsItsParts()
    {
        var requests = new ScriptedInvoker.Stream<string>();
        var responses = new ScriptedInvoker.Stream<string>();
        var parts = new Parts();
        var disposed = 0;
        AsyncDuplexStreamingCall<string, string>[] calls =
        [
            new(requests, responses, Parts.HeadersOf, Parts.StatusOf, Parts.TrailersOf, Parts.Dispose, parts),
            new(requests, responses, Task.FromResult(Headers), () => Ended, () => Trailers, () => disposed++),
        ];

        foreach (var call in calls)
        {
            Assert.Same(requests, call.RequestStream);
            Assert.Same(responses, call.ResponseStream);
            await AssertPartsAsync(call.ResponseHeadersAsync, call.GetStatus(), call.GetTrailers());
            call.Dispose();
        }

        Assert.Equal((true, 1), (parts.IsDisposed, disposed));
    }

    private static async Task AssertPartsAsync(Task<Metadata> headers, Status status, Metadata trailers)
    {
        Assert.Same(Headers, await headers);
        Assert.Equal(Ended, status);
        Assert.Same(Trailers, trailers);
    }

    private sealed class Parts
    {
        internal bool IsDisposed { get; private set; }

        internal static Task<Metadata> HeadersOf(object state) => Task.FromResult(((Parts)state)._headers);

        internal static Status StatusOf(object state) => ((Parts)state)._status;

        internal static Metadata TrailersOf(object state) => ((Parts)state)._trailers;

        internal static void Dispose(object state) => ((Parts)state).IsDisposed = true;

        private readonly Metadata _headers = Headers;
        private readonly Status _status = Ended;
        private readonly Metadata _trailers = Trailers;
    }
}
