using System.IO.Pipelines;
using System.Net.Sockets;

namespace Pipelines.Sockets.Unofficial.Internal;

/// <summary>
/// Two pipes and the two loops that move bytes between them and a transport. Either direction may end before the other: a peer
/// that sends no more may still be sent to. The transport is closed when both have ended.
/// </summary>
internal sealed class DuplexLoops : IDisposable
{
    private const int SmallestReceive = 4 * 1024;
    private const int LargestReceive = 64 * 1024;

    private readonly Transport _transport;
    private readonly bool _waitBeforeBuffer;
    private readonly Pipe _received;
    private readonly Pipe _toSend;
    private readonly GuardedReader _input;
    private readonly GuardedWriter _output;
    private readonly CancellationTokenSource _stopReceiving = new();
    private readonly CancellationTokenSource _stopSending = new();
    private readonly TaskCompletionSource _sendLoopEnded = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Exception? _receiveFault;
    private long _bytesReceived;
    private long _bytesSent;
    private int _lastReceived;
    private int _kind;
    private int _error;
    private int _loopsRunning = 2;
    private int _disposed;

    public DuplexLoops(Transport transport, PipeOptions sendOptions, PipeOptions receiveOptions, bool waitBeforeBuffer)
    {
        _transport = transport;
        _waitBeforeBuffer = waitBeforeBuffer;
        _received = new Pipe(receiveOptions);
        _toSend = new Pipe(sendOptions);
        _input = new GuardedReader(_received.Reader, OnInputCompleted);
        _output = new GuardedWriter(_toSend.Writer, OnOutputCompleted);
    }

    public PipeReader Input => _input;

    public PipeWriter Output => _output;

    public PipeShutdownKind Kind => (PipeShutdownKind)Volatile.Read(ref _kind);

    public SocketError Error => (SocketError)Volatile.Read(ref _error);

    public long BytesReceived => Volatile.Read(ref _bytesReceived);

    public long BytesSent => Volatile.Read(ref _bytesSent);

    public int LastReceived => Volatile.Read(ref _lastReceived);

    public long WaitingToBeRead => Math.Max(0, BytesReceived - _input.Consumed);

    public long WaitingToBeSent => Math.Max(0, _output.Written - BytesSent);

    // A consumer that wants no more input may still be sending.
    private bool OnlyInputEnded => _stopReceiving.IsCancellationRequested && Volatile.Read(ref _disposed) == 0;

    /// <summary>Starts both loops on the thread pool, without the caller's execution context.</summary>
    public void Start()
    {
        ThreadPool.UnsafeQueueUserWorkItem(static self => _ = self.ReceiveLoopAsync(), this, preferLocal: false);
        ThreadPool.UnsafeQueueUserWorkItem(static self => _ = self.SendLoopAsync(), this, preferLocal: false);
    }

    /// <summary>Records what ended the connection; false when something else was first.</summary>
    public bool TrySetKind(PipeShutdownKind kind) =>
        Interlocked.CompareExchange(ref _kind, (int)kind, (int)PipeShutdownKind.None) == (int)PipeShutdownKind.None;

