namespace Pipelines.Sockets.Unofficial;

/// <summary>The peer reset the connection.</summary>
public sealed class ConnectionResetException : IOException
{
    /// <summary>With a text of its own.</summary>
    public ConnectionResetException()
        : this("The connection was reset.")
    {
    }

    /// <summary>With a text.</summary>
    public ConnectionResetException(string message)
        : base(message)
    {
    }

    /// <summary>With a text and what it comes from.</summary>
    public ConnectionResetException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
