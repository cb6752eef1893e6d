using System.Collections.Concurrent;
using VerifyGateway.Server.Direct;

namespace VerifyGateway.Server.Frames;

/// <summary>
/// Calls of one connection whose records memory lacks and Redis may have: those that come together are asked for in one read. For the
/// thread that reads the connection, which is woken when a read has ended.
/// </summary>
internal sealed class AskedCalls(PlainChecks checks, Action wake)
{
    private readonly ConcurrentQueue<Together> _ended = new();
    private Together? _gathered;

    /// <summary>True when a read has ended that was not taken.</summary>
    public bool HasEnded => !_ended.IsEmpty;

    /// <summary>Asks for the records of a call with the next <see cref="Ask"/>.</summary>
    public void Add(uint stream, DirectMiss miss)
    {
        _gathered ??= new Together([], []);
        _gathered.Streams.Add(stream);
        _gathered.Misses.Add(miss);
    }

    /// <summary>Asks for the records of all calls that were added and are still held.</summary>
    public void Ask(HeldCalls held)
    {
        if (_gathered is not { } together)
        {
            return;
        }

        _gathered = null;
        for (var at = together.Streams.Count - 1; at >= 0; at--)
        {
            if (held.Find(together.Streams[at]) < 0)
            {
                // Gone to the web server together with something that came after it.
                together.Streams.RemoveAt(at);
                together.Misses.RemoveAt(at);
            }
        }

        if (together.Streams.Count > 0)
        {
            _ = AskAsync(together);
        }
    }

    /// <summary>The calls of a read that has ended; null when there is none. What was found is with them; of a read that failed nothing.</summary>
    public Together? TakeEnded() => _ended.TryDequeue(out var ended) ? ended : null;

    private async Task AskAsync(Together together)
    {
        try
        {
            await checks.FindNearAsync(together.Misses);
        }
        catch (Exception)
        {
            // The calls go to the web server: the ordinary service meets the same, says so and logs it.
        }

        _ended.Enqueue(together);
        wake();
    }

    /// <summary>Calls that are asked for in one read: the stream and the check of each.</summary>
    internal sealed record Together(List<uint> Streams, List<DirectMiss> Misses);
}
