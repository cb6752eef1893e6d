using Grpc.Core;
using VerifyGateway.Caching;
using VerifyGateway.Server.Callers;
using VerifyGateway.Server.Direct;
using VerifyGateway.Server.Rpc;
using VerifyGateway.V1;

namespace VerifyGateway.Server.Checks;

/// <summary>VerificationService on the wire: translates, and leaves the work to <see cref="StatusChecks"/>.</summary>
/// <remarks>See <see cref="CheckedBinder"/> for why it does not derive from the generated base class.</remarks>
[BindServiceMethod(typeof(VerificationGrpcService), nameof(BindService))]
public class VerificationGrpcService(StatusChecks checks, BatchChecks batches, CheckStreams streams, CallerResolver callers, LongCalls calls)
{
    /// <summary>Binds the methods with request parsers that name the caller's mistake.</summary>
    public static void BindService(ServiceBinderBase binder, VerificationGrpcService? _) =>
        VerificationService.BindService(new BatchBinder(new CheckedBinder(binder)), null);

    /// <summary>Answers one check.</summary>
    public virtual Task<CheckStatusResponse> CheckStatus(CheckStatusRequest request, ServerCallContext context) =>
        checks.CheckAsync(request, callers.Resolve(context, CallerRoles.Check), context.CancellationToken, context.GetHttpContext().Features.Get<NearFinds>()).AsTask();

    /// <summary>Answers 1 to 1,000 checks, each with its own result, in their order.</summary>
    public virtual async Task<BatchAnswer> BatchCheckStatus(BatchRequest request, ServerCallContext context)
    {
        using (request)
        {
            return await batches.AnswerAsync(request, callers.Resolve(context, CallerRoles.Check), context.CancellationToken);
        }
    }

    /// <summary>
    /// Reads checks and answers each as soon as it is known, in whatever order that is. At most so many are under way or wait to
    /// be sent; then reading stops, and flow control tells the caller. When a record of a terminal that was asked for has changed, the
    /// last check of that terminal is answered anew. When the gateway stops, what was read is answered and the call ends with
    /// UNAVAILABLE, for the caller to connect again.
    /// </summary>
    public virtual async Task StreamCheckStatus(
        IAsyncStreamReader<StreamCheckStatusRequest> requestStream, IServerStreamWriter<StreamCheckStatusResponse> responseStream, ServerCallContext context)
    {
        var caller = callers.Resolve(context, CallerRoles.Check);
        calls.Begin(context);
        using var stream = new CheckStream(streams, caller, context.GetHttpContext(), context.CancellationToken);
        await stream.RunAsync(requestStream, calls.Stopping);
    }

    /// <summary>Hands the batch on as its bytes.</summary>
    private sealed class BatchBinder(ServiceBinderBase inner) : ServiceBinderBase
    {
        public override void AddMethod<TRequest, TResponse>(Method<TRequest, TResponse> method, UnaryServerMethod<TRequest, TResponse>? handler)
        {
            if (method.Name == nameof(BatchCheckStatus))
            {
                var asBytes = new Method<BatchRequest, BatchAnswer>(method.Type, method.ServiceName, method.Name, BatchRequest.Marshaller, BatchAnswer.Marshaller);
                inner.AddMethod(asBytes, (UnaryServerMethod<BatchRequest, BatchAnswer>?)null!);
            }
            else
            {
                inner.AddMethod(method, handler!);
            }
        }

        public override void AddMethod<TRequest, TResponse>(Method<TRequest, TResponse> method, DuplexStreamingServerMethod<TRequest, TResponse>? handler) =>
            inner.AddMethod(method, handler!);
    }
}
