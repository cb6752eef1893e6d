using System.Net.Sockets;
using VerifyGateway.CheckWire;

namespace VerifyGateway.Coherence;

/// <summary>
/// One HTTP/2 connection that sends CheckStatus calls with bodies made before, so many at a time, and looks at what comes back (see
/// <see cref="CheckFrames"/>). For one thread.
/// </summary>
internal sealed class CheckConnection : IDisposable
{
    private const int AnswerWait = 15_000;

    private readonly Socket _socket;
    private readonly CheckFrames _frames;

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

        _frames = new CheckFrames(gateway);
        Flush();
    }

    /// <summary>Sends calls, <paramref name="streams"/> at a time, until there are no more, and reads all their answers.</summary>
    /// <param name="streams">Calls at a time.</param>
    /// <param name="next">The next body, framed as gRPC does; null when there is none.</param>
    public Answers Run(int streams, Func<byte[]?> next)
    {
        var (answers, asked) = (new Answers(), 0L);
        while (true)
        {
            while (asked - answers.Ended < streams && next() is { } body)
            {
                _frames.Ask(body);
                asked++;
            }

            if (asked == answers.Ended)
            {
                return answers;
            }

            Flush();
            _frames.Came(_socket.Receive(_frames.Room), answers);
        }
    }

    public void Dispose() => _socket.Dispose();

    private void Flush()
    {
        while (!_frames.ToSend.IsEmpty)
        {
            _frames.Sent(_socket.Send(_frames.ToSend));
        }
    }
}
