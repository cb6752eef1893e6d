using System.Buffers.Binary;
using System.Text;

namespace VerifyGateway.Server.Tests.Frames;

/// <summary>Bytes of HTTP/2, put together by hand.</summary>
internal static class Wire
{
    public const byte Data = 0;
    public const byte Headers = 1;
    public const byte Reset = 3;
    public const byte Settings = 4;
    public const byte Ping = 6;
    public const byte GoAway = 7;
    public const byte WindowUpdate = 8;
    public const byte Continuation = 9;
    public const byte EndStream = 1;
    public const byte EndHeaders = 4;

    public const string CheckStatus = "/verifygateway.v1.VerificationService/CheckStatus";

    public static byte[] Preface { get; } = [.. "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8];

    /// <summary>What begins a connection whose caller grants as much as it can.</summary>
    public static byte[] Begin { get; } = [.. Preface, .. Frame(Settings, 0, 0), .. Grant(0, 1 << 30)];

    /// <summary>Headers of a check that have nothing to do with the table.</summary>
    public static byte[] PlainBlock { get; } = Block(CheckStatus);

    public static byte[] Frame(byte type, byte flags, uint stream, params byte[] payload)
    {
        var frame = new byte[9 + payload.Length];
        BinaryPrimitives.WriteUInt32BigEndian(frame, (uint)payload.Length << 8);
        (frame[3], frame[4]) = (type, flags);
        BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(5), stream);
        payload.CopyTo(frame, 9);
        return frame;
    }

    public static byte[] Grant(uint stream, uint bytes) => Frame(WindowUpdate, 0, stream, Number(bytes));

    public static byte[] Number(uint value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        return bytes;
    }

    public static void Number(byte[] bytes, int at, uint value) => BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(at), value);

    /// <summary>The head of a call, and its body in one piece.</summary>
    public static byte[] Call(uint stream, byte[] block, byte[] body) => [.. Frame(Headers, EndHeaders, stream, block), .. Frame(Data, EndStream, stream, body)];

    /// <summary>Headers of a call, each a literal that is not put into the table.</summary>
    public static byte[] Block(string path, params (string Name, string Value)[] more) =>
    [
        0x83, 0x86, .. Literal(0x00, 4, path), .. Literal(0x00, 1, "gateway"), .. New(0x00, "content-type", "application/grpc"), .. New(0x00, "te", "trailers"),
        .. more.SelectMany(static it => New(0x00, it.Name, it.Value)),
    ];

    /// <summary>A literal whose name is an entry of the static table.</summary>
    public static byte[] Literal(byte kind, int entry, string value)
    {
        var most = kind == 0x40 ? 0x3F : 0x0F;
        byte[] name = entry < most ? [(byte)(kind | entry)] : [(byte)(kind | most), (byte)(entry - most)];
        return [.. name, .. Text(value)];
    }

    /// <summary>A literal with a name of its own.</summary>
    public static byte[] New(byte kind, string name, string value) => [kind, .. Text(name), .. Text(value)];

    /// <summary>The frames in bytes, which have to be whole.</summary>
    public static IReadOnlyList<WireFrame> Frames(byte[] bytes)
    {
        var frames = new List<WireFrame>();
        for (var at = 0; at < bytes.Length;)
        {
            var length = (int)(BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(at)) >> 8);
            Assert.True(bytes.Length >= at + 9 + length, "a frame that is not whole");
            frames.Add(new WireFrame(bytes[at + 3], bytes[at + 4], BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(at + 5)), bytes[(at + 9)..(at + 9 + length)]));
            at += 9 + length;
        }

        return frames;
    }

    public static byte[] Text(string text) => text.Length < 127 ? [(byte)text.Length, .. Encoding.ASCII.GetBytes(text)] : [127, (byte)(text.Length - 127), .. Encoding.ASCII.GetBytes(text)];
}

/// <summary>A frame.</summary>
internal sealed record WireFrame(byte Type, byte Flags, uint Stream, byte[] Payload)
{
    public uint Number => BinaryPrimitives.ReadUInt32BigEndian(Payload);

    public byte[] Bytes => Wire.Frame(Type, Flags, Stream, Payload);
}
