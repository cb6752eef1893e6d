using Grpc.Core;
using Grpc.Health.V1;
using VerifyGateway.Server.Rpc;
using ServingStatus = Grpc.Health.V1.HealthCheckResponse.Types.ServingStatus;

namespace VerifyGateway.Host.Health;

/// <summary>The standard health service: the server as a whole (empty name) and each of its services.</summary>
/// <remarks>See <see cref="CheckedBinder"/> for why it does not derive from the generated base class.</remarks>
[BindServiceMethod(typeof(HealthGrpcService), nameof(BindService))]
public class HealthGrpcService(GatewayHealth health, LongCalls calls)
{
    private static readonly string[] Services =
        ["", V1.VerificationService.Descriptor.FullName, V1.BindingService.Descriptor.FullName, V1.HoldService.Descriptor.FullName];

    /// <summary>Binds the methods with request parsers that name the caller's mistake.</summary>
    public static void BindService(ServiceBinderBase binder, HealthGrpcService? _) =>
        Grpc.Health.V1.Health.BindService(new CheckedBinder(binder), null);

    /// <summary>The state now.</summary>
    public virtual Task<HealthCheckResponse> Check(HealthCheckRequest request, ServerCallContext context) =>
        Services.Contains(request.Service)
            ? Task.FromResult(Answer(health.IsReady))
            : throw new RpcException(new Status(StatusCode.NotFound, "There is no such service."));

    /// <summary>Sends the state and every change of it; ends when the caller goes or, after NOT_SERVING, the gateway stops.</summary>
    public virtual async Task Watch(HealthCheckRequest request, IServerStreamWriter<HealthCheckResponse> responseStream, ServerCallContext context)
    {
        calls.Begin(context);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, calls.Stopping);
        var known = Services.Contains(request.Service);
        while (true)
        {
            var (isReady, changed) = health.Look();
            await responseStream.WriteAsync(known ? Answer(isReady) : new HealthCheckResponse { Status = ServingStatus.ServiceUnknown }, context.CancellationToken);
            try
            {
                await changed.WaitAsync(ending.Token);
            }
            catch (OperationCanceledException) when (!context.CancellationToken.IsCancellationRequested)
            {
                if (known && isReady)
                {
                    await responseStream.WriteAsync(Answer(isReady: false), context.CancellationToken);
                }

                return;
            }
        }
    }

    private static HealthCheckResponse Answer(bool isReady) => new() { Status = isReady ? ServingStatus.Serving : ServingStatus.NotServing };
}
