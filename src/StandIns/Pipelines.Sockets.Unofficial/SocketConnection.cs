using System.IO.Pipelines;
using System.Net.Sockets;
using Pipelines.Sockets.Unofficial.Internal;

namespace Pipelines.Sockets.Unofficial;

/// <summary>
/// A connected socket as two pipes. It owns the socket and closes it once both directions have ended, or at
/// <see cref="Dispose"/>. <see cref="ShutdownKind"/> and <see cref="SocketError"/> say how it ended.
/// </summary>
public sealed class SocketConnection : IMeasuredDuplexPipe, IDisposable
{
    private readonly DuplexLoops _loops;
    private readonly string _name;

    private SocketConnection(Socket socket, DuplexLoops loops, string name)
    {
        Socket = socket;
        _loops = loops;
        _name = name;
    }

    /// <summary>The bytes that the peer sent.</summary>
    public PipeReader Input => _loops.Input;

    /// <summary>The bytes for the peer.</summary>
    public PipeWriter Output => _loops.Output;

    /// <summary>The socket beneath.</summary>
    public Socket Socket { get; }

    /// <summary>What ended the connection first, or <see cref="PipeShutdownKind.None"/>.</summary>
    public PipeShutdownKind ShutdownKind => _loops.Kind;

    /// <summary>The socket's error, when an error ended the connection.</summary>
    public SocketError SocketError => _loops.Error;

    /// <summary>How many bytes the socket has given so far.</summary>
    public long BytesRead => _loops.BytesReceived;

    /// <summary>How many bytes the socket has taken so far.</summary>
    public long BytesSent => _loops.BytesSent;

    /// <summary>How many bytes the last receive gave; 0 after the peer's end.</summary>
    public int LastReceived => _loops.LastReceived;

    long IMeasuredDuplexPipe.TotalBytesSent => BytesSent;

    long IMeasuredDuplexPipe.TotalBytesReceived => BytesRead;

    /// <summary>Makes a connection over a connected socket and starts to receive.</summary>
    public static SocketConnection Create(Socket socket, PipeOptions? sendPipeOptions, PipeOptions? receivePipeOptions,
        SocketConnectionOptions socketConnectionOptions = SocketConnectionOptions.None, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(socket);
        var loops = new DuplexLoops(new SocketTransport(socket), sendPipeOptions ?? PipeOptions.Default,
            receivePipeOptions ?? PipeOptions.Default, socketConnectionOptions.HasFlag(SocketConnectionOptions.ZeroLengthReads));
        var connection = new SocketConnection(socket, loops,
            string.IsNullOrWhiteSpace(name) ? nameof(SocketConnection) : name.Trim());
        loops.Start();
        return connection;
    }

    /// <summary>Fails when a library that this one needs does not load.</summary>
    public static void AssertDependencies() => GC.KeepAlive(typeof(Pipe));

    /// <summary>Sets what suits a client that sends small requests: no waiting to fill a packet.</summary>
    public static void SetRecommendedClientOptions(Socket socket)
    {
        if (socket.AddressFamily == AddressFamily.Unix)
        {
            return;
        }

        try
        {
            socket.NoDelay = true;
        }
        catch (Exception refused) when (refused is SocketException or NotSupportedException)
        {
            // A recommendation only: the connection works without.
        }
    }

    /// <summary>
    /// Lets the protocol above say that it is ending the connection, so that what follows is not taken for a failure. False
    /// for any other kind, and when the connection has ended already.
    /// </summary>
    public bool TrySetProtocolShutdown(PipeShutdownKind kind) =>
        kind is PipeShutdownKind.ProtocolExitClient or PipeShutdownKind.ProtocolExitServer && _loops.TrySetKind(kind);

    /// <summary>Where bytes wait right now.</summary>
    public Counters GetCounters() => new(Available(), _loops.WaitingToBeSent, _loops.WaitingToBeRead);

    /// <summary>Ends both directions now. What was not sent is lost, and a pending read or flush fails.</summary>
    public void Dispose() => _loops.Dispose();

    /// <summary>The name given at creation.</summary>
    public override string ToString() => _name;

    private long Available()
    {
        try
        {
            return Socket.Available;
        }
        catch (Exception closed) when (closed is SocketException or ObjectDisposedException)
        {
            return 0;
        }
    }

    /// <summary>Where the bytes of a connection wait.</summary>
    public readonly struct Counters
    {
        internal Counters(long onSocket, long toBeSent, long toBeRead)
        {
            BytesAvailableOnSocket = onSocket;
            BytesWaitingToBeSent = toBeSent;
            BytesWaitingToBeRead = toBeRead;
        }

        /// <summary>In the operating system, not received yet.</summary>
        public long BytesAvailableOnSocket { get; }

        /// <summary>Written to the output, not sent yet.</summary>
        public long BytesWaitingToBeSent { get; }

        /// <summary>Received, not consumed yet.</summary>
        public long BytesWaitingToBeRead { get; }
    }
}
