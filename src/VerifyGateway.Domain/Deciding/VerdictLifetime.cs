using VerifyGateway.Domain.Policies;
using VerifyGateway.Domain.Records;

namespace VerifyGateway.Domain.Deciding;

/// <summary>How long a verdict stays right with records that do not change: until the next instant that they name. Pure, free of allocation.</summary>
public static class VerdictLifetime
{
    /// <summary>
    /// First instant after <paramref name="nowUnixMs"/> at which the same check of the same records may give another verdict, Unix
    /// milliseconds: the begin or end of a hold, a policy or a maintenance window, the deadline of a re-verification, the steps of
    /// a document's end and of idleness, the end of a card; midnight in China where totals are stated, which count anew then.
    /// <see cref="long.MaxValue"/> when there is none.
    /// </summary>
    public static long NextChange(in StatusQuery query, in TerminalRecord? terminal, in MerchantRecord? merchant, PolicySnapshot policies, long nowUnixMs)
    {
        var next = policies.NextBoundary(nowUnixMs);
        ref readonly var payer = ref query.PayerInPlace;
        if (payer.CardValidToMonth > 0)
        {
            Consider(ChinaTime.StartOfMonth(payer.CardValidToMonth + 1), nowUnixMs, ref next);
        }

        if (payer.StatesTotals)
        {
            Consider(ChinaTime.EndOf(ChinaTime.DayOf(nowUnixMs)), nowUnixMs, ref next);
        }

        if (terminal.HasValue)
        {
            LookAtHolds(Nullable.GetValueRefOrDefaultRef(in terminal).Holds.AsSpan(), nowUnixMs, ref next);
        }

        if (merchant.HasValue)
        {
            ref readonly var registered = ref Nullable.GetValueRefOrDefaultRef(in merchant);
            var rules = policies.ViewOf(query.Acquirer).Rules;
            LookAtHolds(registered.Holds.AsSpan(), nowUnixMs, ref next);
            if (registered.Identity == IdentityState.ReverifyDue)
            {
                Consider(registered.ReverifyByUnixMs, nowUnixMs, ref next);
            }

            if (registered.DocumentValidTo is { } lastDay)
            {
                var end = ChinaTime.EndOf(lastDay);
                Consider(end - (rules.DocumentWarningDays * ChinaTime.DayMs), nowUnixMs, ref next);
                Consider(end, nowUnixMs, ref next);
                Consider(end + (rules.DocumentGraceDays * ChinaTime.DayMs), nowUnixMs, ref next);
            }

            var idle = Idleness.Of(registered, rules);
            Consider(idle.WarnsAtUnixMs, nowUnixMs, ref next);
            Consider(idle.DeclinesAtUnixMs, nowUnixMs, ref next);
            Consider(idle.StopsAtUnixMs, nowUnixMs, ref next);
        }

        return next;
    }

    private static void LookAtHolds(ReadOnlySpan<Hold> holds, long nowUnixMs, ref long next)
    {
        foreach (ref readonly var hold in holds)
        {
            if (!hold.StandsAtOnce)
            {
                Consider(hold.EffectiveAtUnixMs, nowUnixMs, ref next);
            }

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
