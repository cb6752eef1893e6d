using System.Buffers.Binary;
using System.Diagnostics;
using System.Net.Sockets;
using System.Text;

namespace VerifyGateway.Tail;

/// <summary>
/// One HTTP/2 connection that never waits: calls are put into its buffer, sent as far as the kernel takes them, and answers are handed on as
/// they come. It takes less of the processor than the gateway that it asks, as no client of a library does. Speaks only what it needs:
/// headers are not decoded, an answer without a message is a failure. For one thread.
/// </summary>
internal sealed class Connection : IDisposable
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
    // The gateway takes 200, and lets go of a call a little later than its answer is here.
    private const int MostOpen = 180;
    private const int Places = 1_024;

    // Indexed: POST, http; then the four that the first request has put into the table, newest first.
    private static readonly byte[] KnownHeaders = [0x83, 0x86, 0xC1, 0xC0, 0xBF, 0xBE];

    private readonly Socket _socket;
    private readonly byte[] _in = new byte[256 * 1024];
    private readonly Call[] _calls = new Call[Places];
    private readonly byte[] _firstHeaders;
    private byte[] _out = new byte[64 * 1024];
    private int _outFrom;
    private int _outTo;
    private int _inLength;
    private uint _stream = 1;
    private uint _unacknowledged;

    public Connection(Uri gateway)
    {
        _socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        _socket.Connect(gateway.Host, gateway.Port);
        _socket.Blocking = false;
        _firstHeaders = FirstHeaders(gateway.Authority);
        Write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8);
        // What the gateway sends at most before it is told of room for more: a large initial window, for streams and for all.
        Frame(Settings, 0, 0, [0, 2, 0, 0, 0, 0, 0, 4, 0x3F, 0xFF, 0xFF, 0xFF]);
        WindowUpdate(0x3FFF_0000);
        Flush();
    }

    /// <summary>Told of each call that has ended.</summary>
    public interface IAnswers
    {
        /// <summary>A call has ended: when it was to begin, when it began, when its end was here, how it was answered.</summary>
        void Take(long intended, long began, long ended, Answer answer);
    }

    /// <summary>Calls under way.</summary>
    public int Open { get; private set; }

    /// <summary>False when as many calls are under way as may, or one is that began long before the others.</summary>
    public bool HasRoom => Open < MostOpen && !_calls[PlaceOf(_stream)].IsOpen;

    /// <summary>True when the kernel has not taken all that is to be sent.</summary>
    public bool HasMore => _outTo > _outFrom;

    public int Handle => (int)_socket.Handle;

    /// <summary>Puts a call into the buffer.</summary>
    public void Ask(ReadOnlySpan<byte> body, long intended, long now)
    {
        Frame(Headers, 4, _stream, _stream == 1 ? _firstHeaders : KnownHeaders);
        Frame(Data, EndStream, _stream, body);
        _calls[PlaceOf(_stream)] = new Call { Intended = intended, Began = now, IsOpen = true };
        _stream += 2;
        Open++;
    }

    /// <summary>Sends as much as the kernel takes.</summary>
    public void Flush()
    {
        while (_outFrom < _outTo)
        {
            var sent = _socket.Send(_out.AsSpan(_outFrom, _outTo - _outFrom), SocketFlags.None, out var error);
            if (error == SocketError.WouldBlock)
            {
                return;
            }

            _outFrom += error == SocketError.Success ? sent : throw new SocketException((int)error);
        }

        (_outFrom, _outTo) = (0, 0);
    }

    /// <summary>Takes what has come.</summary>
    public void Receive(IAnswers answers)
    {
        var read = _socket.Receive(_in.AsSpan(_inLength), SocketFlags.None, out var error);
        if (error == SocketError.WouldBlock)
        {
            return;
        }

        if (error != SocketError.Success || read == 0)
        {
            throw new IOException($"The gateway has closed the connection ({error}).");
        }

        var now = Stopwatch.GetTimestamp();
        _inLength += read;
        var at = 0;
        while (_inLength - at >= FrameHead)
        {
            var length = (_in[at] << 16) | (_in[at + 1] << 8) | _in[at + 2];
            if (_inLength - at < FrameHead + length)
            {
                break;
            }

            var stream = BinaryPrimitives.ReadUInt32BigEndian(_in.AsSpan(at + 5));
            Take(_in[at + 3], _in[at + 4], stream, _in.AsSpan(at + FrameHead, length), now, answers);
            at += FrameHead + length;
        }

        _in.AsSpan(at, _inLength - at).CopyTo(_in);
        _inLength -= at;
    }

    public void Dispose() => _socket.Dispose();

    private static int PlaceOf(uint stream) => (int)(stream / 2 % Places);

    private static byte[] FirstHeaders(string authority)
    {
        using var block = new MemoryStream();
        // Literals that are put into the table: :authority, :path and content-type by the number of their name, te by name.
        block.Write([0x83, 0x86, 0x41]);
        Text(authority);
        block.WriteByte(0x44);
        Text(Check.Path);
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

    private void Take(byte type, byte flags, uint stream, ReadOnlySpan<byte> content, long now, IAnswers answers)
    {
        ref var call = ref _calls[PlaceOf(stream)];
        switch (type)
        {
            case Data:
                call.Answer = Check.Read(content);
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
                call.Answer = Answer.Other;
                break;
        }

        if (call.IsOpen && stream != 0 && (type == ResetStream || (type is Data or Headers && (flags & EndStream) != 0)))
        {
            Open--;
            call.IsOpen = false;
            answers.Take(call.Intended, call.Began, now, call.Answer);
        }
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
        if (_outTo + bytes.Length > _out.Length)
        {
            Array.Resize(ref _out, 2 * (_outTo + bytes.Length));
        }

        bytes.CopyTo(_out.AsSpan(_outTo));
        _outTo += bytes.Length;
    }

    private struct Call
    {
        public long Intended;
        public long Began;
        public bool IsOpen;
        public Answer Answer;
    }
}
