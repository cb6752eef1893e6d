using VerifyGateway.Domain.Policies;
using VerifyGateway.Domain.Reasons;
using VerifyGateway.Domain.Records;

namespace VerifyGateway.Domain.Deciding;

/// <summary>What a merchant's record says: its life, its holder's real name, the document, and how long it has been idle.</summary>
internal static class MerchantRules
{
    /// <summary>True when the merchant is registered, so that its holder's state may be looked at.</summary>
    public static bool LookAt(ref Findings found, in StatusQuery query, in MerchantRecord? merchant)
    {
        found.Begin(RuleSection.Merchant);
        ref readonly var known = ref Nullable.GetValueRefOrDefaultRef(in merchant);
        var registered = merchant.HasValue && known.State is MerchantState.Active or MerchantState.WindDown or MerchantState.Deregistered;
        found.Rule(Reason.MerchantNotRegistered, !registered, $"{(merchant is null ? "no merchant with this number" : StateOf(known))}");
        if (!registered)
        {
            return false;
        }

        var ended = known.State is MerchantState.Deregistered;
        found.Rule(Reason.Deregistered, ended, $"{StateOf(known)}");
        if (ended && query.TransactionsOf > known.EndedOn)
        {
            found.StopBatch(Reason.Deregistered);
        }

        found.Rule(Reason.Deregistering, known.State is MerchantState.WindDown, $"{StateOf(known)}");
        return true;

        static string StateOf(in MerchantRecord merchant) => $"merchant state {merchant.State}";
    }

    public static void LookAtIdentity(ref Findings found, in MerchantRecord merchant)
    {
        found.Begin(RuleSection.Identity);
        var state = merchant.Identity;
        if (state is IdentityState.Verified && !found.Explains)
        {
            return;
        }

        var underWayOrDone = state is IdentityState.Pending or IdentityState.NeedsInfo or IdentityState.Rejected
            or IdentityState.Verified or IdentityState.ReverifyDue or IdentityState.Lapsed;
        found.Rule(Reason.VerificationRejected, state is IdentityState.Rejected, $"identity state {Outward(state)}");
        found.Rule(Reason.NotVerified, !underWayOrDone, $"identity state {Outward(state)}");
        found.Rule(Reason.VerificationNeedsInfo, state is IdentityState.NeedsInfo, $"identity state {Outward(state)}");
        found.Rule(Reason.VerificationPending, state is IdentityState.Pending, $"identity state {Outward(state)}");
        if (state is IdentityState.ReverifyDue && found.NowUnixMs < merchant.ReverifyByUnixMs)
        {
            found.Warn(
                Reason.ReverificationRequired, $"to be verified again before {Say.Instant(merchant.ReverifyByUnixMs)}",
                $"declines from {Say.Instant(merchant.ReverifyByUnixMs)} unless verified again");
            found.DeclinesFrom(merchant.ReverifyByUnixMs);
        }
        else
        {
            if (state is IdentityState.ReverifyDue or IdentityState.Lapsed)
            {
                found.BecauseOf(detail: null, untilUnixMs: 0);
            }

            found.Rule(Reason.ReverificationRequired, state is IdentityState.ReverifyDue or IdentityState.Lapsed, $"identity state {Outward(state)}");
        }
    }

    /// <summary>That a verification was taken back may be confidential: it reads like one that never was.</summary>
    private static IdentityState Outward(IdentityState state) => state is IdentityState.Revoked ? IdentityState.NotVerified : state;

    public static void LookAtDocument(ref Findings found, in MerchantRecord merchant, AcquirerRules rules)
    {
        found.Begin(RuleSection.Document);
        if (merchant.DocumentValidTo is not { } lastDay)
        {
            found.Rule(Reason.DocumentExpired, false, $"identity document valid for life");
            return;
        }

        var end = ChinaTime.EndOf(lastDay);
        var (warns, over) = (end - (rules.DocumentWarningDays * ChinaTime.DayMs), end + (rules.DocumentGraceDays * ChinaTime.DayMs));
        if (found.NowUnixMs >= over)
        {
            found.Rule(Reason.DocumentExpired, true, $"identity document valid to {Say.Day(lastDay)}, grace over");
        }
        else if (found.NowUnixMs >= end)
        {
            found.Warn(Reason.DocumentExpired, $"identity document valid to {Say.Day(lastDay)}, in grace", $"declines from {Say.Instant(over)} without a new document");
            found.DeclinesFrom(over);
        }
        else if (found.NowUnixMs >= warns)
        {
            found.Warn(Reason.DocumentExpiring, $"identity document valid to {Say.Day(lastDay)}", $"declines from {Say.Instant(over)} without a new document");
            found.DeclinesFrom(over);
        }
        else
        {
            found.Rule(Reason.DocumentExpired, false, $"identity document valid to {Say.Day(lastDay)}", $"warns from {Say.Instant(warns)}, declines from {Say.Instant(over)}");
        }
    }

    /// <summary>Looks at how long it is since the merchant's last transaction, its opening, or its last verification, whichever came last.</summary>
    public static void LookAtActivity(ref Findings found, in MerchantRecord merchant, AcquirerRules rules)
    {
        found.Begin(RuleSection.Activity);
        if (!found.Explains && Idleness.IsTooShort(merchant, rules, found.NowUnixMs))
        {
            return;
        }

        var idle = Idleness.Of(merchant, rules);
        if (idle.StopsAtUnixMs <= found.NowUnixMs)
        {
            found.Rule(Reason.ReverificationRequired, true, $"{SayIdle(idle)}");
            found.BecauseOf(idle.StopsBecauseOf, untilUnixMs: 0);
        }
        else if (idle.DeclinesAtUnixMs <= found.NowUnixMs)
        {
            found.Rule(Reason.ReverificationRequired, true, $"{SayIdle(idle)}");
            found.BecauseOf(ReasonDetail.Dormant3M, untilUnixMs: 0);
        }
        else if (idle.WarnsAtUnixMs <= found.NowUnixMs)
        {
            found.Warn(Reason.ReverificationRequired, $"{SayIdle(idle)}", $"{SayChange(idle)}");
            found.WarnsBecauseOf(ReasonDetail.Dormant3M);
            found.DeclinesFrom(Math.Min(idle.DeclinesAtUnixMs, idle.StopsAtUnixMs));
        }
        else
        {
            found.Rule(Reason.ReverificationRequired, false, $"{SayIdle(idle)}", $"{SayChange(idle)}");
        }

        static string SayIdle(in Idleness idle) => idle.Since is { } day ? $"{(idle.NeverUsed ? "never used" : "idle")} since {Say.Day(day)}" : "no day of opening or last transaction known";

        static string SayChange(in Idleness idle) =>
            Math.Min(idle.DeclinesAtUnixMs, idle.StopsAtUnixMs) is var end and < long.MaxValue ? $"declines from {Say.Instant(end)} without a transaction or a new verification" : "";
    }
}
