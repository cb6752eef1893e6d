namespace Pipelines.Sockets.Unofficial;

/// <summary>How a connection uses its socket.</summary>
/// <remarks>
/// On this runtime a completed socket operation continues on the thread pool, never on the thread that polls the sockets, and
/// the loops stay there: the three Inline options therefore ask for what already happens.
/// </remarks>
[Flags]
public enum SocketConnectionOptions
{
    /// <summary>The usual way.</summary>
    None = 0,

    /// <summary>Wait for data before a buffer is taken, so that an idle connection holds none.</summary>
    ZeroLengthReads = 1,

    /// <summary>Continue after a receive where the socket completed it.</summary>
    InlineReads = 2,

    /// <summary>Continue after a send where the socket completed it.</summary>
    InlineWrites = 4,

    /// <summary>Continue after a connect where the socket completed it.</summary>
    InlineConnect = 8,
}
