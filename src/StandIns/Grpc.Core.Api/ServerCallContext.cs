namespace Grpc.Core;

/// <summary>One call as the service sees it. A server derives from it; the *Core members are its part.</summary>
public abstract class ServerCallContext
{
    private Dictionary<object, object>? _userState;

    /// <summary>For derived types.</summary>
    protected ServerCallContext()
    {
    }

    /// <summary>The path of the method on the wire.</summary>
    public string Method => MethodCore;

    /// <summary>The host that the client named.</summary>
    public string Host => HostCore;

    /// <summary>The address of the client.</summary>
    public string Peer => PeerCore;

    /// <summary>When the call must be over, in UTC; the largest date when the client set no deadline.</summary>
    public DateTime Deadline => DeadlineCore;

    /// <summary>The headers that the client sent.</summary>
    public Metadata RequestHeaders => RequestHeadersCore;

    /// <summary>Cancelled when the client or the deadline ends the call.</summary>
    public CancellationToken CancellationToken => CancellationTokenCore;

    /// <summary>Sent after the last response.</summary>
    public Metadata ResponseTrailers => ResponseTrailersCore;

    /// <summary>How the call ends when the method returns.</summary>
    public Status Status
    {
        get => StatusCore;
        set => StatusCore = value;
    }

    /// <summary>How responses are written, or null.</summary>
    public WriteOptions? WriteOptions
    {
        get => WriteOptionsCore;
        set => WriteOptionsCore = value;
    }

    /// <summary>What the transport knows about the client's identity.</summary>
    public AuthContext AuthContext => AuthContextCore;

    /// <summary>Room for interceptors and methods to leave each other notes during the call.</summary>
    public IDictionary<object, object> UserState => UserStateCore;

    /// <summary>The path of the method on the wire.</summary>
    protected abstract string MethodCore { get; }

    /// <summary>The host that the client named.</summary>
    protected abstract string HostCore { get; }

    /// <summary>The address of the client.</summary>
    protected abstract string PeerCore { get; }

    /// <summary>When the call must be over, in UTC.</summary>
    protected abstract DateTime DeadlineCore { get; }

    /// <summary>The headers that the client sent.</summary>
    protected abstract Metadata RequestHeadersCore { get; }

    /// <summary>Cancelled when the client or the deadline ends the call.</summary>
    protected abstract CancellationToken CancellationTokenCore { get; }

    /// <summary>Sent after the last response.</summary>
    protected abstract Metadata ResponseTrailersCore { get; }

    /// <summary>How the call ends when the method returns.</summary>
    protected abstract Status StatusCore { get; set; }

    /// <summary>How responses are written, or null.</summary>
    protected abstract WriteOptions? WriteOptionsCore { get; set; }

    /// <summary>What the transport knows about the client's identity.</summary>
    protected abstract AuthContext AuthContextCore { get; }

    /// <summary>Room for notes; a dictionary made at first use unless overridden.</summary>
    protected virtual IDictionary<object, object> UserStateCore => _userState ??= [];

    /// <summary>Sends the headers of the response now instead of with the first response. At most once.</summary>
    /// <param name="responseHeaders">The headers.</param>
    /// <returns>A task that ends when they are on their way.</returns>
    public Task WriteResponseHeadersAsync(Metadata responseHeaders) => WriteResponseHeadersAsyncCore(responseHeaders);

    /// <summary>Makes a token for calls that are made for this one.</summary>
    /// <param name="options">What is handed on; null for everything.</param>
    /// <returns>The token.</returns>
    public ContextPropagationToken CreatePropagationToken(ContextPropagationOptions? options = null) =>
        CreatePropagationTokenCore(options);

    /// <summary>Sends the headers of the response.</summary>
    /// <param name="responseHeaders">The headers.</param>
    /// <returns>A task that ends when they are on their way.</returns>
    protected abstract Task WriteResponseHeadersAsyncCore(Metadata responseHeaders);

    /// <summary>Makes a token for calls that are made for this one.</summary>
    /// <param name="options">What is handed on; null for everything.</param>
    /// <returns>The token.</returns>
    protected abstract ContextPropagationToken CreatePropagationTokenCore(ContextPropagationOptions? options);
}
