using Grpc.Core.Internal;

namespace Grpc.Core;

/// <summary>The client's hold on a call with a stream each way. Disposing it cancels what still runs.</summary>
/// <typeparam name="TRequest">The type of a request.</typeparam>
/// <typeparam name="TResponse">The type of a response.</typeparam>
public sealed class AsyncDuplexStreamingCall<TRequest, TResponse> : IDisposable
{
    private readonly CallCallbacks _callbacks;

    /// <summary>Makes a call from plain functions. For implementations of <see cref="CallInvoker"/>.</summary>
    /// <param name="requestStream">Where requests are written.</param>
    /// <param name="responseStream">Where responses are read.</param>
    /// <param name="responseHeadersAsync">Brings the headers of the response.</param>
    /// <param name="getStatusFunc">Gives the status of a finished call.</param>
    /// <param name="getTrailersFunc">Gives the trailers of a finished call.</param>
    /// <param name="disposeAction">Ends the call.</param>
    public AsyncDuplexStreamingCall(
        IClientStreamWriter<TRequest> requestStream,
        IAsyncStreamReader<TResponse> responseStream,
        Task<Metadata> responseHeadersAsync,
        Func<Status> getStatusFunc,
        Func<Metadata> getTrailersFunc,
        Action disposeAction)
    {
        RequestStream = requestStream;
        ResponseStream = responseStream;
        _callbacks = new CallCallbacks(responseHeadersAsync, getStatusFunc, getTrailersFunc, disposeAction);
    }

    /// <summary>Makes a call from functions of a state. For implementations of <see cref="CallInvoker"/>.</summary>
    /// <param name="requestStream">Where requests are written.</param>
    /// <param name="responseStream">Where responses are read.</param>
    /// <param name="responseHeadersAsync">Gives the headers of the response.</param>
    /// <param name="getStatusFunc">Gives the status of a finished call.</param>
    /// <param name="getTrailersFunc">Gives the trailers of a finished call.</param>
    /// <param name="disposeAction">Ends the call.</param>
    /// <param name="state">Passed to each function.</param>
    public AsyncDuplexStreamingCall(
        IClientStreamWriter<TRequest> requestStream,
        IAsyncStreamReader<TResponse> responseStream,
        Func<object, Task<Metadata>> responseHeadersAsync,
        Func<object, Status> getStatusFunc,
        Func<object, Metadata> getTrailersFunc,
        Action<object> disposeAction,
        object state)
    {
        RequestStream = requestStream;
        ResponseStream = responseStream;
        _callbacks = new CallCallbacks(responseHeadersAsync, getStatusFunc, getTrailersFunc, disposeAction, state);
    }

    /// <summary>Where requests are written.</summary>
    public IClientStreamWriter<TRequest> RequestStream { get; }

    /// <summary>Where responses are read.</summary>
    public IAsyncStreamReader<TResponse> ResponseStream { get; }

    /// <summary>The headers of the response, as soon as they are there.</summary>
    public Task<Metadata> ResponseHeadersAsync => _callbacks.Headers;

    /// <summary>The status of the call, once it is over.</summary>
    /// <returns>The status.</returns>
    public Status GetStatus() => _callbacks.Status;

    /// <summary>The trailers of the call, once it is over.</summary>
    /// <returns>The trailers.</returns>
    public Metadata GetTrailers() => _callbacks.Trailers;

    /// <summary>Cancels the call unless it is over, and frees what it holds.</summary>
    public void Dispose() => _callbacks.Dispose();
}
