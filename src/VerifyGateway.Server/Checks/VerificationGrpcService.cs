using System.Threading.Channels;
using Grpc.Core;
using VerifyGateway.Server.Callers;
using VerifyGateway.Server.Faults;
using VerifyGateway.Server.Rpc;
using VerifyGateway.V1;

namespace VerifyGateway.Server.Checks;

/// <summary>VerificationService on the wire: translates, and leaves the work to <see cref="StatusChecks"/>.</summary>
/// <remarks>See <see cref="CheckedBinder"/> for why it does not derive from the generated base class.</remarks>
[BindServiceMethod(typeof(VerificationGrpcService), nameof(BindService))]
public class VerificationGrpcService(StatusChecks checks, CallerResolver callers, LimitOptions limits)
{
    /// <summary>Binds the methods with request parsers that name the caller's mistake.</summary>
    public static void BindService(ServiceBinderBase binder, VerificationGrpcService? _) =>
        VerificationService.BindService(new CheckedBinder(binder), null);

    /// <summary>Answers one check.</summary>
    public virtual Task<CheckStatusResponse> CheckStatus(CheckStatusRequest request, ServerCallContext context) =>
        checks.CheckAsync(request, callers.Resolve(context, CallerRoles.Check), "", context.CancellationToken).AsTask();

    /// <summary>Answers 1 to 1,000 checks, each with its own result, in their order.</summary>
    public virtual async Task<BatchCheckStatusResponse> BatchCheckStatus(BatchCheckStatusRequest request, ServerCallContext context)
    {
        var caller = callers.Resolve(context, CallerRoles.Check);
        Batch.RequireSize(request.Checks.Count, limits.MaxBatchItems, "checks");
        return new BatchCheckStatusResponse { Results = { await checks.CheckManyAsync(request.Checks, caller, context.CancellationToken) } };
    }

    /// <summary>
    /// Reads checks and answers each as soon as it is known. At most so many are under way; then reading stops, and flow control
    /// tells the caller. One writer, since a stream takes one message at a time.
    /// </summary>
    public virtual async Task StreamCheckStatus(
        IAsyncStreamReader<StreamCheckStatusRequest> requestStream, IServerStreamWriter<StreamCheckStatusResponse> responseStream, ServerCallContext context)
    {
        var caller = callers.Resolve(context, CallerRoles.Check);
        var answers = Channel.CreateBounded<Task<StreamCheckStatusResponse>>(limits.MaxStreamChecksUnderWay);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken);
        var reading = ReadAsync(requestStream, answers.Writer, caller, ending.Token);
        try
        {
            await foreach (var answer in answers.Reader.ReadAllAsync(ending.Token))
            {
                await responseStream.WriteAsync(await answer, ending.Token);
            }
        }
        finally
        {
            await ending.CancelAsync();
            await reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task ReadAsync(
        IAsyncStreamReader<StreamCheckStatusRequest> requests, ChannelWriter<Task<StreamCheckStatusResponse>> answers, Caller caller, CancellationToken cancel)
    {
        try
        {
            while (await requests.MoveNext(cancel))
            {
                await answers.WriteAsync(AnswerAsync(requests.Current.Check ?? new CheckStatusRequest(), caller, cancel), cancel);
            }

            answers.Complete();
        }
        catch (Exception fault)
        {
            // Thrown on to whoever reads the answers: it ends the call there, with its own status.
            answers.Complete(fault);
        }
    }

    private async Task<StreamCheckStatusResponse> AnswerAsync(CheckStatusRequest check, Caller caller, CancellationToken cancel)
    {
        var answer = new StreamCheckStatusResponse { CorrelationId = check.CorrelationId };
        try
        {
            answer.Result = new CheckResult { Answer = await checks.CheckAsync(check, caller, "check", cancel) };
        }
        catch (GatewayException fault)
        {
            answer.Result = new CheckResult { Error = fault.ToItemError() };
        }

        return answer;
    }
}
