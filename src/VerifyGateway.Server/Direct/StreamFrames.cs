using System.Buffers.Binary;
using VerifyGateway.V1;

namespace VerifyGateway.Server.Direct;

/// <summary>Answers of a stream, each as the frame of a StreamCheckStatusResponse, one behind the other. For one thread.</summary>
/// <param name="room">Room for <see cref="MostBytes"/> for each of them.</param>
internal struct StreamFrames(byte[] room)
{
    /// <summary>The most bytes of one.</summary>
    public const int MostBytes = PlainAnswer.MostBytes + MostHead;

    private const int FrameHead = 5;

    // Of an answer of less than 124 bytes: its own length, and that of the result that it is in, take a byte each.
    private const int UsualHead = FrameHead + 4;
    private const int MostHead = FrameHead + 2 + 64 + 6;

    private int _length;

    /// <summary>What was written.</summary>
    public readonly ReadOnlySpan<byte> Written => room.AsSpan(0, _length);

    /// <summary>How many there are.</summary>
    public int Count { get; private set; }

    /// <summary>Where the answer to a check is to be written.</summary>
    public readonly Span<byte> Place(ReadOnlySpan<byte> correlationId) => room.AsSpan(_length + UsualHead + SizeOf(correlationId), PlainAnswer.MostBytes);

    /// <summary>Takes the answer that was written to its place.</summary>
    public void Take(ReadOnlySpan<byte> correlationId, int length)
    {
        var result = 1 + WireWriter.SizeOf((ulong)length) + length;
        var message = SizeOf(correlationId) + 1 + WireWriter.SizeOf((ulong)result) + result;
        var head = FrameHead + message - length;
        var usual = UsualHead + SizeOf(correlationId);
        var to = room.AsSpan(_length);
        if (head != usual)
        {
            to.Slice(usual, length).CopyTo(to[head..]);
        }

        to[0] = 0;
        BinaryPrimitives.WriteInt32BigEndian(to[1..], message);
        var fields = new WireWriter(to[FrameHead..]);
        fields.Bytes(StreamCheckStatusResponse.CorrelationIdFieldNumber, correlationId);
        fields.Begin(StreamCheckStatusResponse.ResultFieldNumber, result);
        fields.Begin(CheckResult.AnswerFieldNumber, length);
        _length += head + length;
        Count++;
    }

    private static int SizeOf(ReadOnlySpan<byte> correlationId) => correlationId.IsEmpty ? 0 : 2 + correlationId.Length;
}
