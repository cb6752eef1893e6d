namespace Grpc.Core;

/// <summary>A call that ended with a status other than OK. Thrown by a service, it chooses the status.</summary>
public class RpcException : Exception
{
    /// <summary>An exception whose message is the status.</summary>
    /// <param name="status">The status.</param>
    public RpcException(Status status)
        : this(status, Metadata.Empty)
    {
    }

    /// <summary>An exception with a message of its own.</summary>
    /// <param name="status">The status.</param>
    /// <param name="message">The message.</param>
    public RpcException(Status status, string message)
        : this(status, Metadata.Empty, message)
    {
    }

    /// <summary>An exception with trailers whose message is the status.</summary>
    /// <param name="status">The status.</param>
    /// <param name="trailers">The trailers.</param>
    public RpcException(Status status, Metadata trailers)
        : this(status, trailers, status.ToString())
    {
    }

    /// <summary>An exception with trailers and a message of its own.</summary>
    /// <param name="status">The status.</param>
    /// <param name="trailers">The trailers.</param>
    /// <param name="message">The message.</param>
    public RpcException(Status status, Metadata trailers, string message)
        : base(message, status.DebugException)
    {
        ArgumentNullException.ThrowIfNull(trailers);
        Status = status;
        Trailers = trailers;
    }

    /// <summary>How the call ended.</summary>
    public Status Status { get; }

    /// <summary>The code of <see cref="Status"/>.</summary>
    public StatusCode StatusCode => Status.StatusCode;

    /// <summary>The trailers of the call; empty when there were none.</summary>
    public Metadata Trailers { get; }
}
