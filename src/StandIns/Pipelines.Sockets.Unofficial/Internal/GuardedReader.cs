using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;

namespace Pipelines.Sockets.Unofficial.Internal;

/// <summary>The consumer's end of the received bytes. Its buffers stay the consumer's until it has advanced.</summary>
/// <remarks>
/// A connection is torn down by one thread while another is in the middle of a reply. A plain pipe would give the buffers back
/// to the pool at that moment, and the reply would be read out of bytes that already belong to another connection. Here
/// <see cref="Complete"/> waits for <see cref="AdvanceTo(SequencePosition, SequencePosition)"/> when a buffer is out; when the
/// consumer never advances, the buffers are left to the collector.
/// </remarks>
internal sealed class GuardedReader(PipeReader inner, Action completed) : PipeReader
{
    private const int BufferOut = 1;
    private const int CompleteAsked = 2;

    private ReadOnlySequence<byte> _buffer;
    private Exception? _reason;
    private long _consumed;
    private int _state;

    /// <summary>How many bytes the consumer has taken.</summary>
    public long Consumed => Volatile.Read(ref _consumed);

    public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        var opened = Open();
        ValueTask<ReadResult> read;
        try
        {
            read = inner.ReadAsync(cancellationToken);
        }
        catch
        {
            CloseIf(opened);
            throw;
        }

        return read.IsCompletedSuccessfully ? new(HandOut(read.Result)) : Wait(this, read, opened);

        [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
        static async ValueTask<ReadResult> Wait(GuardedReader self, ValueTask<ReadResult> read, bool opened)
        {
            try
            {
                return self.HandOut(await read.ConfigureAwait(false));
            }
            catch
            {
                self.CloseIf(opened);
                throw;
            }
        }
    }

    public override bool TryRead(out ReadResult result)
    {
        var opened = Open();
        var found = false;
        try
        {
            found = inner.TryRead(out result);
        }
        finally
        {
            if (!found)
            {
                CloseIf(opened);
            }
        }

        if (found)
        {
            HandOut(result);
        }

        return found;
    }

    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        var taken = _buffer.IsEmpty ? 0 : _buffer.Slice(0, consumed).Length;
        _buffer = default;
        inner.AdvanceTo(consumed, examined);
        Volatile.Write(ref _consumed, _consumed + taken);
        CloseIf(true);
    }

    public override void CancelPendingRead() => inner.CancelPendingRead();

    public override void Complete(Exception? exception = null)
    {
        Interlocked.CompareExchange(ref _reason, exception, null);
        var before = Interlocked.Or(ref _state, CompleteAsked);
        if ((before & CompleteAsked) != 0)
        {
            return;
        }

        completed();
        if ((before & BufferOut) == 0)
        {
            inner.Complete(_reason);
        }
        else
        {
            inner.CancelPendingRead();
        }
    }

    private ReadResult HandOut(ReadResult result)
    {
        _buffer = result.Buffer;
        return result;
    }

    /// <summary>True when this call opened the guarded span; false when a buffer was out already, which the pipe refuses.</summary>
    private bool Open()
    {
        var before = Interlocked.Or(ref _state, BufferOut);
        if ((before & CompleteAsked) == 0)
        {
            return (before & BufferOut) == 0;
        }

        CloseIf((before & BufferOut) == 0);
        throw new InvalidOperationException("Nothing is read after the reader was completed.");
    }

    private void CloseIf(bool opened)
    {
        if (opened && (Interlocked.And(ref _state, ~BufferOut) & CompleteAsked) != 0)
        {
            inner.Complete(_reason);
        }
    }
}
