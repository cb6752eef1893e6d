using System.Collections.Concurrent;
using VerifyGateway.Caching;

namespace VerifyGateway.Server.Frames;

/// <summary>
/// What was found of the records of calls of one connection that went to the web server all the same: who goes on there asks for nothing
/// twice. <see cref="Keep"/> is for the thread that reads the connection, <see cref="Take"/> for any.
/// </summary>
internal sealed class FoundRecords
{
    // More than there are calls at a time: what is here beyond that is of calls that never came to be looked at.
    private const int Most = 256;

    private ConcurrentDictionary<int, NearFinds>? _found;

    /// <summary>Keeps what was found for a call.</summary>
    public void Keep(uint stream, NearFinds found)
    {
        if (_found is not { Count: < Most })
        {
            Volatile.Write(ref _found, new());
        }

        _found![(int)stream] = found;
    }

    /// <summary>Takes what was found for a call; null when there is nothing.</summary>
    public NearFinds? Take(int stream) => Volatile.Read(ref _found) is { } all && all.TryRemove(stream, out var found) ? found : null;
}
