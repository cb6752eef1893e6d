using System.IO.Pipelines;

namespace Pipelines.Sockets.Unofficial.Internal;

/// <summary>The producer's end of the bytes to send. Memory stays the producer's until it has said how much it wrote.</summary>
/// <remarks>
/// The counterpart of <see cref="GuardedReader"/>: when one thread completes the writer while another is between
/// <see cref="GetSpan"/> and <see cref="Advance"/>, a plain pipe would give the memory back to the pool, and the late bytes
/// would land in another connection's traffic. Here <see cref="Complete"/> waits for the end of that step.
/// </remarks>
internal sealed class GuardedWriter(PipeWriter inner, Action completed) : PipeWriter
{
    private const int MemoryOut = 1;
    private const int CompleteAsked = 2;

    private Exception? _reason;
    private long _written;
    private int _state;

    /// <summary>How many bytes the producer has written.</summary>
    public long Written => Volatile.Read(ref _written);

    public override bool CanGetUnflushedBytes => inner.CanGetUnflushedBytes;

    public override long UnflushedBytes => inner.UnflushedBytes;

    public override Memory<byte> GetMemory(int sizeHint = 0)
    {
        Open();
        return inner.GetMemory(sizeHint);
    }

    public override Span<byte> GetSpan(int sizeHint = 0)
    {
        Open();
        return inner.GetSpan(sizeHint);
    }

    public override void Advance(int bytes)
    {
        inner.Advance(bytes);
        Volatile.Write(ref _written, _written + bytes);
        Close();
    }

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        Close();
        return inner.FlushAsync(cancellationToken);
    }

    public override ValueTask<FlushResult> WriteAsync(ReadOnlyMemory<byte> source, CancellationToken cancellationToken = default)
    {
        Open();
        try
        {
            Volatile.Write(ref _written, _written + source.Length);
            return inner.WriteAsync(source, cancellationToken);
        }
        finally
        {
            Close();
        }
    }

    public override void CancelPendingFlush() => inner.CancelPendingFlush();

    public override void Complete(Exception? exception = null)
    {
        Interlocked.CompareExchange(ref _reason, exception, null);
        var before = Interlocked.Or(ref _state, CompleteAsked);
        if ((before & CompleteAsked) != 0)
        {
            return;
        }

        completed();
        if ((before & MemoryOut) == 0)
        {
            inner.Complete(_reason);
        }
    }

    private void Open()
    {
        if ((Interlocked.Or(ref _state, MemoryOut) & CompleteAsked) != 0)
        {
            Close();
            throw new InvalidOperationException("Nothing is written after the writer was completed.");
        }
    }

    private void Close()
    {
        if ((Volatile.Read(ref _state) & MemoryOut) != 0
            && (Interlocked.And(ref _state, ~MemoryOut) & CompleteAsked) != 0)
        {
            inner.Complete(_reason);
        }
    }
}
