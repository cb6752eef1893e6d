namespace VerifyGateway.Domain.Lifecycle;

/// <summary>One call to a verification source.</summary>
/// <param name="AtUnixMs">When it was made, Unix milliseconds.</param>
/// <param name="Answered">True when the source answered; one that was busy does not count as a try.</param>
public readonly record struct VerificationTry(long AtUnixMs, bool Answered);

/// <summary>Counts tries before a source is asked, so that a source never has to refuse and bill one.</summary>
public static class TryWindow
{
    /// <summary>How far back tries count: 24 hours, milliseconds.</summary>
    public const long LengthMs = Times.DayMs;

    /// <summary>The tries that count at an instant: those answered in the 24 hours up to it. One made exactly 24 hours before no longer counts.</summary>
    public static int Count(ReadOnlySpan<VerificationTry> tries, long nowUnixMs)
    {
        var count = 0;
        foreach (var one in tries)
        {
            count += one.Answered && one.AtUnixMs > nowUnixMs - LengthMs && one.AtUnixMs <= nowUnixMs ? 1 : 0;
        }

        return count;
    }
}
