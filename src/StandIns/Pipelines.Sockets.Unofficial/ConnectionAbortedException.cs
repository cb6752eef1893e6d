namespace Pipelines.Sockets.Unofficial;

/// <summary>This side ended the connection.</summary>
public sealed class ConnectionAbortedException : OperationCanceledException
{
    /// <summary>With a text of its own.</summary>
    public ConnectionAbortedException()
        : this("The connection was aborted.")
    {
    }

    /// <summary>With a text.</summary>
    public ConnectionAbortedException(string message)
        : base(message)
    {
    }

    /// <summary>With a text and what it comes from.</summary>
    public ConnectionAbortedException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
