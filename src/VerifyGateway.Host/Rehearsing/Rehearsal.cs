using VerifyGateway.Host.Settings;

namespace VerifyGateway.Host.Rehearsing;

/// <summary>Keeps the rehearsal from harming the start: it ends in time, whatever it does, and never fails.</summary>
internal static partial class Rehearsal
{
    /// <summary>Rehearses, on a thread of its own; ends at the limit at the latest, and then leaves behind what still runs.</summary>
    /// <param name="limit">See <see cref="EndpointOptions.RehearsalLimitMs"/>; zero for no rehearsal.</param>
    /// <param name="time">The clock of the limit.</param>
    /// <param name="log">Takes one line when it was given up.</param>
    /// <param name="rehearseAsync">What is rehearsed.</param>
    public static async Task RunAsync(TimeSpan limit, TimeProvider time, ILogger log, Func<CancellationToken, Task> rehearseAsync)
    {
        if (limit == TimeSpan.Zero)
        {
            return;
        }

        var end = new CancellationTokenSource();
        var rehearsing = Task.Run(() => rehearseAsync(end.Token));
        try
        {
            await rehearsing.WaitAsync(limit, time);
        }
        catch (Exception failed) when (failed is not OutOfMemoryException)
        {
            GivenUp(log, rehearsing.IsCompleted ? failed.Message : $"it has not ended within {limit.TotalMilliseconds:F0} ms");
            _ = rehearsing.ContinueWith(static late => _ = late.Exception, TaskScheduler.Default);
            _ = end.CancelAsync();
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "The rehearsal of a check was given up: {Why}. The gateway goes on; its first answers take longer.")]
    private static partial void GivenUp(ILogger log, string why);
}
