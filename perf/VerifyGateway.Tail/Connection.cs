using System.Diagnostics;
using System.Net.Sockets;
using VerifyGateway.CheckWire;

namespace VerifyGateway.Tail;

/// <summary>
/// One HTTP/2 connection that never waits: calls are put into its buffer, sent as far as the kernel takes them, and answers are handed on as
/// they come (see <see cref="CheckFrames"/>). For one thread.
/// </summary>
internal sealed class Connection : IDisposable, ICheckAnswers
{
    // The gateway takes 200, and lets go of a call a little later than its answer is here.
    private const int MostOpen = 180;
    private const int Places = 1_024;

    private readonly Socket _socket;
    private readonly CheckFrames _frames;
    private readonly IAnswers _answers;
    private readonly Call[] _calls = new Call[Places];
    private long _now;

    public Connection(Uri gateway, IAnswers answers)
    {
        _socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        _socket.Connect(gateway.Host, gateway.Port);
        _socket.Blocking = false;
        (_frames, _answers) = (new CheckFrames(gateway), answers);
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
    public bool HasRoom => Open < MostOpen && !_calls[PlaceOf(_frames.NextStream)].IsOpen;

    /// <summary>True when the kernel has not taken all that is to be sent.</summary>
    public bool HasMore => !_frames.ToSend.IsEmpty;

    public int Handle => (int)_socket.Handle;

    /// <summary>Puts a call into the buffer.</summary>
    public void Ask(ReadOnlySpan<byte> body, long intended, long now)
    {
        _calls[PlaceOf(_frames.NextStream)] = new Call { Intended = intended, Began = now, IsOpen = true };
        _frames.Ask(body);
        Open++;
    }

    /// <summary>Sends as much as the kernel takes.</summary>
    public void Flush()
    {
        while (HasMore)
        {
            var sent = _socket.Send(_frames.ToSend, SocketFlags.None, out var error);
            if (error == SocketError.WouldBlock)
            {
                return;
            }

            _frames.Sent(error == SocketError.Success ? sent : throw new SocketException((int)error));
        }
    }

    /// <summary>Takes what has come.</summary>
    public void Receive()
    {
        var read = _socket.Receive(_frames.Room, SocketFlags.None, out var error);
        if (error == SocketError.WouldBlock)
        {
            return;
        }

        _now = Stopwatch.GetTimestamp();
        _frames.Came(error == SocketError.Success ? read : throw new SocketException((int)error), this);
    }

    public void Dispose() => _socket.Dispose();

    void ICheckAnswers.Take(uint stream, ReadOnlySpan<byte> frame) => _calls[PlaceOf(stream)].Answer = Check.Read(frame);

    void ICheckAnswers.CallOver(uint stream, bool isReset)
    {
        ref var call = ref _calls[PlaceOf(stream)];
        if (call.IsOpen)
        {
            Open--;
            call.IsOpen = false;
            _answers.Take(call.Intended, call.Began, _now, isReset ? Answer.Other : call.Answer);
        }
    }

    private static int PlaceOf(uint stream) => (int)(stream / 2 % Places);

    private struct Call
    {
        public long Intended;
        public long Began;
        public bool IsOpen;
        public Answer Answer;
    }
}
