using System.Buffers;
using System.Buffers.Binary;
using VerifyGateway.Caching.Coherence;
using VerifyGateway.Caching.Memory;
using VerifyGateway.Server.Callers;
using VerifyGateway.Server.Checks;

namespace VerifyGateway.Server.Direct;

/// <summary>Why a <see cref="PlainStream"/> has stopped.</summary>
internal enum StreamStop
{
    /// <summary>The next message has not come yet, or not all of it.</summary>
    NotThere,

    /// <summary>The next message is not for it.</summary>
    NotPlain,

    /// <summary>As many answers as may be wait to be written; there is no place in hand.</summary>
    NoPlace,
}

/// <summary>
/// Answers the plain checks of one stream where their bytes are (see <see cref="PlainChecks"/>), so many at once that their look-ups run
/// beside one another. One thread at a time.
/// </summary>
internal sealed class PlainStream(PlainChecks checks, Caller caller, SeenTerminals seen, StreamAnswers answers, SemaphoreSlim places, TimeProvider time)
{
    private const int AtOnce = 16;
    private const int FrameHead = 5;

    // A check has at most a few hundred bytes.
    private const int LongestMessage = 2_048;

    // Rented for each stretch: a stream that is silent keeps nothing.
    private Item[] _items = [];
    private byte[] _room = [];
    private byte[] _apart = [];

    /// <summary>How many are taken together: few after one that could not be answered, as what was noted of those after it was for nothing.</summary>
    private int _together = 1;

    /// <summary>
    /// Answers checks from the beginning of what was read, and takes them from it. Needs a place for one answer in hand, and has one in
    /// hand afterwards unless there was none left.
    /// </summary>
    public StreamStop Answer(ref ReadOnlySequence<byte> read)
    {
        (_items, _room, _apart) = (ArrayPool<Item>.Shared.Rent(AtOnce), ArrayPool<byte>.Shared.Rent(AtOnce * StreamFrames.MostBytes), ArrayPool<byte>.Shared.Rent(2 * LongestMessage));
        try
        {
            StreamStop stop;
            while (AnswerSome(ref read, out stop))
            {
            }

            return stop;
        }
        finally
        {
            ArrayPool<Item>.Shared.Return(_items, clearArray: true);
            ArrayPool<byte>.Shared.Return(_room);
            ArrayPool<byte>.Shared.Return(_apart);
            (_items, _room, _apart) = ([], [], []);
        }
    }

    /// <summary>Answers some checks; false when the next is to wait, and why.</summary>
    private bool AnswerSome(ref ReadOnlySequence<byte> read, out StreamStop stop)
    {
        var frames = InOnePiece(read);
        var count = Find(frames, out stop);
        if (count == 0)
        {
            return false;
        }

        var answered = Answer(frames, count, out var length);
        read = read.Slice(length);
        _together = answered < count ? 1 : Math.Min(2 * _together, seen.AtMost == 0 ? AtOnce : Math.Min(AtOnce, seen.AtMost));
        if (answered < count)
        {
            // One place is for the check that was left.
            Release(count - answered - 1);
            stop = StreamStop.NotPlain;
            return false;
        }

        stop = StreamStop.NoPlace;
        return places.Wait(0);
    }

    /// <summary>Finds plain checks one after the other, and has their records fetched. Takes a place for each but the first.</summary>
    private int Find(ReadOnlySpan<byte> frames, out StreamStop stop)
    {
        stop = StreamStop.NoPlace;
        var at = 0;
        for (var count = 0; count < _together; count++)
        {
            if (!TryFrame(frames[at..], out var size, out var message, out stop) || (count > 0 && !places.Wait(0)))
            {
                return count;
            }

            ref var item = ref _items[count];
            if (!checks.TryRead(message, caller, ref item.Check, out item.Hashes))
            {
                Release(count > 0 ? 1 : 0);
                stop = StreamStop.NotPlain;
                return count;
            }

            at += size;
            (item.Length, item.End) = (message.Length, at);
        }

        return _together;
    }

    /// <summary>Answers checks that were found, up to one whose records are not there or too old.</summary>
    private int Answer(ReadOnlySpan<byte> frames, int count, out int length)
    {
        var items = _items.AsSpan(0, count);
        // Noted before the records are looked at, so that no change after that is missed.
        using (seen.Enter())
        {
            foreach (ref var item in items)
            {
                item.Noted = seen.Begin_NeedsLock(item.Hashes, item.In(frames));
            }
        }

        var now = new LeaseInstant(time.GetTimestamp(), time.GetUtcNow().ToUnixTimeMilliseconds());
        var written = new StreamFrames(_room);
        length = 0;
        foreach (ref var item in items)
        {
            var message = item.In(frames);
            var correlationId = item.Check.CorrelationIdIn(message);
            if (!checks.TryAnswer(message, item.Check, item.Hashes, caller, now, written.Place(correlationId), out var bytes))
            {
                break;
            }

            written.Take(correlationId, bytes);
            length = item.End;
        }

        answers.Add(written);
        using (seen.Enter())
        {
            foreach (ref var item in items)
            {
                if (item.Noted is { } noted)
                {
                    seen.End_NeedsLock(noted);
                }
            }
        }

        return written.Count;
    }

    /// <summary>What lies in one piece: when the first message does not, a copy of as much as is sure to have it.</summary>
    private ReadOnlySpan<byte> InOnePiece(in ReadOnlySequence<byte> read)
    {
        var first = read.FirstSpan;
        if (read.IsSingleSegment || TryFrame(first, out _, out _, out var why) || why == StreamStop.NotPlain)
        {
            return first;
        }

        var part = read.Slice(0, Math.Min(read.Length, _apart.Length));
        part.CopyTo(_apart);
        return _apart.AsSpan(0, (int)part.Length);
    }

    /// <summary>The check in the first frame, when there is a whole frame of one.</summary>
    private static bool TryFrame(ReadOnlySpan<byte> frames, out int size, out ReadOnlySpan<byte> check, out StreamStop why)
    {
        (size, why) = (0, StreamStop.NotThere);
        check = default;
        if (frames.Length < FrameHead)
        {
            return false;
        }

        var length = BinaryPrimitives.ReadUInt32BigEndian(frames[1..]);
        if (frames[0] != 0 || length > LongestMessage)
        {
            why = StreamStop.NotPlain;
            return false;
        }

        size = FrameHead + (int)length;
        if (frames.Length < size)
        {
            return false;
        }

        // The whole message is one field, as in a batch of one.
        why = StreamStop.NotPlain;
        var message = frames[FrameHead..size];
        return BatchChecks.TryNext(ref message, out check) && message.IsEmpty;
    }

    private void Release(int spare)
    {
        if (spare > 0)
        {
            places.Release(spare);
        }
    }

    private struct Item
    {
        public PlainCheck Check;
        public RecordHashes Hashes;
        public SeenTerminal? Noted;
        public int Length;
        public int End;

        public readonly ReadOnlySpan<byte> In(ReadOnlySpan<byte> frames) => frames[(End - Length)..End];
    }
}
