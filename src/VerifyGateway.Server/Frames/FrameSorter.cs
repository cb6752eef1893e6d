using System.Buffers;
using VerifyGateway.Caching.Coherence;
using VerifyGateway.Server.Direct;

namespace VerifyGateway.Server.Frames;

/// <summary>
/// What comes on a connection is either answered here or the web server's. Answered are calls whose headers are
/// <see cref="KnownHeaders">known</see>, byte for byte, to be those of a plain check, whose body comes soon, and which memory answers, or Redis. What is
/// unusual in any way is passed on as it came, and it is for the web server to say what is wrong with it. Frames are looked at when they are
/// whole, as the web server looks at them, and streams come to it in their order. For the thread that reads the connection.
/// </summary>
internal sealed class FrameSorter(FrameChecks checks, FrameAnswers answers, KnownHeaders known, FoundRecords found, Action wake)
{
    /// <summary>How long a call is held whose body does not come.</summary>
    public static readonly TimeSpan HoldFor = TimeSpan.FromMilliseconds(100);

    private const int MostToSend = 32 * 1024;
    private const int MostBefore = 64 * 1024;
    private const int MostBody = 4 * 1024;
    private const uint GrantFrom = 32 * 1024;
    private static readonly byte[] Preface = [.. "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8];

    private readonly SendReserve _reserve = new();
    private readonly HeldCalls _held = new();
    private readonly JoinedBytes _joined = new();
    private AskedCalls? _asked;
    private bool _isBegun;
    private bool _isTransparent;
    private bool _isContinued;
    private bool _isOut;
    private bool _isHeldLong;
    private uint _highest;
    private uint _highestPassed;
    private uint _ungranted;

    /// <summary>Frames for the web server that go before all others.</summary>
    public ArrayBufferWriter<byte> Before { get; } = new();

    /// <summary>True while there are calls whose body has not come, or that wait for Redis.</summary>
    public bool IsHolding => _held.Count > 0;

    /// <summary>True when calls do not wait for Redis any longer that are held yet.</summary>
    public bool HasEnded => _asked is { HasEnded: true } && !_isTransparent;

    /// <summary>The next look is for calls, too, that have been held for long enough. From any thread.</summary>
    public void LookForLate() => Volatile.Write(ref _isHeldLong, true);

    /// <summary>Answers calls until something comes that is for the web server.</summary>
    /// <param name="buffer">What is there.</param>
    /// <param name="isAll">True when nothing more comes: the web server is to have what is left.</param>
    /// <returns>Bytes that were taken, and bytes after them that are for the web server.</returns>
    public (long Taken, long Passed) Look(in ReadOnlySequence<byte> buffer, bool isAll)
    {
        if (_isTransparent || (!_isBegun && !Begins(buffer)))
        {
            return (0, _isTransparent || isAll ? buffer.Length : 0);
        }

        // What passes is looked at all the same: the table may change, and it may end with this.
        _isOut = checks.LeavesAll;
        if (_isOut)
        {
            Release(uint.MaxValue);
        }

        var now = checks.Now();
        AnswerAsked(now);
        if (Volatile.Read(ref _isHeldLong))
        {
            Volatile.Write(ref _isHeldLong, false);
            Release(_held.LastBefore(now.Timestamp - checks.Ticks(HoldFor)));
        }

        var (taken, end) = Look(_joined.Of(buffer), now);
        _asked?.Ask(_held);
        if (isAll && IsHolding)
        {
            taken = Copy(_joined.Of(buffer), taken, end);
            Release(uint.MaxValue);
        }

        return (taken, isAll || _isTransparent ? buffer.Length - taken : end - taken);
    }

    /// <summary>Looks at one frame after the other.</summary>
    /// <returns>
    /// Where what was taken ends, and where what is for the web server ends: nothing of that when something is in <see cref="Before"/>, where all of
    /// it is then, so that it goes to the web server at once.
    /// </returns>
    private (int Taken, int End) Look(ReadOnlySpan<byte> bytes, LeaseInstant now)
    {
        var (taken, at, answered) = (0, 0, 0);
        if (!_isBegun)
        {
            _isBegun = true;
            at = Preface.Length;
        }

        while (!_isTransparent && answers.ToSend.WrittenCount < MostToSend && Before.WrittenCount < MostBefore && Frame.TryRead(bytes[at..], out var frame))
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
                taken = Before.WrittenCount == 0 || _isTransparent ? taken : Copy(bytes, taken, at);
                continue;
            }

            // What is for the web server goes there before what is taken next.
            taken = at > taken ? Copy(bytes, taken, at) : at;
            if (headers is not null)
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

        checks.Answered(answered);
        return (taken, at);
    }

