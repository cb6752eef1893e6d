using VerifyGateway.Domain.Records;

namespace VerifyGateway.Domain.Deciding;

/// <summary>How long a verdict stays right with records that do not change: until the next instant that they name. Pure, free of allocation.</summary>
public static class VerdictLifetime
{
    /// <summary>
    /// First instant after <paramref name="nowUnixMs"/> at which the same records may give another verdict, Unix milliseconds:
    /// the begin or end of a hold, the deadline of a re-verification, the steps of a document's end. <see cref="long.MaxValue"/>
    /// when there is none.
    /// </summary>
    public static long NextChange(TerminalRecord? terminal, MerchantRecord? merchant, DecisionPolicy policy, long nowUnixMs)
    {
        var next = long.MaxValue;
        if (terminal is not null)
        {
            LookAtHolds(terminal.Holds.AsSpan(), nowUnixMs, ref next);
        }

        if (merchant is not null)
        {
            LookAtHolds(merchant.Holds.AsSpan(), nowUnixMs, ref next);
            if (merchant.Identity == IdentityState.ReverifyDue)
            {
                Consider(merchant.ReverifyByUnixMs, nowUnixMs, ref next);
            }

            if (merchant.DocumentValidTo is { } lastDay)
            {
                var end = DocumentEnd.Of(lastDay);
                Consider(end - (policy.DocumentWarningDays * DocumentEnd.DayMs), nowUnixMs, ref next);
                Consider(end, nowUnixMs, ref next);
                Consider(end + (policy.DocumentGraceDays * DocumentEnd.DayMs), nowUnixMs, ref next);
            }
        }

        return next;
    }

    private static void LookAtHolds(ReadOnlySpan<Hold> holds, long nowUnixMs, ref long next)
    {
        foreach (ref readonly var hold in holds)
        {
            Consider(hold.EffectiveAtUnixMs, nowUnixMs, ref next);
            Consider(hold.UntilUnixMs, nowUnixMs, ref next);
        }
    }

    private static void Consider(long instantUnixMs, long nowUnixMs, ref long next)
    {
        if (instantUnixMs > nowUnixMs && instantUnixMs < next)
        {
            next = instantUnixMs;
        }
    }
}
