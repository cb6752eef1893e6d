namespace Grpc.Core;

/// <summary>Starts calls: the part of a channel that generated clients use.</summary>
public abstract class CallInvoker
{
    /// <summary>Makes a unary call and blocks until its response.</summary>
    /// <typeparam name="TRequest">The type of a request.</typeparam>
    /// <typeparam name="TResponse">The type of a response.</typeparam>
    /// <param name="method">The method.</param>
    /// <param name="host">The host, or null for the channel's own.</param>
    /// <param name="options">Headers, deadline and the like.</param>
    /// <param name="request">The request.</param>
    /// <returns>The response.</returns>
    public abstract TResponse BlockingUnaryCall<TRequest, TResponse>(Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request)
        where TRequest : class
        where TResponse : class;

    /// <summary>Starts a unary call.</summary>
    /// <typeparam name="TRequest">The type of a request.</typeparam>
    /// <typeparam name="TResponse">The type of a response.</typeparam>
    /// <param name="method">The method.</param>
    /// <param name="host">The host, or null for the channel's own.</param>
    /// <param name="options">Headers, deadline and the like.</param>
    /// <param name="request">The request.</param>
    /// <returns>The call.</returns>
    public abstract AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request)
        where TRequest : class
        where TResponse : class;

    /// <summary>Starts a call with one request and a stream of responses.</summary>
    /// <typeparam name="TRequest">The type of a request.</typeparam>
    /// <typeparam name="TResponse">The type of a response.</typeparam>
    /// <param name="method">The method.</param>
    /// <param name="host">The host, or null for the channel's own.</param>
    /// <param name="options">Headers, deadline and the like.</param>
    /// <param name="request">The request.</param>
    /// <returns>The call.</returns>
    public abstract AsyncServerStreamingCall<TResponse> AsyncServerStreamingCall<TRequest, TResponse>(Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request)
        where TRequest : class
        where TResponse : class;

    /// <summary>Starts a call with a stream of requests and one response.</summary>
    /// <typeparam name="TRequest">The type of a request.</typeparam>
    /// <typeparam name="TResponse">The type of a response.</typeparam>
    /// <param name="method">The method.</param>
    /// <param name="host">The host, or null for the channel's own.</param>
    /// <param name="options">Headers, deadline and the like.</param>
    /// <returns>The call.</returns>
    public abstract AsyncClientStreamingCall<TRequest, TResponse> AsyncClientStreamingCall<TRequest, TResponse>(Method<TRequest, TResponse> method, string? host, CallOptions options)
        where TRequest : class
        where TResponse : class;

    /// <summary>Starts a call with a stream each way.</summary>
    /// <typeparam name="TRequest">The type of a request.</typeparam>
    /// <typeparam name="TResponse">The type of a response.</typeparam>
    /// <param name="method">The method.</param>
    /// <param name="host">The host, or null for the channel's own.</param>
    /// <param name="options">Headers, deadline and the like.</param>
    /// <returns>The call.</returns>
    public abstract AsyncDuplexStreamingCall<TRequest, TResponse> AsyncDuplexStreamingCall<TRequest, TResponse>(Method<TRequest, TResponse> method, string? host, CallOptions options)
        where TRequest : class
        where TResponse : class;
}
