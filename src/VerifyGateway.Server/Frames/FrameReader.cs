using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using VerifyGateway.Caching.Coherence;

namespace VerifyGateway.Server.Frames;

/// <summary>
/// What comes on a connection, as the web server reads it: everything but the calls that are answered here, in front of it. Those are calls
/// whose headers are <see cref="KnownHeaders">known</see>, byte for byte, to be those of a plain check, whose body comes soon, and which memory
/// answers. What is unusual in any way is passed on as it came, and it is for the web server to say what is wrong with it. It reads whole
/// frames, as the web server does, and streams come to it in their order.
/// </summary>
internal sealed class FrameReader : PipeReader, IDisposable
{
    private const int MostToSend = 32 * 1024;
    private const int MostBody = 4 * 1024;
    private const uint GrantFrom = 32 * 1024;
    private static readonly TimeSpan HoldFor = TimeSpan.FromMilliseconds(100);
    private static readonly byte[] Preface = [.. "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8];

    private readonly FrameChecks _checks;
    private readonly PipeReader _input;
    private readonly SharedOutput _output;
    private readonly FrameAnswers _answers;
    private readonly KnownHeaders _known;
    private readonly SendReserve _reserve = new();
    private readonly HeldCalls _held = new();
    private readonly ArrayBufferWriter<byte> _before = new();
    private readonly JoinedBytes _joined = new();
    private readonly ITimer _holds;
    private ReadOnlySequence<byte> _given;
    private ReadOnlySequence<byte> _first;
    private long _toPass;
    private bool _isBegun;
    private bool _isTransparent;
    private bool _isContinued;
    private bool _isOut;
    private bool _isCancelled;
    private bool _isTimed;
    private bool _isHeldLong;
    private uint _highest;
    private uint _highestPassed;
    private uint _ungranted;

    /// <summary>Reads a connection.</summary>
    public FrameReader(FrameChecks checks, PipeReader input, SharedOutput output, FrameAnswers answers, KnownHeaders known)
    {
        (_checks, _input, _output, _answers, _known) = (checks, input, output, answers, known);
        _holds = checks.Time.CreateTimer(static reader => ((FrameReader)reader!).EndHolds(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <inheritdoc />
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public override async ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        while (_first.IsEmpty)
        {
            TimeHolds();
            var read = await _input.ReadAsync(cancellationToken);
            var buffer = read.Buffer;
            if (read.IsCanceled && Volatile.Read(ref _isCancelled))
            {
                _given = buffer.Slice(0, 0);
                return new ReadResult(_given, isCanceled: true, isCompleted: false);
            }

            var (taken, passed) = Look(buffer, isAll: read.IsCompleted);
            if (_answers.ToSend.WrittenCount > 0)
            {
                var sent = await _output.SendAsync(_answers.ToSend, cancellationToken);
                _isTransparent |= sent.IsCompleted;
            }

            var isEnd = taken + passed == buffer.Length && _before.WrittenCount == 0;
            var (from, to) = (buffer.GetPosition(taken), buffer.GetPosition(taken + passed));
            if (_before.WrittenCount > 0)
            {
                _input.AdvanceTo(from, from);
                _first = new ReadOnlySequence<byte>(_before.WrittenMemory);
            }
            else if (passed > 0 || (read.IsCompleted && isEnd))
            {
                _given = buffer.Slice(from, to);
                return new ReadResult(_given, isCanceled: false, read.IsCompleted && isEnd);
            }
            else
            {
                // Where something was taken, what comes after it is looked at next; where nothing was, more of it has to come.
                _input.AdvanceTo(from, taken > 0 ? from : buffer.End);
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
            _before.ResetWrittenCount();
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
        if (_held.Count > 0 && !Volatile.Read(ref _isTimed))
        {
            Volatile.Write(ref _isTimed, true);
            _holds.Change(HoldFor, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>Wakes who waits for the body of a call: it is looked at whether the body has come, or is late.</summary>
    private void EndHolds()
    {
        Volatile.Write(ref _isTimed, false);
        Volatile.Write(ref _isHeldLong, true);
        _input.CancelPendingRead();
    }

    /// <summary>Answers calls until something comes that is for the web server.</summary>
    /// <param name="buffer">What is there.</param>
    /// <param name="isAll">True when nothing more comes: the web server is to have what is left.</param>
    /// <returns>Bytes that were taken, and bytes after them that are for the web server.</returns>
    private (long Taken, long Passed) Look(in ReadOnlySequence<byte> buffer, bool isAll)
    {
        if (_toPass > 0)
        {
            return (0, Math.Min(_toPass, buffer.Length));
        }

        if (_isTransparent || (!_isBegun && !Begins(buffer)))
        {
            return (0, _isTransparent || isAll ? buffer.Length : 0);
        }

        // What passes is looked at all the same: the table may change, and it may end with this.
        _isOut = _checks.IsStopping;
        if (_isOut)
        {
            Release(uint.MaxValue);
        }

        var now = _checks.Now();
        if (Volatile.Read(ref _isHeldLong))
        {
            Volatile.Write(ref _isHeldLong, false);
            Release(_held.LastBefore(now.Timestamp - _checks.Ticks(HoldFor)));
        }

        var (taken, end) = Look(_joined.Of(buffer), now);
        if (isAll && _before.WrittenCount == 0)
        {
            Release(uint.MaxValue);
        }

        return (taken, isAll || _isTransparent ? buffer.Length - taken : end - taken);
    }

    /// <summary>Looks at one frame after the other.</summary>
    /// <returns>Where what was taken ends, and where what is for the web server ends.</returns>
    private (int Taken, int End) Look(ReadOnlySpan<byte> bytes, LeaseInstant now)
    {
        var (taken, at, answered) = (0, 0, 0);
        if (!_isBegun)
        {
            _isBegun = true;
            at = Preface.Length;
        }

        while (_before.WrittenCount == 0 && !_isTransparent && _answers.ToSend.WrittenCount < MostToSend && Frame.TryRead(bytes[at..], out var frame))
        {
            if (frame.Length > Frame.MostPayload)
            {
                // The web server ends a connection with a frame that is too long.
                Leave();
                break;
            }

            if (!frame.IsWhole)
            {
                break;
            }

            var held = _held.Count == 0 ? -1 : _held.Find(frame.Stream);
            var headers = frame.Type == FrameType.Headers && held < 0 ? Known(frame, now) : null;
            if (held < 0 && headers is null && !IsTaken(frame))
            {
                Pass(frame);
                at += frame.Size;
            }
            else if (at > taken)
            {
                // What comes before it goes to the web server first.
                break;
            }
            else if (headers is not null)
            {
                _held.Add(frame.Stream, headers, now.Timestamp);
                _highest = frame.Stream;
                taken = at += frame.Size;
            }
            else if (held >= 0 ? TakeBody(held, frame, now, ref answered) : Take(frame))
            {
                taken = at += frame.Size;
            }
        }

        _checks.Answered(answered);
        return (taken, at);
    }

    /// <summary>All that comes from now on is the web server's.</summary>
    private void Leave()
    {
        _isTransparent = true;
        Release(uint.MaxValue);
    }

    private bool Begins(in ReadOnlySequence<byte> buffer)
    {
        var begin = _joined.Of(buffer);
        var length = Math.Min(begin.Length, Preface.Length);
        _isTransparent = !begin[..length].SequenceEqual(Preface.AsSpan(0, length));
        return length == Preface.Length && !_isTransparent;
    }

    /// <summary>The block of headers that begins a call, when it is known.</summary>
    private KnownHeaders.Block? Known(in Frame frame, LeaseInstant now) =>
        frame.Flags == Frame.EndHeaders && !_isContinued && !_isOut && frame.Stream > _highest && (frame.Stream & 1) == 1 && _held.HasRoom && _reserve.MaySend(FrameAnswers.MostBytes)
            ? _known.Find(frame.Payload, now.Timestamp)
            : null;

    /// <summary>True for a frame that the web server must not see as it is, or not yet.</summary>
    private bool IsTaken(in Frame frame) => !_isContinued && frame.Type switch
    {
        // Calls come to it in the order of their streams, and headers as they were packed.
        FrameType.Headers => _held.Count > 0 || IsOver(frame.Stream),
        // It ends the connection when no call is under way.
        FrameType.GoAway => _held.Count > 0,
        FrameType.WindowUpdate when frame.Stream == 0 => frame.Grant > 0 && _reserve.IsWanting(frame.Grant),
        // It does not know of a stream that was answered here, and would end the connection.
        FrameType.WindowUpdate => frame.Grant > 0 && IsOver(frame.Stream),
        FrameType.ResetStream => frame.Length == sizeof(uint) && IsOver(frame.Stream),
        _ => false,
    };

    /// <summary>True for a stream of which the web server would think that it has not begun.</summary>
    private bool IsOver(uint stream) => stream > _highestPassed && stream <= _highest && (stream & 1) == 1;

    /// <summary>Takes a frame, and puts another in its place where there is one; or has calls that are held go before it.</summary>
    private bool Take(in Frame frame)
    {
        if (frame.Type is FrameType.Headers or FrameType.GoAway)
        {
            if (_held.Count > 0)
            {
                Release(uint.MaxValue);
                return false;
            }

            // A stream that is over begins again. To the web server it would be a new one: it gets what it ends the connection with.
            Frame.Write(_before, FrameType.Data, 0, frame.Stream, []);
            return true;
        }

        if (frame.Stream == 0 && _reserve.Take(frame.Grant) is > 0 and var left)
        {
            Frame.WriteGrant(_before, stream: 0, left);
        }

        return true;
    }

    /// <summary>Takes the body of a call that is held, and answers it when all is there; or has the call go to the web server.</summary>
    private bool TakeBody(int held, in Frame frame, LeaseInstant now, ref int answered)
    {
        ref var call = ref _held[held];
        if (frame.Type == FrameType.WindowUpdate && frame.Grant > 0 && call.Granted + frame.Grant <= int.MaxValue)
        {
            // C++'s gRPC sends one with every call, before the body.
            call.Granted += frame.Grant;
            return true;
        }

        if (frame.Type == FrameType.Data && frame.Length <= MostBody && frame.Flags is 0 or Frame.EndStream && (frame.Length > 0) == (call.BodyLength == 0))
        {
            if (frame.Flags == 0 && frame.Length > 0)
            {
                call.Keep(frame.Payload);
                return true;
            }

            var body = frame.Length > 0 ? frame.Payload : call.Body;
            if (frame.Flags == Frame.EndStream && call.Headers.IsBody(body.Length) && _reserve.MaySend(FrameAnswers.MostBytes)
                && _checks.TryAnswer(_answers, frame.Stream, body, now, out var sent))
            {
                answered++;
                _reserve.Spend(sent);
                _held.Remove(held);
                Grant((uint)body.Length);
                return true;
            }
        }

        Release(frame.Stream);
        return false;
    }

    /// <summary>Calls up to a stream that are held go to the web server.</summary>
    private void Release(uint through) => _highestPassed = Math.Max(_highestPassed, _held.Release(through, _before));

    /// <summary>The caller is granted room for what it has sent and the web server has not seen.</summary>
    private void Grant(uint bytes)
    {
        _ungranted += bytes;
        if (_ungranted >= GrantFrom)
        {
            Frame.WriteGrant(_answers.ToSend, stream: 0, _ungranted);
            _ungranted = 0;
        }
    }

    /// <summary>A frame goes to the web server.</summary>
    private void Pass(in Frame frame)
    {
        switch (frame.Type)
        {
            case FrameType.Headers:
                PassHeaders(frame);
                break;
            case FrameType.Continuation:
                _isContinued &= (frame.Flags & Frame.EndHeaders) == 0;
                break;
            case FrameType.Settings when frame.Flags != Frame.Ack:
                if (!_reserve.Read(frame.Payload))
                {
                    Leave();
                    if (_reserve.GiveBack() is > 0 and var left)
                    {
                        Frame.WriteGrant(_before, stream: 0, left);
                    }
                }

                break;
        }
    }

    private void PassHeaders(in Frame frame)
    {
        _isContinued = (frame.Flags & Frame.EndHeaders) == 0;
        if (frame.Flags == Frame.EndHeaders && frame.Stream > _highest)
        {
            _known.Passes(frame.Stream, frame.Payload);
        }
        else if (frame.Flags != (Frame.EndHeaders | Frame.EndStream) || HeaderBlock.UseOf(frame.Payload) == TableUse.Changes)
        {
            // Not offered as those of a call: trailers, or a call without a body. Padding and the like are not looked into.
            _known.TableChanges();
        }

        (_highestPassed, _highest) = (Math.Max(_highestPassed, frame.Stream), Math.Max(_highest, frame.Stream));
    }
}
