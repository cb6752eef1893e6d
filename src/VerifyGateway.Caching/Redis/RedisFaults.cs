using System.Net.Sockets;
using StackExchange.Redis;

namespace VerifyGateway.Caching.Redis;

/// <summary>Which failures of a Redis call are Redis' own, and the closed set of words that they are counted under.</summary>
internal static class RedisFaults
{
    /// <summary>The word for a write that a replica refused, or the client library in its place.</summary>
    public const string ReadOnly = "readonly";

    /// <summary>
    /// True for what a Redis that is gone, slow, full or changing its primary answers with. The client's refusal to send a write
    /// to a replica is one of them, though it is no <see cref="RedisException"/>. So is a cancellation: calls run under no caller's
    /// token, only the client ends them so, when it gives a connection up. A call that is lost with its connection can also end with
    /// the bare error of the socket.
    /// </summary>
    public static bool IsRedis(Exception fault) =>
        fault is RedisException or RedisCommandException or TimeoutException or ObjectDisposedException or OperationCanceledException
            or IOException or SocketException;

    /// <summary>
    /// True for a fault that makes further calls pointless. A Redis that answers at once that it refuses (full, read-only) is not
    /// one: its reads go on. Nor is a node of a cluster that answers at once that the slot is another's, which cannot be reached: calls
    /// for other slots go on.
    /// </summary>
    public static bool OpensCircuit(Exception fault) => IsRedis(fault)
        && fault is not (RedisServerException or RedisCommandException or RedisConnectionException { FailureType: ConnectionFailureType.UnableToConnect });

    /// <summary>The word for a failure.</summary>
    public static string WordFor(Exception fault) => fault switch
    {
        TimeoutException => "timeout",
        RedisConnectionException or ObjectDisposedException or OperationCanceledException or IOException or SocketException => "connect",
        RedisCommandException command when command.Message.Contains("replica", StringComparison.Ordinal) => ReadOnly,
        RedisServerException server => WordForAnswer(server.Message),
        _ => "other",
    };

    private static string WordForAnswer(string message) => message switch
    {
        _ when message.StartsWith("READONLY", StringComparison.Ordinal) => ReadOnly,
        _ when message.StartsWith("OOM", StringComparison.Ordinal) => "oom",
        _ when message.StartsWith("CLUSTERDOWN", StringComparison.Ordinal) => "clusterdown",
        _ when message.StartsWith("LOADING", StringComparison.Ordinal) => "loading",
        _ when message.StartsWith("MISCONF", StringComparison.Ordinal) => "misconf",
        _ => "other",
    };
}
