namespace Prometheus;

/// <summary>Times as Prometheus writes them: seconds since 1970, with a fraction.</summary>
internal static class UnixTime
{
    public static double Now => DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() / 1000.0;

    public static double Of(DateTimeOffset time) => (time - DateTimeOffset.UnixEpoch).Ticks / (double)TimeSpan.TicksPerSecond;
}