    /// <summary>
    /// Ends both loops at once, whatever they were doing; they close the transport on their way out. The two sources hold
    /// nothing that needs disposing, and are asked after this.
    /// </summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            TrySetKind(PipeShutdownKind.PipeDisposed);
            StopReceiving();
            StopSending();
        }
    }

    private void OnInputCompleted()
    {
        TrySetKind(PipeShutdownKind.InputReaderCompleted);
        StopReceiving();
    }

    // What was written before is still sent: the loop ends by itself at the end of the pipe.
    private void OnOutputCompleted() => TrySetKind(PipeShutdownKind.OutputWriterCompleted);

    private void StopReceiving()
    {
        _stopReceiving.Cancel();
        _received.Writer.CancelPendingFlush();
    }

    private void StopSending()
    {
        _stopSending.Cancel();
        _toSend.Reader.CancelPendingRead();
    }

    private void Record(Ending ending)
    {
        if (TrySetKind(ending.Kind))
        {
            Volatile.Write(ref _error, (int)ending.Error);
        }
    }

    private async Task ReceiveLoopAsync()
    {
        try
        {
            await ReceiveAsync().ConfigureAwait(false);
        }
        catch (Exception cause)
        {
            var ending = Ending.OfReceive(cause);
            Record(ending);
            _receiveFault = ending.Fault;
        }

        if (_receiveFault is not null && !OnlyInputEnded)
        {
            // A reset is the end of sending too. The writer hears of it first: a client that fails all its calls when a read
            // fails must not be able to write one more after that.
            StopSending();
            await _sendLoopEnded.Task.ConfigureAwait(false);
        }

        await _received.Writer.CompleteAsync(_receiveFault).ConfigureAwait(false);
        OnLoopEnded();
    }

    private async Task ReceiveAsync()
    {
        var writer = _received.Writer;
        var stop = _stopReceiving.Token;
        var wanted = SmallestReceive;
        while (true)
        {
            if (_waitBeforeBuffer)
            {
                await _transport.ReceiveAsync(Memory<byte>.Empty, stop).ConfigureAwait(false);
            }

            var memory = writer.GetMemory(wanted);
            var count = await _transport.ReceiveAsync(memory, stop).ConfigureAwait(false);
            Volatile.Write(ref _lastReceived, count);
            if (count == 0)
            {
                TrySetKind(PipeShutdownKind.ReadEndOfStream);
                return;
            }

            Volatile.Write(ref _bytesReceived, _bytesReceived + count);
            wanted = count == memory.Length
                ? Math.Min(wanted * 2, LargestReceive)
                : Math.Max(wanted / 2, SmallestReceive);
            writer.Advance(count);
            var flush = await writer.FlushAsync(CancellationToken.None).ConfigureAwait(false);
            stop.ThrowIfCancellationRequested();
            if (flush.IsCompleted || flush.IsCanceled)
            {
                TrySetKind(flush.IsCompleted ? PipeShutdownKind.ReadFlushCompleted : PipeShutdownKind.ReadFlushCanceled);
                return;
            }
        }
    }

    private async Task SendLoopAsync()
    {
        Exception? fault = null;
        try
        {
            await SendAsync().ConfigureAwait(false);
        }
        catch (Exception cause)
        {
            var ending = Ending.OfSend(cause);
            Record(ending);
            fault = _stopSending.IsCancellationRequested ? _receiveFault ?? ending.Fault : ending.Fault;
        }

        await _toSend.Reader.CompleteAsync(fault).ConfigureAwait(false);
        _sendLoopEnded.SetResult();
        if (fault is not null && !_transport.TryEndReceiving())
        {
            StopReceiving();
        }

        OnLoopEnded();
    }

    private async Task SendAsync()
    {
        var reader = _toSend.Reader;
        var stop = _stopSending.Token;
        while (true)
        {
            var read = await reader.ReadAsync(CancellationToken.None).ConfigureAwait(false);
            stop.ThrowIfCancellationRequested();
            foreach (var segment in read.Buffer)
            {
                await _transport.SendAsync(segment, stop).ConfigureAwait(false);
                Volatile.Write(ref _bytesSent, _bytesSent + segment.Length);
            }

            var sent = !read.Buffer.IsEmpty;
            reader.AdvanceTo(read.Buffer.End);
            if (sent)
            {
                await _transport.FlushAsync(stop).ConfigureAwait(false);
            }

            if (read.IsCompleted)
            {
                TrySetKind(PipeShutdownKind.WriteEndOfStream);
                await _transport.EndSendingAsync(stop).ConfigureAwait(false);
                return;
            }
        }
    }

    private void OnLoopEnded()
    {
        if (Interlocked.Decrement(ref _loopsRunning) != 0)
        {
            return;
        }

        _transport.Close();
        if (Volatile.Read(ref _disposed) != 0)
        {
            // Nobody may come back for the pipes: give their buffers back, unless someone still holds one.
            _input.Complete();
            _output.Complete();
        }
    }
}
