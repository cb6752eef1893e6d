using System.Buffers;
using VerifyGateway.Server.Direct;

namespace VerifyGateway.Server.Frames;

/// <summary>
/// Calls whose headers have come and are known, and whose body has not, or not all: callers send the headers of several calls before the
/// body of the first. And those that wait for Redis. In the order of their streams. For the thread that reads the connection.
/// </summary>
internal sealed class HeldCalls
{
    /// <summary>As many as a caller may have under way.</summary>
    private const int Most = 200;

    // Those that are held are from _first to _end.
    private Call[] _calls = new Call[16];
    private int _first;
    private int _end;

    /// <summary>How many are held.</summary>
    public int Count => _end - _first;

    /// <summary>True when one more may be held.</summary>
    public bool HasRoom => Count < Most;

    /// <summary>Holds a call.</summary>
    public void Add(uint stream, KnownHeaders.Block headers, long since)
    {
        if (_end == _calls.Length && Count > _calls.Length / 2)
        {
            Array.Resize(ref _calls, 2 * _calls.Length);
        }
        else if (_end == _calls.Length)
        {
            for (var at = _first; at < _end; at++)
            {
                // The places change, so that a place's array is kept.
                (_calls[at - _first], _calls[at]) = (_calls[at], _calls[at - _first]);
            }

            (_first, _end) = (0, Count);
        }

        ref var call = ref _calls[_end++];
        (call.Stream, call.Headers, call.Since, call.BodyLength, call.Granted, call.Asked) = (stream, headers, since, 0, 0, null);
    }

    /// <summary>Where a stream's call is; less than 0 when it is not held.</summary>
    public int Find(uint stream)
    {
        for (var at = _first; at < _end; at++)
        {
            if (_calls[at].Stream == stream)
            {
                return at;
            }
        }

        return -1;
    }

    /// <summary>The call there.</summary>
    public ref Call this[int at] => ref _calls[at];

    /// <summary>Holds the call there no longer.</summary>
    public void Remove(int at)
    {
        for (; at > _first; at--)
        {
            (_calls[at], _calls[at - 1]) = (_calls[at - 1], _calls[at]);
        }

        _calls[_first++].Asked = null;
        BeginAgainWhenEmpty();
    }

    /// <summary>The last stream whose headers came by then; 0 when there is none.</summary>
    public uint LastBefore(long timestamp)
    {
        var last = 0U;
        for (var at = _first; at < _end && _calls[at].Since <= timestamp; at++)
        {
            last = _calls[at].Stream;
        }

        return last;
    }

    /// <summary>Holds no call up to a stream any longer, and writes their frames as they came, but for grants: those of a stream become one.</summary>
    /// <param name="through">The last stream that is held no longer.</param>
    /// <param name="to">Is written to.</param>
    /// <param name="found">Gets what was found of their records.</param>
    /// <returns>The last stream that was held; 0 when there was none.</returns>
    public uint Release(uint through, ArrayBufferWriter<byte> to, FoundRecords found)
    {
        var last = 0U;
        for (; _first < _end && _calls[_first].Stream <= through; _first++)
        {
            ref var call = ref _calls[_first];
            last = call.Stream;
            Frame.Write(to, FrameType.Headers, Frame.EndHeaders, call.Stream, call.Headers.Bytes);
            if (call.Granted > 0)
            {
                Frame.WriteGrant(to, call.Stream, call.Granted);
            }

            if (call.BodyLength > 0)
            {
                Frame.Write(to, FrameType.Data, call.Asked is null ? (byte)0 : Frame.EndStream, call.Stream, call.Body);
            }

            if (call.Asked?.Found is { } near)
            {
                found.Keep(call.Stream, near);
            }

            call.Asked = null;
        }

        BeginAgainWhenEmpty();
        return last;
    }

    /// <summary>Few places are used again and again, not all in turn: each that was used keeps room for a body.</summary>
    private void BeginAgainWhenEmpty() => (_first, _end) = _first == _end ? (0, 0) : (_first, _end);

    /// <summary>A call that is held.</summary>
    internal struct Call
    {
        private byte[]? _body;

        /// <summary>Its stream.</summary>
        public uint Stream;

        /// <summary>Its headers.</summary>
        public KnownHeaders.Block Headers;

        /// <summary>When its headers came.</summary>
        public long Since;

        /// <summary>Room that the caller grants for its answer, beside what every stream has, bytes.</summary>
        public uint Granted;

        /// <summary>What is asked of Redis for it, whose body is all here; null as long as nothing is.</summary>
        public DirectMiss? Asked;

        /// <summary>Bytes of the body that are here.</summary>
        public int BodyLength;

        /// <summary>What is here of the body.</summary>
        public readonly ReadOnlySpan<byte> Body => _body.AsSpan(0, BodyLength);

        /// <summary>Keeps the body, of which the end has not come, or which waits for an answer.</summary>
        public void Keep(ReadOnlySpan<byte> body)
        {
            if (_body is null || _body.Length < body.Length)
            {
                _body = new byte[Math.Max(body.Length, 128)];
            }

            body.CopyTo(_body);
            BodyLength = body.Length;
        }
    }
}
