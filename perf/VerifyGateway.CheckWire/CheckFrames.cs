using System.Buffers.Binary;
using System.Text;

namespace VerifyGateway.CheckWire;

/// <summary>
/// The frames of an HTTP/2 connection for CheckStatus calls whose bodies were made before: puts together what is sent, and takes apart what
/// has come. It takes less of the processor than the gateway that is asked, as no client of a library does. Speaks only what it needs:
/// headers are not decoded, so an answer without a message is a failure. For one thread; owns no socket.
/// </summary>
public sealed class CheckFrames
{
    /// <summary>The method's path.</summary>
    public const string Path = "/verifygateway.v1.VerificationService/CheckStatus";

    private const byte Data = 0;
    private const byte Headers = 1;
    private const byte ResetStream = 3;
    private const byte Settings = 4;
    private const byte Ping = 6;
    private const byte GoAway = 7;
    private const byte WindowUpdate = 8;
    private const byte EndStream = 1;
    private const byte EndHeaders = 4;
    private const byte Ack = 1;
    private const int FrameHead = 9;

    // Indexed: POST, http; then the four that the first request has put into the table, newest first.
    private static readonly byte[] KnownHeaders = [0x83, 0x86, 0xC1, 0xC0, 0xBF, 0xBE];

    private readonly byte[] _in = new byte[256 * 1024];
    private readonly byte[] _firstHeaders;
    private byte[] _out = new byte[64 * 1024];
    private int _outFrom;
    private int _outTo;
    private int _inLength;
    private uint _unacknowledged;

    /// <summary>Begins with what every connection begins with.</summary>
    public CheckFrames(Uri gateway)
    {
        _firstHeaders = FirstHeaders(gateway.Authority);
        Write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8);
        // Nothing is pushed; what the gateway sends at most before it is told of room for more: a large initial window, for streams and for all.
        Frame(Settings, 0, 0, [0, 2, 0, 0, 0, 0, 0, 4, 0x3F, 0xFF, 0xFF, 0xFF]);
        Frame(WindowUpdate, 0, 0, [0x3F, 0xFF, 0, 0]);
    }

    /// <summary>What is to be sent.</summary>
    public ReadOnlySpan<byte> ToSend => _out.AsSpan(_outFrom, _outTo - _outFrom);

    /// <summary>Where what comes is put.</summary>
    public Span<byte> Room => _in.AsSpan(_inLength);

    /// <summary>Number of the next call's stream.</summary>
    public uint NextStream { get; private set; } = 1;

    /// <summary>Puts a call with this body, framed as gRPC does, to what is to be sent.</summary>
    public void Ask(ReadOnlySpan<byte> body)
    {
        Frame(Headers, EndHeaders, NextStream, NextStream == 1 ? _firstHeaders : KnownHeaders);
        Frame(Data, EndStream, NextStream, body);
        NextStream += 2;
    }

    /// <summary>So many bytes have been sent.</summary>
    public void Sent(int bytes)
    {
        _outFrom += bytes;
        if (_outFrom == _outTo)
        {
            (_outFrom, _outTo) = (0, 0);
        }
    }

    /// <summary>Takes apart what was put into <see cref="Room"/>.</summary>
    /// <param name="bytes">So much was put there; 0 when the gateway has closed the connection.</param>
    /// <param name="to">Is told of it.</param>
    /// <exception cref="IOException">The gateway ends the connection.</exception>
    public void Came(int bytes, ICheckAnswers to)
    {
        if (bytes == 0)
        {
            throw new IOException("The gateway has closed the connection.");
        }

        _inLength += bytes;
        var at = 0;
        while (_inLength - at >= FrameHead)
        {
            var length = (_in[at] << 16) | (_in[at + 1] << 8) | _in[at + 2];
            if (_inLength - at < FrameHead + length)
            {
                break;
            }

            var stream = BinaryPrimitives.ReadUInt32BigEndian(_in.AsSpan(at + 5));
            Take(_in[at + 3], _in[at + 4], stream, _in.AsSpan(at + FrameHead, length), to);
            at += FrameHead + length;
        }

        _in.AsSpan(at, _inLength - at).CopyTo(_in);
        _inLength -= at;
    }

    private static byte[] FirstHeaders(string authority)
    {
        using var block = new MemoryStream();
        // Literals that are put into the table: :authority, :path and content-type by the number of their name, te by name.
        block.Write([0x83, 0x86, 0x41]);
        Text(authority);
        block.WriteByte(0x44);
        Text(Path);
        block.WriteByte(0x5F);
        Text("application/grpc");
        block.WriteByte(0x40);
        Text("te");
        Text("trailers");
        return block.ToArray();

        void Text(string text)
        {
            block.WriteByte((byte)text.Length);
            block.Write(Encoding.ASCII.GetBytes(text));
        }
    }

    private void Take(byte type, byte flags, uint stream, ReadOnlySpan<byte> content, ICheckAnswers to)
    {
        switch (type)
        {
            case Data:
                to.Take(stream, content);
                Acknowledge(content.Length);
                break;
            case Settings when (flags & Ack) == 0:
                Frame(Settings, Ack, 0, []);
                break;
            case Ping when (flags & Ack) == 0:
                Frame(Ping, Ack, 0, content);
                break;
            case GoAway:
                throw new IOException("The gateway ends the connection.");
            case ResetStream:
                to.CallOver(stream, isReset: true);
                break;
        }

        if (type is Data or Headers && (flags & EndStream) != 0)
        {
            to.CallOver(stream, isReset: false);
        }
    }

    /// <summary>Tells the gateway of room for more, now and then.</summary>
    private void Acknowledge(int bytes)
    {
        _unacknowledged += (uint)bytes;
        if (_unacknowledged > 1 << 20)
        {
            Span<byte> more = stackalloc byte[sizeof(uint)];
            BinaryPrimitives.WriteUInt32BigEndian(more, _unacknowledged);
            Frame(WindowUpdate, 0, 0, more);
            _unacknowledged = 0;
        }
    }

    private void Frame(byte type, byte flags, uint stream, ReadOnlySpan<byte> content)
    {
        Span<byte> head = [(byte)(content.Length >> 16), (byte)(content.Length >> 8), (byte)content.Length, type, flags, 0, 0, 0, 0];
        BinaryPrimitives.WriteUInt32BigEndian(head[5..], stream);
        Write(head);
        Write(content);
    }

    private void Write(ReadOnlySpan<byte> bytes)
    {
        if (_outTo + bytes.Length > _out.Length)
        {
            Array.Resize(ref _out, 2 * (_outTo + bytes.Length));
        }

        bytes.CopyTo(_out.AsSpan(_outTo));
        _outTo += bytes.Length;
    }
}
