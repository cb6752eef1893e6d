using Grpc.Core;
using VerifyGateway.V1;

namespace VerifyGateway.Server.Watching;

/// <summary>The wire to one watcher. One write at a time.</summary>
internal interface IWatchWire
{
    /// <summary>Hands a message over, and waits while the wire is full. What was handed over comes before the end of the stream, whether or not it is waited for.</summary>
    Task WriteAsync(WatchBindingsResponse message);

    /// <summary>Ends the wait of a write that is under way, if there is one; its message stays where it is. Nothing is written afterwards.</summary>
    void LetGo();
}

/// <summary>The wire of a gRPC call.</summary>
internal sealed class GrpcWatchWire(IServerStreamWriter<WatchBindingsResponse> to, ServerCallContext call) : IWatchWire
{
    public Task WriteAsync(WatchBindingsResponse message) => to.WriteAsync(message);

    public void LetGo() => call.GetHttpContext().Response.BodyWriter.CancelPendingFlush();
}
