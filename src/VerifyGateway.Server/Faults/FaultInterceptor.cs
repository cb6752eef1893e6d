using Google.Protobuf;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Microsoft.Extensions.Logging;
using VerifyGateway.Caching.Store;

namespace VerifyGateway.Server.Faults;

/// <summary>
/// The one place that turns what services throw into gRPC statuses. A text of a dependency, a stack trace or a value of a
/// request never leaves the process: what is not expected becomes INTERNAL with a number that the log has too.
/// </summary>
public sealed partial class FaultInterceptor(TimeProvider time, ILogger<FaultInterceptor> log) : Interceptor
{
    /// <summary>Name of the trailer that carries google.rpc.Status.</summary>
    internal const string DetailsTrailer = "grpc-status-details-bin";

    /// <inheritdoc />
    public override async Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
    {
        try
        {
            return await continuation(request, context);
        }
        catch (Exception fault) when (fault is not RpcException)
        {
            throw ToRpc(fault, context);
        }
    }

    /// <inheritdoc />
    public override async Task ServerStreamingServerHandler<TRequest, TResponse>(
        TRequest request, IServerStreamWriter<TResponse> responseStream, ServerCallContext context, ServerStreamingServerMethod<TRequest, TResponse> continuation)
    {
        try
        {
            await continuation(request, responseStream, context);
        }
        catch (Exception fault) when (fault is not RpcException)
        {
            throw ToRpc(fault, context);
        }
    }

    /// <inheritdoc />
    public override async Task DuplexStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream, IServerStreamWriter<TResponse> responseStream, ServerCallContext context, DuplexStreamingServerMethod<TRequest, TResponse> continuation)
    {
        try
        {
            await continuation(requestStream, responseStream, context);
        }
        catch (Exception fault) when (fault is not RpcException)
        {
            throw ToRpc(fault, context);
        }
    }

    /// <summary>The exception that the framework answers with, for a fault that never reached a service.</summary>
    public static RpcException ToRpc(GatewayException fault)
    {
        var trailers = new Metadata { { DetailsTrailer, fault.ToStatus().ToByteArray() } };
        return new RpcException(new Status(fault.Code, fault.Message), trailers);
    }

    private RpcException ToRpc(Exception thrown, ServerCallContext context)
    {
        switch (thrown)
        {
            case GatewayException fault:
                if (fault.InnerException is StoreUnavailableException cause)
                {
                    Log.StoreUnavailable(log, cause.Message, cause);
                }

                return ToRpc(fault);
            case StoreUnavailableException:
                Log.StoreUnavailable(log, thrown.Message, thrown);
                return ToRpc(GatewayException.Unavailable("The system of record does not answer; ask again."));
            case OperationCanceledException when context.CancellationToken.IsCancellationRequested:
                return time.GetUtcNow().UtcDateTime >= context.Deadline
                    ? new RpcException(new Status(StatusCode.DeadlineExceeded, "The deadline of the call is over."))
                    : new RpcException(new Status(StatusCode.Cancelled, "The caller has gone."));
            case InvalidOperationException when context.CancellationToken.IsCancellationRequested:
                // What the framework says to a write that comes after the end of the call.
                return new RpcException(new Status(StatusCode.Cancelled, "The caller has gone."));
            case IOException:
                // Only the call's own stream throws these: stores have exceptions of their own. The framework tells of a reset
                // here a moment before it cancels the call.
                return new RpcException(new Status(StatusCode.Cancelled, "The caller has gone, or has sent a frame that is none."));
            default:
                var number = Guid.NewGuid().ToString("N")[..12];
                Log.Unexpected(log, number, context.Method, thrown);
                var message = $"The gateway failed; its log has this as {number}.";
                var details = GatewayException.StatusOf(StatusCode.Internal, message, "GATEWAY_FAULT");
                return new RpcException(new Status(StatusCode.Internal, message), new Metadata { { DetailsTrailer, details.ToByteArray() } });
        }
    }

    private static partial class Log
    {
        [LoggerMessage(2001, LogLevel.Warning, "The system of record does not answer: {Why}")]
        public static partial void StoreUnavailable(ILogger log, string why, Exception fault);

        [LoggerMessage(2002, LogLevel.Error, "Fault {Number} in {Method}")]
        public static partial void Unexpected(ILogger log, string number, string method, Exception fault);
    }
}
