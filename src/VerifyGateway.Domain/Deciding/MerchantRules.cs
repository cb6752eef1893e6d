using VerifyGateway.Domain.Policies;
using VerifyGateway.Domain.Reasons;
using VerifyGateway.Domain.Records;

namespace VerifyGateway.Domain.Deciding;

/// <summary>What a merchant's record says: its life, its holder's real name, the document, and how long it has been idle.</summary>
internal static class MerchantRules
{
    /// <summary>True when the merchant is registered, so that its holder's state may be looked at.</summary>
    public static bool LookAt(ref Findings found, in StatusQuery query, MerchantRecord? merchant)
    {
        found.Begin(RuleSection.Merchant);
        var registered = merchant is { State: MerchantState.Active or MerchantState.WindDown or MerchantState.Deregistered };
        found.Rule(Reason.MerchantNotRegistered, !registered, merchant, static merchant => merchant is null ? "no merchant with this number" : $"merchant state {merchant.State}");
        if (!registered)
        {
            return false;
        }

        var ended = merchant!.State is MerchantState.Deregistered;
        found.Rule(Reason.Deregistered, ended, merchant, StateOf);
        if (ended && query.TransactionsOf > merchant.EndedOn)
        {
            found.StopBatch(Reason.Deregistered);
        }

        found.Rule(Reason.Deregistering, merchant.State is MerchantState.WindDown, merchant, StateOf);
        return true;

        static string StateOf(MerchantRecord merchant) => $"merchant state {merchant.State}";
    }

    public static void LookAtIdentity(ref Findings found, MerchantRecord merchant)
    {
        found.Begin(RuleSection.Identity);
        var state = merchant.Identity;
        var underWayOrDone = state is IdentityState.Pending or IdentityState.NeedsInfo or IdentityState.Rejected
            or IdentityState.Verified or IdentityState.ReverifyDue or IdentityState.Lapsed;
        found.Rule(Reason.VerificationRejected, state is IdentityState.Rejected, state, SayState);
        found.Rule(Reason.NotVerified, !underWayOrDone, state, SayState);
        found.Rule(Reason.VerificationNeedsInfo, state is IdentityState.NeedsInfo, state, SayState);
        found.Rule(Reason.VerificationPending, state is IdentityState.Pending, state, SayState);
        if (state is IdentityState.ReverifyDue && found.NowUnixMs < merchant.ReverifyByUnixMs)
        {
            found.Warn(
                Reason.ReverificationRequired, merchant.ReverifyByUnixMs, static by => $"to be verified again before {Say.Instant(by)}",
                static by => $"declines from {Say.Instant(by)} unless verified again");
        }
        else
        {
            found.Rule(Reason.ReverificationRequired, state is IdentityState.ReverifyDue or IdentityState.Lapsed, state, SayState);
        }

        static string SayState(IdentityState state) => $"identity state {state}";
    }

    public static void LookAtDocument(ref Findings found, MerchantRecord merchant, AcquirerRules rules)
    {
        found.Begin(RuleSection.Document);
        if (merchant.DocumentValidTo is not { } lastDay)
        {
            found.Rule(Reason.DocumentExpired, false, 0, static _ => "identity document valid for life");
            return;
        }

        var end = ChinaTime.EndOf(lastDay);
        var (warns, over) = (end - (rules.DocumentWarningDays * ChinaTime.DayMs), end + (rules.DocumentGraceDays * ChinaTime.DayMs));
        if (found.NowUnixMs >= over)
        {
            found.Rule(Reason.DocumentExpired, true, lastDay, static day => $"identity document valid to {Say.Day(day)}, grace over");
        }
        else if (found.NowUnixMs >= end)
        {
            found.Warn(Reason.DocumentExpired, (lastDay, over), static it => $"identity document valid to {Say.Day(it.lastDay)}, in grace", static it => $"declines from {Say.Instant(it.over)} without a new document");
        }
        else if (found.NowUnixMs >= warns)
        {
            found.Warn(Reason.DocumentExpiring, (lastDay, over), static it => $"identity document valid to {Say.Day(it.lastDay)}", static it => $"declines from {Say.Instant(it.over)} without a new document");
        }
        else
        {
            found.Rule(Reason.DocumentExpired, false, (lastDay, warns, over), static it => $"identity document valid to {Say.Day(it.lastDay)}", static it => $"warns from {Say.Instant(it.warns)}, declines from {Say.Instant(it.over)}");
        }
    }

    /// <summary>Looks at how long it is since the merchant's last transaction, its opening, or its last verification, whichever came last.</summary>
    public static void LookAtActivity(ref Findings found, MerchantRecord merchant, AcquirerRules rules)
    {
        found.Begin(RuleSection.Activity);
        var idle = Idleness.Of(merchant, rules);
        if (idle.StopsAtUnixMs <= found.NowUnixMs)
        {
            found.Rule(Reason.ReverificationRequired, true, idle, SayIdle);
            found.BecauseOf(idle.StopsBecauseOf, stands: true);
        }
        else if (idle.DeclinesAtUnixMs <= found.NowUnixMs)
        {
            found.Rule(Reason.ReverificationRequired, true, idle, SayIdle);
            found.BecauseOf(ReasonDetail.Dormant3M, stands: true);
        }
        else if (idle.WarnsAtUnixMs <= found.NowUnixMs)
        {
            found.Warn(Reason.ReverificationRequired, idle, SayIdle, SayChange);
            found.BecauseOf(ReasonDetail.Dormant3M, stands: false);
        }
        else
        {
            found.Rule(Reason.ReverificationRequired, false, idle, SayIdle, SayChange);
        }

        static string SayIdle(Idleness idle) => idle.Since is { } day ? $"{(idle.NeverUsed ? "never used" : "idle")} since {Say.Day(day)}" : "no day of opening or last transaction known";

        static string SayChange(Idleness idle) =>
            Math.Min(idle.DeclinesAtUnixMs, idle.StopsAtUnixMs) is var end and < long.MaxValue ? $"declines from {Say.Instant(end)} without a transaction or a new verification" : "";
    }
}
