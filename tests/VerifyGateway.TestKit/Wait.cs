using System.Diagnostics;

namespace VerifyGateway.TestKit;

/// <summary>Waiting for a condition, with a limit, in place of waiting for time.</summary>
public static class Wait
{
    /// <summary>Asks every 10 ms until the condition holds; throws with <paramref name="what"/> when the limit (30 s unless told) is over.</summary>
    public static async Task UntilAsync(Func<Task<bool>> condition, string what, TimeSpan? limit = null)
    {
        var watch = Stopwatch.StartNew();
        Exception? last = null;
        while (watch.Elapsed < (limit ?? TimeSpan.FromSeconds(30)))
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

        throw new TimeoutException($"Waited {watch.Elapsed.TotalSeconds:F1} s for: {what}. {last?.Message}");
    }

    /// <summary>As <see cref="UntilAsync(Func{Task{bool}}, string, TimeSpan?)"/> for a condition that answers at once.</summary>
    public static Task UntilAsync(Func<bool> condition, string what, TimeSpan? limit = null) =>
        UntilAsync(() => Task.FromResult(condition()), what, limit);
}
