using System.Net.Sockets;

namespace Pipelines.Sockets.Unofficial.Internal;

/// <summary>How a loop ended: the word for it, the socket's error, and what the pipe tells whoever reads or writes it.</summary>
internal readonly record struct Ending(PipeShutdownKind Kind, SocketError Error, Exception? Fault)
{
    public static Ending OfReceive(Exception cause) => Of(cause, PipeShutdownKind.ReadSocketError, PipeShutdownKind.ReadDisposed,
        PipeShutdownKind.ReadIOException, PipeShutdownKind.ReadException);

    public static Ending OfSend(Exception cause) => Of(cause, PipeShutdownKind.WriteSocketError, PipeShutdownKind.WriteDisposed,
        PipeShutdownKind.WriteIOException, PipeShutdownKind.WriteException);

    private static Ending Of(Exception cause, PipeShutdownKind socket, PipeShutdownKind disposed, PipeShutdownKind io,
        PipeShutdownKind other) => cause switch
        {
            SocketException error => new(socket, error.SocketErrorCode, Translate(error)),
            IOException { InnerException: SocketException error } => new(socket, error.SocketErrorCode, Translate(error)),
            ObjectDisposedException or OperationCanceledException =>
                new(disposed, SocketError.OperationAborted, Aborted(cause)),
            IOException => new(io, SocketError.Success, cause),
            _ => new(other, SocketError.Success, cause),
        };

    private static Exception Translate(SocketException error) => error.SocketErrorCode switch
    {
        // A send after the peer's reset is reported as "shutdown" (EPIPE).
        SocketError.ConnectionReset or SocketError.Shutdown =>
            new ConnectionResetException("The peer reset the connection.", error),
        SocketError.ConnectionAborted or SocketError.OperationAborted or SocketError.Interrupted => Aborted(error),
        _ => error,
    };

    private static ConnectionAbortedException Aborted(Exception cause) => new("The connection was ended on this side.", cause);
}
