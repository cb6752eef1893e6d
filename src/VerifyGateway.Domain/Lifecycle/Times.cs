namespace VerifyGateway.Domain.Lifecycle;

/// <summary>Lengths of time, and the arithmetic of timers.</summary>
internal static class Times
{
    /// <summary>A day, milliseconds.</summary>
    public const long DayMs = 86_400_000;

    /// <summary>An hour, milliseconds.</summary>
    public const long HourMs = 3_600_000;

    /// <summary>Thirty days, milliseconds: how long a holder has for a step that is the holder's.</summary>
    public const long ThirtyDaysMs = 30 * DayMs;

    /// <summary>The year 9000: up to here the calendar of the base class library has room for every term.</summary>
    private const long LastCounted = 221_845_392_000_000;

    private static readonly TimeSpan China = TimeSpan.FromHours(8);

    /// <summary>The instant so much later; the last that there is where it would lie beyond.</summary>
    public static long After(long unixMs, long ms) => unixMs > long.MaxValue - ms ? long.MaxValue : unixMs + ms;

    /// <summary>
    /// The instant that many calendar months later in China (UTC+8); the last day of a month when the day does not exist in it.
    /// Never comes for an instant that is outside the calendar.
    /// </summary>
    public static long AddMonths(long unixMs, int months) =>
        unixMs is < 0 or > LastCounted
            ? long.MaxValue
            : DateTimeOffset.FromUnixTimeMilliseconds(unixMs).ToOffset(China).AddMonths(months).ToUnixTimeMilliseconds();
}
