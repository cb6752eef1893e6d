using System.Net;
using System.Net.Sockets;

namespace VerifyGateway.TestKit;

/// <summary>
/// Finds TCP ports on loopback that nobody listens on; a process gets thousands of them before one comes again. They are below those that systems give to
/// connections (Linux: from 32768 on): a connection that is made before the port is used would have taken it. Safe from any thread.
/// </summary>
public static class FreePort
{
    private const int First = 15_000;
    private const int Count = 7_500;

    private static int _next = Random.Shared.Next(Count);

    /// <summary>A port that was free a moment ago.</summary>
    /// <exception cref="InvalidOperationException">None is.</exception>
    public static int Next()
    {
        for (var tried = 0; tried < Count; tried++)
        {
            var port = First + (int)((uint)Interlocked.Increment(ref _next) % Count);
            using var probe = new TcpListener(IPAddress.Loopback, port);
            try
            {
                probe.Start();
                return port;
            }
            catch (SocketException)
            {
                // Somebody's.
            }
        }

        throw new InvalidOperationException($"None of the ports from {First} to {First + Count - 1} is free.");
    }

    /// <summary>Several ports that were free a moment ago, no two alike.</summary>
    /// <exception cref="InvalidOperationException">There are not so many.</exception>
    public static int[] Next(int count) => [.. Enumerable.Range(0, count).Select(static _ => Next())];
}
