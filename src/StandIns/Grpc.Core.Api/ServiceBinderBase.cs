namespace Grpc.Core;

/// <summary>Is told the methods of a service, one by one, by generated code. A server overrides what it can serve.</summary>
public class ServiceBinderBase
{
    /// <summary>Adds a unary call.</summary>
    /// <typeparam name="TRequest">The type of a request.</typeparam>
    /// <typeparam name="TResponse">The type of a response.</typeparam>
    /// <param name="method">The method.</param>
    /// <param name="handler">What answers it, or null where the binder finds that out itself.</param>
    /// <exception cref="NotSupportedException">The binder does not take such methods.</exception>
    public virtual void AddMethod<TRequest, TResponse>(Method<TRequest, TResponse> method, UnaryServerMethod<TRequest, TResponse>? handler)
        where TRequest : class
        where TResponse : class =>
        throw NotTaken(method);

    /// <summary>Adds a call with a stream of requests and one response.</summary>
    /// <typeparam name="TRequest">The type of a request.</typeparam>
    /// <typeparam name="TResponse">The type of a response.</typeparam>
    /// <param name="method">The method.</param>
    /// <param name="handler">What answers it, or null where the binder finds that out itself.</param>
    /// <exception cref="NotSupportedException">The binder does not take such methods.</exception>
    public virtual void AddMethod<TRequest, TResponse>(Method<TRequest, TResponse> method, ClientStreamingServerMethod<TRequest, TResponse>? handler)
        where TRequest : class
        where TResponse : class =>
        throw NotTaken(method);

    /// <summary>Adds a call with one request and a stream of responses.</summary>
    /// <typeparam name="TRequest">The type of a request.</typeparam>
    /// <typeparam name="TResponse">The type of a response.</typeparam>
    /// <param name="method">The method.</param>
    /// <param name="handler">What answers it, or null where the binder finds that out itself.</param>
    /// <exception cref="NotSupportedException">The binder does not take such methods.</exception>
    public virtual void AddMethod<TRequest, TResponse>(Method<TRequest, TResponse> method, ServerStreamingServerMethod<TRequest, TResponse>? handler)
        where TRequest : class
        where TResponse : class =>
        throw NotTaken(method);

    /// <summary>Adds a call with a stream each way.</summary>
    /// <typeparam name="TRequest">The type of a request.</typeparam>
    /// <typeparam name="TResponse">The type of a response.</typeparam>
    /// <param name="method">The method.</param>
    /// <param name="handler">What answers it, or null where the binder finds that out itself.</param>
    /// <exception cref="NotSupportedException">The binder does not take such methods.</exception>
    public virtual void AddMethod<TRequest, TResponse>(Method<TRequest, TResponse> method, DuplexStreamingServerMethod<TRequest, TResponse>? handler)
        where TRequest : class
        where TResponse : class =>
        throw NotTaken(method);

    private static NotSupportedException NotTaken(IMethod method) =>
        new($"This binder does not take {method.Type} methods such as {method.FullName}.");
}
