using System.Diagnostics;

namespace VerifyGateway.TestKit;

/// <summary>Waiting for a condition, with a limit, in place of waiting for time.</summary>
public static class Wait
{
    /// <summary>
    /// Asks every 10 ms until the condition holds; throws with <paramref name="what"/>, and what <paramref name="instead"/> tells,
    /// when the limit is over: 45 s unless told. That is more than a machine takes that others use as well, and less than the minute
    /// after which a client library of Redis looks by itself at what it was not told.
    /// </summary>
    public static async Task UntilAsync(Func<Task<bool>> condition, string what, TimeSpan? limit = null, Func<Task<string>>? instead = null)
    {
        var watch = Stopwatch.StartNew();
        Exception? last = null;
        while (watch.Elapsed < (limit ?? TimeSpan.FromSeconds(45)))
        {
            try
            {
                if (await condition())
                {
                    return;
                }
            }
            catch (Exception notYet) when (notYet is IOException or HttpRequestException or System.Net.Sockets.SocketException)
            {
                last = notYet;
            }

            await Task.Delay(10);
        }

        var told = instead is null ? "" : await instead();
        throw new TimeoutException($"Waited {watch.Elapsed.TotalSeconds:F1} s for: {what}. {last?.Message} {told}");
    }

    /// <summary>As <see cref="UntilAsync(Func{Task{bool}}, string, TimeSpan?, Func{Task{string}})"/> for a condition that answers at once.</summary>
    public static Task UntilAsync(Func<bool> condition, string what, TimeSpan? limit = null) =>
        UntilAsync(() => Task.FromResult(condition()), what, limit);
}
