using Grpc.Core;

namespace GrpcStandIns.Tests.Units;

/// <summary>Answers unary calls with the request and notes what reached it; it is also the channel of itself.</summary>
internal sealed class ScriptedInvoker : CallInvoker
{
    internal List<(string Method, string? Host, CallOptions Options)> Seen { get; } = [];

    public override TResponse BlockingUnaryCall<TRequest, TResponse>(Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request)
    {
        Seen.Add((method.Name, host, options));
        return (TResponse)(object)request;
    }

    public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request)
    {
        Seen.Add((method.Name, host, options));
        return new(Task.FromResult((TResponse)(object)request), Task.FromResult(new Metadata()), () => Status.DefaultSuccess, () => [], () => { });
    }

    public override AsyncServerStreamingCall<TResponse> AsyncServerStreamingCall<TRequest, TResponse>(Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request)
    {
        Seen.Add((method.Name, host, options));
        return new(new Stream<TResponse>(), Task.FromResult(new Metadata()), () => Status.DefaultSuccess, () => [], () => { });
    }

    public override AsyncClientStreamingCall<TRequest, TResponse> AsyncClientStreamingCall<TRequest, TResponse>(Method<TRequest, TResponse> method, string? host, CallOptions options)
    {
        Seen.Add((method.Name, host, options));
        return new(new Stream<TRequest>(), Task.FromException<TResponse>(new RpcException(Status.DefaultCancelled)), Task.FromResult(new Metadata()), () => Status.DefaultCancelled, () => [], () => { });
    }

    public override AsyncDuplexStreamingCall<TRequest, TResponse> AsyncDuplexStreamingCall<TRequest, TResponse>(Method<TRequest, TResponse> method, string? host, CallOptions options)
    {
        Seen.Add((method.Name, host, options));
        return new(new Stream<TRequest>(), new Stream<TResponse>(), Task.FromResult(new Metadata()), () => Status.DefaultSuccess, () => [], () => { });
    }

    internal ChannelBase AsChannel() => new Channel(this);

    /// <summary>A stream in memory: what is written is read again, and what is left of a list is read.</summary>
    internal sealed class Stream<T>(params IEnumerable<T> items) : IClientStreamWriter<T>, IAsyncStreamReader<T>
    {
        private readonly Queue<T> _items = new(items);

        public WriteOptions? WriteOptions { get; set; }

        public T Current { get; private set; } = default!;

        internal CancellationToken LastToken { get; private set; }

        public Task WriteAsync(T message)
        {
            _items.Enqueue(message);
            return Task.CompletedTask;
        }

        public Task CompleteAsync() => Task.CompletedTask;

        public Task<bool> MoveNext(CancellationToken cancellationToken)
        {
            LastToken = cancellationToken;
            cancellationToken.ThrowIfCancellationRequested();
            var there = _items.TryDequeue(out var next);
            Current = next!;
            return Task.FromResult(there);
        }
    }

    private sealed class Channel(CallInvoker invoker) : ChannelBase("scripted")
    {
        public override CallInvoker CreateCallInvoker() => invoker;
    }
}
