namespace Prometheus;

/// <summary>Counters that show a time.</summary>
public static class CounterExtensions
{
    /// <summary>Raises the counter to the time now, in seconds since 1970.</summary>
    public static void IncToCurrentTimeUtc(this ICounter counter) => counter.IncTo(UnixTime.Now);

    /// <summary>Raises the counter to a time, in seconds since 1970.</summary>
    public static void IncToTimeUtc(this ICounter counter, DateTimeOffset timestamp) => counter.IncTo(UnixTime.Of(timestamp));
}
