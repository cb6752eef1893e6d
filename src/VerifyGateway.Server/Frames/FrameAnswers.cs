using System.Buffers;
using System.Buffers.Binary;
using VerifyGateway.Caching;
using VerifyGateway.Caching.Coherence;
using VerifyGateway.Server.Callers;
using VerifyGateway.Server.Direct;

namespace VerifyGateway.Server.Frames;

/// <summary>
/// Answers to plain checks of one connection, in the frames that are sent: headers, the message, trailers. The headers are written without
/// the table that both ends keep, so they may stand between those of the web server. For the thread that reads the connection.
/// </summary>
internal sealed class FrameAnswers(PlainChecks checks, Caller caller, int mostMessageBytes)
{
    /// <summary>The most bytes of an answer that count against the caller's window.</summary>
    public const int MostBytes = GrpcHead + PlainAnswer.MostBytes;

    private const int GrpcHead = 5;

    // The static table's ":status: 200", then a literal of its name "content-type" (entry 31).
    private static readonly byte[] Headers = [0x88, 0x0F, 0x10, 16, .. "application/grpc"u8];
    private static readonly byte[] Trailers = [0x00, 11, .. "grpc-status"u8, 1, .. "0"u8];

    private static readonly int BeforeMessage = Frame.Head + Headers.Length + Frame.Head + GrpcHead;
    private static readonly int MostFrames = (3 * Frame.Head) + Headers.Length + MostBytes + Trailers.Length;

    /// <summary>What is to be sent.</summary>
    public ArrayBufferWriter<byte> ToSend { get; } = new();

    /// <summary>Answers a check from memory; or does nothing.</summary>
    /// <param name="stream">Its stream.</param>
    /// <param name="body">Its body.</param>
    /// <param name="began">When it was read.</param>
    /// <param name="sent">Bytes that count against the caller's window.</param>
    /// <param name="miss">The check, when it is plain and its records are not in memory but may be in Redis.</param>
    public bool TryAnswer(uint stream, ReadOnlySpan<byte> body, LeaseInstant began, out int sent, out DirectMiss? miss)
    {
        (sent, miss) = (0, null);
        if (body.Length < GrpcHead || body[0] != 0 || BinaryPrimitives.ReadUInt32BigEndian(body[1..]) != (uint)(body.Length - GrpcHead) || body.Length - GrpcHead > mostMessageBytes)
        {
            return false;
        }

        var message = body[GrpcHead..];
        PlainCheck check = default;
        if (!checks.TryRead(message, caller, ref check, out var hashes))
        {
            return false;
        }

        if (!checks.TryAnswer(message, check, hashes, caller, began, Place(), out var length))
        {
            miss = checks.HasRedis ? new DirectMiss(message.ToArray(), check, caller, began) : null;
            return false;
        }

        sent = Write(stream, length);
        return true;
    }

    /// <summary>Answers a check whose records were found and are fresh.</summary>
    /// <returns>Bytes that count against the caller's window.</returns>
    public int Answer(uint stream, DirectMiss miss, NearFinds found) => Write(stream, checks.Answer(miss, found, Place()));

    /// <summary>Place for a message, with room for the frames around it.</summary>
    private Span<byte> Place() => ToSend.GetSpan(MostFrames)[BeforeMessage..];

    /// <summary>Writes the frames around a message that is in its place.</summary>
    private int Write(uint stream, int length)
    {
        var to = ToSend.GetSpan(MostFrames);
        var data = to[(Frame.Head + Headers.Length)..];
        var sent = GrpcHead + length;
        Frame.WriteHead(to, Headers.Length, FrameType.Headers, Frame.EndHeaders, stream);
        Headers.CopyTo(to[Frame.Head..]);
        Frame.WriteHead(data, sent, FrameType.Data, 0, stream);
        data[Frame.Head] = 0;
        BinaryPrimitives.WriteInt32BigEndian(data[(Frame.Head + 1)..], length);
        var trailers = data[(Frame.Head + sent)..];
        Frame.WriteHead(trailers, Trailers.Length, FrameType.Headers, Frame.EndHeaders | Frame.EndStream, stream);
        Trailers.CopyTo(trailers[Frame.Head..]);
        ToSend.Advance(BeforeMessage + length + Frame.Head + Trailers.Length);
        return sent;
    }
}
