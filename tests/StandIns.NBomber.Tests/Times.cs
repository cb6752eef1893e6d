namespace NBomberStandIn.Tests;

/// <summary>Short names for spans of time.</summary>
internal static class Times
{
    public static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    public static TimeSpan Seconds(double count) => TimeSpan.FromSeconds(count);
}
