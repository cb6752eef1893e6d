using System.Runtime.CompilerServices;
using Grpc.Core.Internal;

namespace Grpc.Core;

/// <summary>The client's hold on a unary call. Await it for the response. Disposing it cancels what still runs.</summary>
/// <typeparam name="TResponse">The type of a response.</typeparam>
public sealed class AsyncUnaryCall<TResponse> : IDisposable
{
    private readonly CallCallbacks _callbacks;

    /// <summary>Makes a call from plain functions. For implementations of <see cref="CallInvoker"/>.</summary>
    /// <param name="responseAsync">The response; fails with an <see cref="RpcException"/> when the call does.</param>
    /// <param name="responseHeadersAsync">Brings the headers of the response.</param>
    /// <param name="getStatusFunc">Gives the status of a finished call.</param>
    /// <param name="getTrailersFunc">Gives the trailers of a finished call.</param>
    /// <param name="disposeAction">Ends the call.</param>
    public AsyncUnaryCall(
        Task<TResponse> responseAsync,
        Task<Metadata> responseHeadersAsync,
        Func<Status> getStatusFunc,
        Func<Metadata> getTrailersFunc,
        Action disposeAction)
    {
        ResponseAsync = responseAsync;
        _callbacks = new CallCallbacks(responseHeadersAsync, getStatusFunc, getTrailersFunc, disposeAction);
    }

    /// <summary>Makes a call from functions of a state. For implementations of <see cref="CallInvoker"/>.</summary>
    /// <param name="responseAsync">The response; fails with an <see cref="RpcException"/> when the call does.</param>
    /// <param name="responseHeadersAsync">Gives the headers of the response.</param>
    /// <param name="getStatusFunc">Gives the status of a finished call.</param>
    /// <param name="getTrailersFunc">Gives the trailers of a finished call.</param>
    /// <param name="disposeAction">Ends the call.</param>
    /// <param name="state">Passed to each function.</param>
    public AsyncUnaryCall(
        Task<TResponse> responseAsync,
        Func<object, Task<Metadata>> responseHeadersAsync,
        Func<object, Status> getStatusFunc,
        Func<object, Metadata> getTrailersFunc,
        Action<object> disposeAction,
        object state)
    {
        ResponseAsync = responseAsync;
        _callbacks = new CallCallbacks(responseHeadersAsync, getStatusFunc, getTrailersFunc, disposeAction, state);
    }

    /// <summary>The response; fails with an <see cref="RpcException"/> when the call does.</summary>
    public Task<TResponse> ResponseAsync { get; }

    /// <summary>The headers of the response, as soon as they are there.</summary>
    public Task<Metadata> ResponseHeadersAsync => _callbacks.Headers;

    /// <summary>Lets the call be awaited.</summary>
    /// <returns>The awaiter of the response.</returns>
    public TaskAwaiter<TResponse> GetAwaiter() => ResponseAsync.GetAwaiter();

    /// <summary>Says where the code after an await runs.</summary>
    /// <param name="continueOnCapturedContext">True for where it ran before, false for anywhere.</param>
    /// <returns>The response to await.</returns>
    public ConfiguredTaskAwaitable<TResponse> ConfigureAwait(bool continueOnCapturedContext) =>
        ResponseAsync.ConfigureAwait(continueOnCapturedContext);

    /// <summary>The status of the call, once it is over.</summary>
    /// <returns>The status.</returns>
    public Status GetStatus() => _callbacks.Status;

    /// <summary>The trailers of the call, once it is over.</summary>
    /// <returns>The trailers.</returns>
    public Metadata GetTrailers() => _callbacks.Trailers;

    /// <summary>Cancels the call unless it is over, and frees what it holds.</summary>
    public void Dispose() => _callbacks.Dispose();
}
