using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;

namespace VerifyGateway.Coherence;

/// <summary>
/// One HTTP/2 connection that sends CheckStatus calls with bodies made before, so many at a time, and looks at what comes back. A client of
/// a library takes more of the processor than the gateway that it asks; this one takes a few microseconds a call. Speaks only what it needs:
/// headers are not decoded, an answer without a message is a failure. For one thread.
/// </summary>
internal sealed class CheckConnection : IDisposable
{
    private const byte Data = 0;
    private const byte Headers = 1;
    private const byte ResetStream = 3;
    private const byte Settings = 4;
    private const byte Ping = 6;
    private const byte GoAway = 7;
    private const byte EndStream = 1;
    private const byte Ack = 1;
    private const int FrameHead = 9;
    private const int AnswerWait = 15_000;

    // Indexed: POST, http; then the four that the first request has put into the table, newest first.
    private static readonly byte[] KnownHeaders = [0x83, 0x86, 0xC1, 0xC0, 0xBF, 0xBE];

    private readonly Socket _socket;
    private readonly byte[] _in = new byte[256 * 1024];
    private readonly byte[] _firstHeaders;
    private byte[] _out = new byte[64 * 1024];
    private int _outLength;
    private int _inLength;
    private uint _stream = 1;
    private uint _unacknowledged;

    public CheckConnection(Uri gateway)
    {
        _socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, ReceiveTimeout = AnswerWait, SendTimeout = AnswerWait };
        try
        {
            _socket.Connect(gateway.Host, gateway.Port);
        }
        catch
        {
            _socket.Dispose();
            throw;
        }

        _firstHeaders = FirstHeaders(gateway.Authority);
        Write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8);
        // Nothing is pushed; what the gateway sends at most before it is told of room for more: a large initial window, for streams and for all.
        Frame(Settings, 0, 0, [0, 2, 0, 0, 0, 0, 0, 4, 0x3F, 0xFF, 0xFF, 0xFF]);
        WindowUpdate(0x3FFF_FFFF);
        Flush();
    }

    /// <summary>Sends calls, <paramref name="streams"/> at a time, until there are no more, and reads all their answers.</summary>
    /// <param name="streams">Calls at a time.</param>
    /// <param name="next">The next body, framed as gRPC does; null when there is none.</param>
    public Answers Run(int streams, Func<byte[]?> next)
    {
        var (answers, open) = (new Answers(), 0);
        for (; open < streams && next() is { } body; open++)
        {
            Request(body);
        }

        Flush();
        while (open > 0)
        {
            var ended = Receive(answers);
            for (open -= ended; ended > 0 && next() is { } body; ended--, open++)
            {
                Request(body);
            }

            Flush();
        }

        return answers;
    }

    public void Dispose() => _socket.Dispose();

    private static byte[] FirstHeaders(string authority)
    {
        using var block = new MemoryStream();
        // Literals that are put into the table: :authority, :path and content-type by the number of their name, te by name.
        block.Write([0x83, 0x86, 0x41]);
        Text(authority);
        block.WriteByte(0x44);
        Text("/verifygateway.v1.VerificationService/CheckStatus");
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

    private void Request(byte[] body)
    {
        Frame(Headers, 4, _stream, _stream == 1 ? _firstHeaders : KnownHeaders);
        Frame(Data, EndStream, _stream, body);
        _stream += 2;
    }

    /// <summary>Reads what there is; returns how many calls have ended.</summary>
    private int Receive(Answers answers)
    {
        var read = _socket.Receive(_in.AsSpan(_inLength));
        if (read == 0)
        {
            throw new IOException("The gateway has closed the connection.");
        }

        _inLength += read;
        var (at, ended) = (0, 0);
        while (_inLength - at >= FrameHead)
        {
            var length = (_in[at] << 16) | (_in[at + 1] << 8) | _in[at + 2];
            if (_inLength - at < FrameHead + length)
            {
                break;
            }

            ended += Take(_in[at + 3], _in[at + 4], _in.AsSpan(at + FrameHead, length), answers);
            at += FrameHead + length;
        }

        _in.AsSpan(at, _inLength - at).CopyTo(_in);
        _inLength -= at;
        return ended;
    }

    private int Take(byte type, byte flags, ReadOnlySpan<byte> content, Answers answers)
    {
        switch (type)
        {
            case Data:
                answers.Look(content);
                _unacknowledged += (uint)content.Length;
                if (_unacknowledged > 1 << 20)
                {
                    WindowUpdate(_unacknowledged);
                    _unacknowledged = 0;
                }

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
                answers.Ended++;
                return 1;
        }

        var hasEnded = type is Data or Headers && (flags & EndStream) != 0;
        answers.Ended += hasEnded ? 1 : 0;
        return hasEnded ? 1 : 0;
    }

    private void WindowUpdate(uint bytes)
    {
        Span<byte> more = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(more, bytes);
        Frame(8, 0, 0, more);
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
        if (_outLength + bytes.Length > _out.Length)
        {
            Array.Resize(ref _out, 2 * (_outLength + bytes.Length));
        }

        bytes.CopyTo(_out.AsSpan(_outLength));
        _outLength += bytes.Length;
    }

    private void Flush()
    {
        for (var sent = 0; sent < _outLength;)
        {
            sent += _socket.Send(_out.AsSpan(sent, _outLength - sent));
        }

        _outLength = 0;
    }
}
