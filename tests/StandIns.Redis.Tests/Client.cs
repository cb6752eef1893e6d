using StackExchange.Redis;

namespace StandIns.Redis.Tests;

/// <summary>Connections as the tests want them: quick to notice, quick to come back.</summary>
internal static class Client
{
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    public static ConfigurationOptions Options(string endpoint)
    {
        var options = ConfigurationOptions.Parse(endpoint);
        options.AbortOnConnectFail = false;
        options.ConnectTimeout = 5_000;
        options.SyncTimeout = 10_000;
        options.AsyncTimeout = 10_000;
        options.ReconnectRetryPolicy = new LinearRetry(50);
        options.HeartbeatInterval = TimeSpan.FromMilliseconds(100);
        options.AllowAdmin = true;
        return options;
    }

    public static Task<ConnectionMultiplexer> ConnectAsync(string endpoint) => ConnectionMultiplexer.ConnectAsync(Options(endpoint));

    /// <summary>Compares without writing megabytes into a failed test's message.</summary>
    public static bool IsSame(byte[] expected, RedisValue reply) => ((ReadOnlyMemory<byte>)reply).Span.SequenceEqual(expected);

    /// <summary>
    /// True for every way in which the client tells a caller that its connection is gone: mostly with an exception of its own,
    /// but a call that meets a dying connection may get the pipe's own exception, or may be cancelled.
    /// </summary>
    public static bool IsLostCall(Exception exception) => exception is RedisException or TimeoutException or IOException
        or ObjectDisposedException or OperationCanceledException;

    /// <summary>Waits until a command is answered again.</summary>
    public static Task UntilAnsweredAsync(IDatabase database) => Wait.UntilAsync(async () =>
    {
        try
        {
            await database.PingAsync();
            return true;
        }
        catch (Exception notYet) when (IsLostCall(notYet))
        {
            return false;
        }
    }, "a command to be answered again");

    /// <summary>
    /// How calls ended: answered, or failed as a call may fail when its connection is lost, or not at all. The client looks at
    /// a call's time limit only while the call's connection is the current one, so a call must be bounded from outside.
    /// </summary>
    public static async Task<(int Answered, int Failed, int Unended)> EndsAsync<T>(IReadOnlyCollection<Task<T>> calls)
    {
        var all = Task.WhenAll(calls);
        await Task.WhenAny(all, Task.Delay(TimeSpan.FromSeconds(20)));
        foreach (var unexpected in calls.Where(call => call.IsFaulted && !IsLostCall(call.Exception!.InnerException!)))
        {
            await unexpected;
        }

        var answered = calls.Count(call => call.IsCompletedSuccessfully);
        var unended = calls.Count(call => !call.IsCompleted);
        return (answered, calls.Count - answered - unended, unended);
    }
}