    /// <summary>Copies frames to <see cref="Before"/>; where they end.</summary>
    private int Copy(ReadOnlySpan<byte> bytes, int from, int to)
    {
        Before.Write(bytes[from..to]);
        return to;
    }

    /// <summary>All that comes from now on is the web server's.</summary>
    public void Leave()
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
            ? known.Find(frame.Payload, now.Timestamp)
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
            Frame.Write(Before, FrameType.Data, 0, frame.Stream, []);
            return true;
        }

        if (frame.Stream == 0 && _reserve.Take(frame.Grant) is > 0 and var left)
        {
            Frame.WriteGrant(Before, stream: 0, left);
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

        if (frame.Type == FrameType.Data && call.Asked is null && frame.Length <= MostBody && frame.Flags is 0 or Frame.EndStream && (frame.Length > 0) == (call.BodyLength == 0))
        {
            if (frame.Flags == 0 && frame.Length > 0)
            {
                call.Keep(frame.Payload);
                return true;
            }

            var body = frame.Length > 0 ? frame.Payload : call.Body;
            if (frame.Flags == Frame.EndStream && call.Headers.IsBody(body.Length) && _reserve.MaySend(FrameAnswers.MostBytes))
            {
                if (checks.TryAnswer(answers, frame.Stream, body, now, out var sent, out var miss))
                {
                    answered++;
                    End(held, sent, body.Length);
                    return true;
                }

                if (miss is not null && call.Headers.MayWait)
                {
                    Ask(ref call, body, miss);
                    return true;
                }
            }
        }

        Release(frame.Stream);
        return false;
    }

    /// <summary>A call has been answered.</summary>
    private void End(int held, int sent, int bodyBytes)
    {
        _reserve.Spend(sent);
        _held.Remove(held);
        Grant((uint)bodyBytes);
    }

    /// <summary>Holds a call for as long as Redis is asked.</summary>
    private void Ask(ref HeldCalls.Call call, ReadOnlySpan<byte> body, DirectMiss miss)
    {
        if (call.BodyLength == 0)
        {
            call.Keep(body);
        }

        call.Asked = miss;
        _asked ??= checks.Asking(wake);
        _asked.Add(call.Stream, miss);
    }

    /// <summary>Answers calls for which Redis was asked. Those of which it had not all go to the web server, and what was found with them.</summary>
    private void AnswerAsked(LeaseInstant now)
    {
        var (left, answered) = (0U, 0);
        while (_asked?.TakeEnded() is { } ended)
        {
            for (var at = 0; at < ended.Streams.Count; at++)
            {
                var held = _held.Find(ended.Streams[at]);
                if (held < 0)
                {
                    // It has gone to the web server meanwhile.
                    continue;
                }

                if (_reserve.MaySend(FrameAnswers.MostBytes) && checks.TryAnswer(answers, ended.Streams[at], ended.Misses[at], now, out var sent))
                {
                    answered++;
                    End(held, sent, _held[held].BodyLength);
                }
                else
                {
                    left = Math.Max(left, ended.Streams[at]);
                }
            }
        }

        Release(left);
        checks.Answered(answered);
    }

    /// <summary>Calls up to a stream that are held go to the web server.</summary>
    private void Release(uint through) => _highestPassed = Math.Max(_highestPassed, _held.Release(through, Before, found));

    /// <summary>The caller is granted room for what it has sent and the web server has not seen.</summary>
    private void Grant(uint bytes)
    {
        _ungranted += bytes;
        if (_ungranted >= GrantFrom)
        {
            Frame.WriteGrant(answers.ToSend, stream: 0, _ungranted);
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
                        Frame.WriteGrant(Before, stream: 0, left);
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
            known.Passes(frame.Stream, frame.Payload);
        }
        else if (frame.Flags != (Frame.EndHeaders | Frame.EndStream) || HeaderBlock.UseOf(frame.Payload) == TableUse.Changes)
        {
            // Not offered as those of a call: trailers, or a call without a body. Padding and the like are not looked into.
            known.TableChanges();
        }

        (_highestPassed, _highest) = (Math.Max(_highestPassed, frame.Stream), Math.Max(_highest, frame.Stream));
    }
}
