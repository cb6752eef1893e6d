namespace VerifyGateway.Domain.Deciding;

/// <summary>When an identity document ends: at the end of its last day in China (UTC+8).</summary>
internal static class DocumentEnd
{
    /// <summary>A day, milliseconds.</summary>
    public const long DayMs = 86_400_000;

    private const long ZoneOffsetMs = 8 * 3_600_000;

    private static readonly int UnixEpochDay = DateOnly.FromDateTime(DateTime.UnixEpoch).DayNumber;

    /// <summary>First instant at which a document with this last day is no longer valid, Unix milliseconds.</summary>
    public static long Of(DateOnly lastDay) => ((lastDay.DayNumber + 1L - UnixEpochDay) * DayMs) - ZoneOffsetMs;
}
