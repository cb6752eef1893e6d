namespace VerifyGateway.Domain.Deciding;

/// <summary>Days and instants in China (UTC+8, no summer time). Total: what would lie beyond the calendar is the calendar's end, or an instant past it.</summary>
internal static class ChinaTime
{
    /// <summary>A day, milliseconds.</summary>
    public const long DayMs = 86_400_000;

    private const long ZoneOffsetMs = 8 * 3_600_000;

    private static readonly int UnixEpochDay = DateOnly.FromDateTime(DateTime.UnixEpoch).DayNumber;

    /// <summary>First instant after a day, Unix milliseconds.</summary>
    public static long EndOf(DateOnly day) => StartOf(day.DayNumber + 1L);

    /// <summary>First instant of a day, Unix milliseconds.</summary>
    public static long StartOf(DateOnly day) => StartOf((long)day.DayNumber);

    /// <summary>The day of an instant; the calendar's first or last for one before or after it.</summary>
    public static DateOnly DayOf(long unixMs)
    {
        var day = Math.DivRem(Math.Clamp(unixMs, long.MinValue + ZoneOffsetMs, long.MaxValue - ZoneOffsetMs) + ZoneOffsetMs, DayMs, out var rest) + UnixEpochDay - (rest < 0 ? 1 : 0);
        return DateOnly.FromDayNumber((int)Math.Clamp(day, DateOnly.MinValue.DayNumber, DateOnly.MaxValue.DayNumber));
    }

    /// <summary>The day so many months later, the last of the month where there is no such day; the calendar's last where there is no such month.</summary>
    public static DateOnly AddMonths(DateOnly day, int months) =>
        MonthOf(day) + months > MonthOf(DateOnly.MaxValue) ? DateOnly.MaxValue : day.AddMonths(months);

    /// <summary>Months since year 0.</summary>
    public static int MonthOf(DateOnly day) => (day.Year * 12) + day.Month - 1;

    /// <summary>First instant of a month, Unix milliseconds; <see cref="long.MaxValue"/> for one outside the calendar.</summary>
    public static long StartOfMonth(int month) => month is >= 12 and < 120_000 ? StartOf(new DateOnly(month / 12, (month % 12) + 1, 1)) : long.MaxValue;

    private static long StartOf(long dayNumber) => ((dayNumber - UnixEpochDay) * DayMs) - ZoneOffsetMs;
}
