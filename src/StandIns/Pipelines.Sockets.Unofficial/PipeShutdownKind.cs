namespace Pipelines.Sockets.Unofficial;

/// <summary>What ended a connection: the first cause that was seen.</summary>
public enum PipeShutdownKind
{
    /// <summary>It has not ended.</summary>
    None = 0,

    /// <summary>The connection was disposed.</summary>
    PipeDisposed = 1,

    /// <summary>The peer will send nothing more.</summary>
    ReadEndOfStream = 100,

    /// <summary>The socket was closed on this side while receiving.</summary>
    ReadDisposed = 101,

    /// <summary>An input error while receiving.</summary>
    ReadIOException = 102,

    /// <summary>Another exception while receiving.</summary>
    ReadException = 103,

    /// <summary>The socket reported an error while receiving.</summary>
    ReadSocketError = 104,

    /// <summary>The reader of the received bytes was completed.</summary>
    ReadFlushCompleted = 105,

    /// <summary>A hand-over of received bytes was cancelled.</summary>
    ReadFlushCanceled = 106,

    /// <summary>Everything was sent and the writer is completed.</summary>
    WriteEndOfStream = 200,

    /// <summary>The socket was closed on this side while sending.</summary>
    WriteDisposed = 201,

    /// <summary>An output error while sending.</summary>
    WriteIOException = 203,

    /// <summary>Another exception while sending.</summary>
    WriteException = 204,

    /// <summary>The socket reported an error while sending.</summary>
    WriteSocketError = 205,

    /// <summary>The consumer completed the input.</summary>
    InputReaderCompleted = 300,

    /// <summary>The receiving loop completed the input.</summary>
    InputWriterCompleted = 301,

    /// <summary>The sending loop completed the output.</summary>
    OutputReaderCompleted = 302,

    /// <summary>The producer completed the output.</summary>
    OutputWriterCompleted = 303,

    /// <summary>The protocol above ended the connection from this side.</summary>
    ProtocolExitClient = 400,

    /// <summary>The protocol above ended the connection from the other side.</summary>
    ProtocolExitServer = 401,
}
