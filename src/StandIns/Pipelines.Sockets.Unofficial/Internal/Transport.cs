using System.Net.Security;
using System.Net.Sockets;

namespace Pipelines.Sockets.Unofficial.Internal;

/// <summary>What the two loops of a connection move bytes through. One receive and one send are under way at most.</summary>
internal abstract class Transport
{
    /// <summary>Fills some of the memory; 0 means that the peer will send nothing more. Empty memory: waits for data.</summary>
    public abstract ValueTask<int> ReceiveAsync(Memory<byte> memory, CancellationToken stop);

    /// <summary>Sends all of the memory.</summary>
    public abstract ValueTask SendAsync(ReadOnlyMemory<byte> memory, CancellationToken stop);

    /// <summary>Called after all that was waiting has been sent.</summary>
    public virtual Task FlushAsync(CancellationToken stop) => Task.CompletedTask;

    /// <summary>Tells the peer that nothing more will be sent.</summary>
    public abstract Task EndSendingAsync(CancellationToken stop);

    /// <summary>
    /// After a failed send: lets a receive give what has arrived already and then come to an end. False where that cannot be
    /// arranged.
    /// </summary>
    public virtual bool TryEndReceiving() => false;

    /// <summary>Closes for good; called once, after both loops have ended.</summary>
    public abstract void Close();
}

/// <summary>A connected socket.</summary>
internal sealed class SocketTransport(Socket socket) : Transport
{
    public override ValueTask<int> ReceiveAsync(Memory<byte> memory, CancellationToken stop) =>
        socket.ReceiveAsync(memory, SocketFlags.None, stop);

    public override async ValueTask SendAsync(ReadOnlyMemory<byte> memory, CancellationToken stop)
    {
        while (!memory.IsEmpty)
        {
            memory = memory[await socket.SendAsync(memory, SocketFlags.None, stop).ConfigureAwait(false)..];
        }
    }

    public override Task EndSendingAsync(CancellationToken stop)
    {
        socket.Shutdown(SocketShutdown.Send);
        return Task.CompletedTask;
    }

    public override bool TryEndReceiving()
    {
        try
        {
            socket.Shutdown(SocketShutdown.Both);
        }
        catch (Exception closed) when (closed is SocketException or ObjectDisposedException)
        {
            // The other side, or the socket's owner, was first.
        }

        return true;
    }

    public override void Close()
    {
        TryEndReceiving();
        socket.Dispose();
    }
}

/// <summary>A stream that reads and writes at the same time, such as <see cref="SslStream"/>.</summary>
internal sealed class StreamTransport(Stream stream) : Transport
{
    public override ValueTask<int> ReceiveAsync(Memory<byte> memory, CancellationToken stop) => stream.ReadAsync(memory, stop);

    public override ValueTask SendAsync(ReadOnlyMemory<byte> memory, CancellationToken stop) => stream.WriteAsync(memory, stop);

    public override Task FlushAsync(CancellationToken stop) => stream.FlushAsync(stop);

    public override Task EndSendingAsync(CancellationToken stop)
    {
        if (stream is not SslStream tls)
        {
            return Task.CompletedTask;
        }

        // It cannot be cancelled: when it is given up, how it fails later is nobody's concern.
        var farewell = tls.ShutdownAsync();
        _ = farewell.ContinueWith(static late => late.Exception, CancellationToken.None,
            TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        return farewell.WaitAsync(stop);
    }

    public override void Close()
    {
        try
        {
            stream.Dispose();
        }
        catch (Exception closed) when (closed is IOException or SocketException or ObjectDisposedException)
        {
            // A stream may still have had something to say to a peer that is gone.
        }
    }
}
