using System.Buffers;
using System.Buffers.Binary;

namespace VerifyGateway.Server.Frames;

/// <summary>Types of HTTP/2 frames, RFC 9113 section 6.</summary>
internal enum FrameType : byte
{
    /// <summary>A piece of a body.</summary>
    Data = 0,
    /// <summary>Headers or trailers.</summary>
    Headers = 1,
    /// <summary>Ends a stream.</summary>
    ResetStream = 3,
    /// <summary>What the peer wants.</summary>
    Settings = 4,
    /// <summary>The peer begins no more streams.</summary>
    GoAway = 7,
    /// <summary>Room for more.</summary>
    WindowUpdate = 8,
    /// <summary>More of headers.</summary>
    Continuation = 9,
}

/// <summary>An HTTP/2 frame where its bytes are, RFC 9113 section 4.1.</summary>
internal readonly ref struct Frame
{
    /// <summary>Bytes before the payload.</summary>
    public const int Head = 9;

    /// <summary>Flag of <see cref="FrameType.Data"/> and <see cref="FrameType.Headers"/>: the stream's last.</summary>
    public const byte EndStream = 1;

    /// <summary>Flag of <see cref="FrameType.Settings"/>: has been read.</summary>
    public const byte Ack = 1;

    /// <summary>Flag of <see cref="FrameType.Headers"/>: nothing continues them.</summary>
    public const byte EndHeaders = 4;

    /// <summary>The longest payload that a peer may send which was not told of more, bytes.</summary>
    public const int MostPayload = 16_384;

    private readonly ReadOnlySpan<byte> _bytes;

    private Frame(ReadOnlySpan<byte> bytes, int length)
    {
        _bytes = bytes;
        Length = length;
    }

    /// <summary>Bytes of the payload.</summary>
    public int Length { get; }

    /// <summary>Its type.</summary>
    public FrameType Type => (FrameType)_bytes[3];

    /// <summary>Its flags, which each type has its own of.</summary>
    public byte Flags => _bytes[4];

    /// <summary>Its stream; 0 for the connection.</summary>
    public uint Stream => BinaryPrimitives.ReadUInt32BigEndian(_bytes[5..]) & int.MaxValue;

    /// <summary>Bytes of head and payload.</summary>
    public int Size => Head + Length;

    /// <summary>True when all of it is there.</summary>
    public bool IsWhole => _bytes.Length >= Size;

    /// <summary>The payload, of a frame that is whole.</summary>
    public ReadOnlySpan<byte> Payload => _bytes.Slice(Head, Length);

    /// <summary>What a whole frame of type <see cref="FrameType.WindowUpdate"/> grants, bytes; 0 when it is not as it has to be.</summary>
    public uint Grant => Length == sizeof(uint) ? BinaryPrimitives.ReadUInt32BigEndian(Payload) & int.MaxValue : 0;

    /// <summary>Reads the head of the frame that begins here; false when that is not all there.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out Frame frame)
    {
        if (bytes.Length < Head)
        {
            frame = default;
            return false;
        }

        frame = new Frame(bytes, (int)(BinaryPrimitives.ReadUInt32BigEndian(bytes) >> 8));
        return true;
    }

    /// <summary>Writes the head of a frame.</summary>
    public static void WriteHead(Span<byte> to, int length, FrameType type, byte flags, uint stream)
    {
        BinaryPrimitives.WriteUInt32BigEndian(to, (uint)length << 8);
        to[3] = (byte)type;
        to[4] = flags;
        BinaryPrimitives.WriteUInt32BigEndian(to[5..], stream);
    }

    /// <summary>Writes a frame.</summary>
    public static void Write(ArrayBufferWriter<byte> to, FrameType type, byte flags, uint stream, ReadOnlySpan<byte> payload)
    {
        WriteHead(to.GetSpan(Head), payload.Length, type, flags, stream);
        to.Advance(Head);
        to.Write(payload);
    }

    /// <summary>Writes a grant.</summary>
    /// <param name="to">Is written to.</param>
    /// <param name="stream">The stream that it is for; 0 for the connection.</param>
    /// <param name="bytes">So much may be sent more.</param>
    public static void WriteGrant(ArrayBufferWriter<byte> to, uint stream, uint bytes)
    {
        Span<byte> number = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32BigEndian(number, bytes);
        Write(to, FrameType.WindowUpdate, 0, stream, number);
    }
}
