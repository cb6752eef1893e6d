using System.Threading.Channels;
using VerifyGateway.V1;

namespace VerifyGateway.Server.Watching;

/// <summary>The watcher has read nothing for too long while as much waited for it as may.</summary>
internal sealed class SlowReaderException : Exception;

/// <summary>
/// What waits between a reader of the feed and one watcher's wire: bounded in messages and bytes, so that a slow watcher costs a
/// fixed amount of memory. One thread adds, one takes.
/// </summary>
internal sealed class WatchBuffer(int mostMessages, int mostBytes, TimeSpan patience, TimeProvider time, WatchParts parts)
{
    private readonly Channel<(WatchBindingsResponse Message, int Bytes)> _waiting =
        Channel.CreateUnbounded<(WatchBindingsResponse, int)>(new UnboundedChannelOptions { SingleReader = true, SingleWriter = true });

    private readonly Lock _gate = new();
    private TaskCompletionSource _room = parts.NewSignal();
    private int _messages;
    private long _bytes;

    /// <summary>Adds a message, once there is room for it.</summary>
    /// <exception cref="SlowReaderException">No message left within the time limit, and there is no room.</exception>
    public async ValueTask AddAsync(WatchBindingsResponse message, CancellationToken cancel)
    {
        var bytes = message.CalculateSize();
        while (!TryTakeRoom(bytes, out var room))
        {
            try
            {
                // Each message that leaves begins the time anew: slow is who reads nothing.
                await room.WaitAsync(patience, time, cancel);
            }
            catch (TimeoutException)
            {
                throw new SlowReaderException();
            }
        }

        _waiting.Writer.TryWrite((message, bytes));
    }

    /// <summary>Says that no more is added, and why.</summary>
    public void Complete(Exception fault) => _waiting.Writer.TryComplete(fault);

    /// <summary>The next message; it takes its room until it has <see cref="Left"/>.</summary>
    public ValueTask<(WatchBindingsResponse Message, int Bytes)> TakeAsync(CancellationToken cancel) => _waiting.Reader.ReadAsync(cancel);

    /// <summary>Gives the room of a message free.</summary>
    public void Left(int bytes)
    {
        TaskCompletionSource told;
        lock (_gate)
        {
            (_messages, _bytes) = (_messages - 1, _bytes - bytes);
            told = _room;
            _room = parts.NewSignal();
        }

        told.TrySetResult();
    }

    private bool TryTakeRoom(int bytes, out Task room)
    {
        lock (_gate)
        {
            room = _room.Task;
            // A message that is larger than all the room goes alone.
            var fits = _messages == 0 || (_messages < mostMessages && _bytes + bytes <= mostBytes);
            if (fits)
            {
                (_messages, _bytes) = (_messages + 1, _bytes + bytes);
            }

            return fits;
        }
    }
}
