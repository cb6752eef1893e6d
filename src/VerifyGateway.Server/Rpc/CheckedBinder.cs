using Google.Protobuf;
using Grpc.Core;
using VerifyGateway.Server.Direct;
using VerifyGateway.Server.Faults;

namespace VerifyGateway.Server.Rpc;

/// <summary>
/// Hands a service's methods on to the framework with request parsers that answer a malformed body with INVALID_ARGUMENT and
/// details. Without it the framework would call the caller's mistake a fault of the server (UNKNOWN).
/// </summary>
/// <remarks>
/// The framework looks for a service's methods on the class that names its binder, and takes only virtual methods which that
/// class itself declares. So a service names this binder on itself, and declares its methods instead of overriding those of the
/// generated base class. A method that is missing ends the start of the gateway with its name.
/// </remarks>
/// <param name="inner">The framework's binder.</param>
public sealed class CheckedBinder(ServiceBinderBase inner) : ServiceBinderBase
{
    /// <inheritdoc />
    public override void AddMethod<TRequest, TResponse>(Method<TRequest, TResponse> method, UnaryServerMethod<TRequest, TResponse>? handler) =>
        inner.AddMethod(Checked(method), handler!);

    /// <inheritdoc />
    public override void AddMethod<TRequest, TResponse>(Method<TRequest, TResponse> method, ClientStreamingServerMethod<TRequest, TResponse>? handler) =>
        inner.AddMethod(Checked(method), handler!);

    /// <inheritdoc />
    public override void AddMethod<TRequest, TResponse>(Method<TRequest, TResponse> method, ServerStreamingServerMethod<TRequest, TResponse>? handler) =>
        inner.AddMethod(Checked(method), handler!);

    /// <inheritdoc />
    public override void AddMethod<TRequest, TResponse>(Method<TRequest, TResponse> method, DuplexStreamingServerMethod<TRequest, TResponse>? handler) =>
        inner.AddMethod(Checked(method), handler!);

    private static Method<TRequest, TResponse> Checked<TRequest, TResponse>(Method<TRequest, TResponse> method)
        where TRequest : class
        where TResponse : class =>
        new(method.Type, method.ServiceName, method.Name, Checked(method.RequestMarshaller), method.ResponseMarshaller);

    private static Marshaller<T> Checked<T>(Marshaller<T> marshaller)
    {
        if (typeof(T) == typeof(BatchRequest))
        {
            // Taken as its bytes, and parsed by the service.
            return marshaller;
        }

        var parse = marshaller.ContextualDeserializer;
        var type = (Activator.CreateInstance<T>() as IMessage)?.Descriptor ?? throw new InvalidOperationException($"{typeof(T)} is no message.");
        return new Marshaller<T>(marshaller.ContextualSerializer, body =>
        {
            try
            {
                if (WireLengths.Fit(type, body.PayloadAsReadOnlySequence()))
                {
                    return parse(body);
                }
            }
            catch (InvalidProtocolBufferException)
            {
                // Said below.
            }

            throw FaultInterceptor.ToRpc(GatewayException.Malformed(type.Name));
        });
    }
}
