using Grpc.Core;
using Grpc.Core.Interceptors;
using VerifyGateway.V1;

namespace VerifyGateway.Server.Tests.Watching;

/// <summary>Notes the writes of a watch to its wire.</summary>
internal sealed class WireWrites : Interceptor
{
    /// <summary>Whether the last write was over when the call ended; null before.</summary>
    public bool? AtEnd { get; private set; }

    /// <summary>Whether the last write had to wait for the wire.</summary>
    public bool LastHadToWait { get; private set; }

    /// <summary>The revision of the last message.</summary>
    public long LastRevision { get; private set; }

    public override async Task ServerStreamingServerHandler<TRequest, TResponse>(
        TRequest request, IServerStreamWriter<TResponse> responseStream, ServerCallContext context, ServerStreamingServerMethod<TRequest, TResponse> continuation)
    {
        var writer = new Writer<TResponse>(responseStream, this);
        try
        {
            await continuation(request, writer, context);
        }
        finally
        {
            AtEnd = writer.Last.IsCompleted;
        }
    }

    private sealed class Writer<T>(IServerStreamWriter<T> to, WireWrites all) : IServerStreamWriter<T>
    {
        public Task Last { get; private set; } = Task.CompletedTask;

        public WriteOptions? WriteOptions
        {
            get => to.WriteOptions;
            set => to.WriteOptions = value;
        }

        public Task WriteAsync(T message)
        {
            Last = to.WriteAsync(message);
            all.LastHadToWait = !Last.IsCompleted;
            all.LastRevision = message is WatchBindingsResponse { MessageCase: WatchBindingsResponse.MessageOneofCase.Event } written ? written.Event.Revision : 0;
            return Last;
        }
    }
}
