namespace Grpc.Core;

/// <summary>How a call ended: a code, words for people and, on the side that made it, the cause.</summary>
public struct Status
{
    /// <summary>OK without words.</summary>
    public static readonly Status DefaultSuccess = new(StatusCode.OK, "");

    /// <summary>Cancelled without words.</summary>
    public static readonly Status DefaultCancelled = new(StatusCode.Cancelled, "");

    /// <summary>Makes a status.</summary>
    /// <param name="statusCode">The code.</param>
    /// <param name="detail">Words for people.</param>
    public Status(StatusCode statusCode, string detail)
        : this(statusCode, detail, null)
    {
    }

    /// <summary>Makes a status with its cause.</summary>
    /// <param name="statusCode">The code.</param>
    /// <param name="detail">Words for people.</param>
    /// <param name="debugException">The cause, or null. It is never sent.</param>
    public Status(StatusCode statusCode, string detail, Exception? debugException)
    {
        StatusCode = statusCode;
        Detail = detail;
        DebugException = debugException;
    }

    /// <summary>The code.</summary>
    public StatusCode StatusCode { get; }

    /// <summary>Words for people.</summary>
    public string Detail { get; }

    /// <summary>The cause on this side, or null. It is never sent.</summary>
    public Exception? DebugException { get; }

    /// <summary>All of it in one line.</summary>
    /// <returns>The line.</returns>
    public override string ToString()
    {
        var cause = DebugException is null ? "" : $", DebugException=\"{DebugException.GetType()}: {DebugException.Message}\"";
        return $"Status(StatusCode=\"{StatusCode}\", Detail=\"{Detail}\"{cause})";
    }
}
