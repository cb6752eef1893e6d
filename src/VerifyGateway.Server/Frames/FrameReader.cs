using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;

namespace VerifyGateway.Server.Frames;

/// <summary>
/// What comes on a connection, as the web server reads it: all that <see cref="FrameSorter"/> leaves to it, in the order in which that says.
/// </summary>
internal sealed class FrameReader : PipeReader, IDisposable
{
    private readonly PipeReader _input;
    private readonly SharedOutput _output;
    private readonly FrameAnswers _answers;
    private readonly FrameSorter _sorter;
    private readonly ITimer _holds;
    private ReadOnlySequence<byte> _given;
    private ReadOnlySequence<byte> _first;
    private long _toPass;
    private bool _isCancelled;
    private bool _isTimed;

    /// <summary>Reads a connection.</summary>
    public FrameReader(FrameChecks checks, PipeReader input, SharedOutput output, FrameAnswers answers, KnownHeaders known, FoundRecords found)
    {
        (_input, _output, _answers, _sorter) = (input, output, answers, new FrameSorter(checks, answers, known, found, Wake));
        _holds = checks.Time.CreateTimer(static reader => ((FrameReader)reader!).EndHolds(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <inheritdoc />
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public override async ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        while (_first.IsEmpty)
        {
            TimeHolds();
            if (_sorter.HasEnded)
            {
                // The one that woke this was about bytes that had to go first.
                Wake();
            }

            var read = await _input.ReadAsync(cancellationToken);
            var buffer = read.Buffer;
            if (read.IsCanceled && Volatile.Read(ref _isCancelled))
            {
                _given = buffer.Slice(0, 0);
                return new ReadResult(_given, isCanceled: true, isCompleted: false);
            }

            var (taken, passed) = _toPass > 0 ? (0, Math.Min(_toPass, buffer.Length)) : _sorter.Look(buffer, isAll: read.IsCompleted);
            var hasAnswered = _answers.ToSend.WrittenCount > 0;
            if (hasAnswered)
            {
                var sent = await _output.SendAsync(_answers.ToSend, cancellationToken);
                if (sent.IsCompleted)
                {
                    _sorter.Leave();
                }
            }

            var isEnd = taken + passed == buffer.Length && _sorter.Before.WrittenCount == 0;
            var (from, to) = (buffer.GetPosition(taken), buffer.GetPosition(taken + passed));
            if (_sorter.Before.WrittenCount > 0)
            {
                _input.AdvanceTo(from, from);
                _first = new ReadOnlySequence<byte>(_sorter.Before.WrittenMemory);
            }
            else if (passed > 0 || (read.IsCompleted && isEnd))
            {
                _given = buffer.Slice(from, to);
                return new ReadResult(_given, isCanceled: false, read.IsCompleted && isEnd);
            }
            else
            {
                // Where something was taken, or so many answers were there that nothing was looked at, what is left is looked at next; otherwise
                // more of it has to come.
                _input.AdvanceTo(from, taken > 0 || hasAnswered ? from : buffer.End);
            }
        }

        _given = _first;
        return new ReadResult(_given, isCanceled: false, isCompleted: false);
    }

    /// <inheritdoc />
    public override bool TryRead(out ReadResult result)
    {
        // What is there may have to be answered first, and that may have to wait.
        result = default;
        return false;
    }

    /// <inheritdoc />
    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    /// <inheritdoc />
    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        var left = _given.Slice(consumed);
        if (_first.IsEmpty)
        {
            _toPass = left.Length;
            _input.AdvanceTo(consumed, examined);
            return;
        }

        _first = left;
        if (left.IsEmpty)
        {
            _sorter.Before.ResetWrittenCount();
        }
    }

    /// <inheritdoc />
    public override void CancelPendingRead()
    {
        Volatile.Write(ref _isCancelled, true);
        _input.CancelPendingRead();
    }

    /// <inheritdoc />
    public override void Complete(Exception? exception = null) => _input.Complete(exception);

    /// <inheritdoc />
    public void Dispose() => _holds.Dispose();

    /// <summary>Has calls that are held looked at when their time is over.</summary>
    private void TimeHolds()
    {
        if (_sorter.IsHolding && !Volatile.Read(ref _isTimed))
        {
            Volatile.Write(ref _isTimed, true);
            _holds.Change(FrameSorter.HoldFor, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>Calls that are held are looked at: whether the body has come, or is late.</summary>
    private void EndHolds()
    {
        Volatile.Write(ref _isTimed, false);
        _sorter.LookForLate();
        Wake();
    }

    /// <summary>Wakes who waits for more to come.</summary>
    private void Wake() => _input.CancelPendingRead();
}
