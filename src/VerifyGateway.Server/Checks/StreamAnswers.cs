using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using Google.Protobuf;
using VerifyGateway.Server.Direct;
using VerifyGateway.Server.Metrics;
using VerifyGateway.V1;

namespace VerifyGateway.Server.Checks;

/// <summary>
/// The answers of one stream on their way out, in the order in which they came. Who adds the first while none is being written writes it,
/// and all that are added meanwhile. Safe from any thread.
/// </summary>
/// <param name="to">The call's own output.</param>
/// <param name="places">Gets a place back for each answer that was written.</param>
/// <param name="metrics">Counts answers that nobody asked for.</param>
/// <param name="ending">Ends the writing, also one that waits for a caller who does not read.</param>
internal sealed class StreamAnswers(PipeWriter to, SemaphoreSlim places, StreamMetrics metrics, CancellationToken ending)
{
    private const int FrameHead = 5;
    private const int Room = 512;

    private readonly Lock _gate = new();
    private readonly TaskCompletionSource _over = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private byte[] _waiting = new byte[Room];
    private byte[] _spare = new byte[Room];
    private int _length;
    private int _count;
    private int _pushed;
    private bool _isWriting;
    private bool _isClosed;
    private bool _isBroken;
    private Exception? _fault;

    /// <summary>Ends when all was written after <see cref="Close"/>; fails with the fault that ended it. Nothing is written from then on.</summary>
    public Task Over => _over.Task;

    /// <summary>Adds answers that are there as frames; none after <see cref="Close"/>.</summary>
    public void Add(in StreamFrames answers)
    {
        lock (_gate)
        {
            if (!_isClosed)
            {
                answers.Written.CopyTo(Room_NeedsLock(answers.Written.Length));
                _count += answers.Count;
            }
        }
    }

    /// <summary>Adds an answer; nothing after <see cref="Close"/>.</summary>
    public void Add(StreamCheckStatusResponse answer)
    {
        lock (_gate)
        {
            if (_isClosed)
            {
                return;
            }

            var message = answer.CalculateSize();
            var frame = Room_NeedsLock(FrameHead + message);
            frame[0] = 0;
            BinaryPrimitives.WriteInt32BigEndian(frame[1..], message);
            answer.WriteTo(frame[FrameHead..]);
            _count++;
            _pushed += answer.Pushed ? 1 : 0;
        }
    }

    /// <summary>Has everything written that was added, unless someone does.</summary>
    public void Flush()
    {
        lock (_gate)
        {
            if (_isWriting || _length == 0 || _isBroken)
            {
                return;
            }

            _isWriting = true;
        }

        _ = WriteAsync();
    }

    /// <summary>
    /// Nothing is added any more, whoever tries: the call may be over at once, and its output be that of the next. What was added is written,
    /// and then all is over, with the fault when there is one.
    /// </summary>
    public void Close(Exception? fault)
    {
        lock (_gate)
        {
            _fault ??= fault;
            _isClosed = true;
            if (!_isWriting && _length == 0)
            {
                End_NeedsLock();
            }
        }

        Flush();
    }

    /// <summary>Ends all at once when nothing is being written; what is being written ends by itself.</summary>
    public void Break(Exception fault)
    {
        lock (_gate)
        {
            (_fault, _isBroken) = (fault, true);
            if (!_isWriting)
            {
                End_NeedsLock();
            }
        }
    }

    /// <summary>Room after what was added before.</summary>
    private Span<byte> Room_NeedsLock(int size)
    {
        if (_waiting.Length - _length < size)
        {
            Array.Resize(ref _waiting, (2 * _waiting.Length) + size);
        }

        _length += size;
        return _waiting.AsSpan(_length - size, size);
    }

    private async Task WriteAsync()
    {
        try
        {
            while (TryTake(out var frames, out var count, out var pushed))
            {
                to.Write(frames.Span);
                var written = await to.FlushAsync(ending);
                if (written.IsCompleted || written.IsCanceled)
                {
                    throw new IOException("The caller reads no more.");
                }

                places.Release(count);
                metrics.CountPushes(pushed);
            }
        }
        catch (Exception fault)
        {
            lock (_gate)
            {
                (_fault, _isBroken, _isWriting) = (fault, true, false);
                End_NeedsLock();
            }
        }
    }

    /// <summary>Takes all that waits; false when there is nothing, and then nobody writes any more.</summary>
    private bool TryTake(out ReadOnlyMemory<byte> frames, out int count, out int pushed)
    {
        lock (_gate)
        {
            (frames, count, pushed) = (default, 0, 0);
            if (_length == 0 || _isBroken)
            {
                _isWriting = false;
                if (_isClosed || _isBroken)
                {
                    End_NeedsLock();
                }

                return false;
            }

            (frames, count, pushed) = (_waiting.AsMemory(0, _length), _count, _pushed);
            (_waiting, _spare) = (_spare, _waiting);
            (_length, _count, _pushed) = (0, 0, 0);
            return true;
        }
    }

    private void End_NeedsLock()
    {
        if (_fault is null)
        {
            _over.TrySetResult();
        }
        else
        {
            _over.TrySetException(_fault);
        }
    }
}
