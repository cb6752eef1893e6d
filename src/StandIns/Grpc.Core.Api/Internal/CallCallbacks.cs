namespace Grpc.Core.Internal;

/// <summary>
/// What the four call types have in common: functions that look into a running call. They are kept with the state that they are
/// called with, so that an implementation can pass static functions and allocate no closures.
/// </summary>
internal readonly struct CallCallbacks
{
    private readonly Func<object, Task<Metadata>> _headers;
    private readonly Func<object, Status> _status;
    private readonly Func<object, Metadata> _trailers;
    private readonly Action<object> _dispose;
    private readonly object _state;

    internal CallCallbacks(
        Func<object, Task<Metadata>> headers,
        Func<object, Status> status,
        Func<object, Metadata> trailers,
        Action<object> dispose,
        object state)
    {
        _headers = headers;
        _status = status;
        _trailers = trailers;
        _dispose = dispose;
        _state = state;
    }

    internal CallCallbacks(Task<Metadata> headers, Func<Status> status, Func<Metadata> trailers, Action dispose)
        : this(
            static state => ((Stateless)state).Headers,
            static state => ((Stateless)state).Status(),
            static state => ((Stateless)state).Trailers(),
            static state => ((Stateless)state).Dispose(),
            new Stateless(headers, status, trailers, dispose))
    {
    }

    internal Task<Metadata> Headers => _headers(_state);

    internal Status Status => _status(_state);

    internal Metadata Trailers => _trailers(_state);

    internal void Dispose() => _dispose(_state);

    private sealed record Stateless(Task<Metadata> Headers, Func<Status> Status, Func<Metadata> Trailers, Action Dispose);
}
