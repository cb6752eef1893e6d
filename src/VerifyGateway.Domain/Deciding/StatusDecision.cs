using System.Globalization;
using VerifyGateway.Domain.Reasons;
using VerifyGateway.Domain.Records;

namespace VerifyGateway.Domain.Deciding;

/// <summary>
/// The decision: query + records + policy + now → verdict. Pure, safe from any thread, and free of allocation unless an
/// explanation is asked for. Every rule is looked at, so that a verdict names all reasons and not only the first. A state that
/// is none of those defined never lets a transaction go on.
/// </summary>
public static class StatusDecision
{
    private static readonly long LastInstant = DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();

    /// <summary>Decides one check.</summary>
    /// <param name="query">The check.</param>
    /// <param name="terminal">The terminal record that the query names; null when there is none.</param>
    /// <param name="merchant">The merchant record that the query names; null when there is none.</param>
    /// <param name="policy">The acquirer's settings.</param>
    /// <param name="nowUnixMs">The instant to decide for, Unix milliseconds.</param>
    /// <param name="explanation">Takes a step for each rule that was looked at; null when nobody asks.</param>
    public static Verdict Decide(
        in StatusQuery query, TerminalRecord? terminal, MerchantRecord? merchant, DecisionPolicy policy, long nowUnixMs,
        ICollection<ExplanationStep>? explanation = null)
    {
        var found = new Findings(nowUnixMs, explanation);
        var holds = default(HoldsInView);
        if (LookAtTerminal(ref found, query, terminal, out var belongsTogether))
        {
            // Of a terminal that is not this merchant's, only what stands on the terminal itself may be told.
            holds = new HoldsInView(terminal!, belongsTogether ? merchant : null);
            LookAtHolds(ref found, holds);
            if (belongsTogether && LookAtMerchant(ref found, merchant))
            {
                LookAtIdentity(ref found, merchant!);
                LookAtDocument(ref found, merchant!, policy);
            }
        }

        var verdict = found.ToVerdict(query.Kind);
        return verdict with { UntilUnixMs = EndOf(verdict.Primary, holds, nowUnixMs) };
    }

    /// <summary>True when the terminal is known; it belongs together with the query when the merchant's state may be looked at as well.</summary>
    private static bool LookAtTerminal(ref Findings found, in StatusQuery query, TerminalRecord? terminal, out bool belongsTogether)
    {
        var known = terminal is { State: >= TerminalState.Approved and <= TerminalState.Retired };
        found.Rule(Reason.TerminalNotRegistered, !known, terminal, static terminal => terminal is null ? "no terminal with this serial number" : $"terminal state {terminal.State}");
        belongsTogether = false;
        if (!known)
        {
            return false;
        }

        var mismatch = terminal!.MerchantNo != query.MerchantNo || terminal.TerminalNo != query.TerminalNo;
        found.Rule(Reason.TerminalRetired, terminal.State is TerminalState.Retired or TerminalState.Replaced, terminal, StateOf);
        found.Rule(Reason.TerminalMerchantMismatch, mismatch, (terminal, query), static it =>
            $"merchant number {(it.terminal.MerchantNo == it.query.MerchantNo ? "matches" : "differs")}, terminal number {(it.terminal.TerminalNo == it.query.TerminalNo ? "matches" : "differs")}");
        found.Rule(Reason.TerminalSuspended, terminal.State is TerminalState.Suspended or TerminalState.Lost, terminal, StateOf);
        found.Rule(Reason.TerminalNotActivated, terminal.State is TerminalState.Approved or TerminalState.Delivered, terminal, StateOf);
        belongsTogether = !mismatch;
        return true;

        static string StateOf(TerminalRecord terminal) => $"terminal state {terminal.State}";
    }

    private static void LookAtHolds(ref Findings found, in HoldsInView holds)
    {
        found.Rule(Reason.FrozenJudicial, holds.CountStanding(HoldKind.Judicial, found.NowUnixMs, out var standing), standing, static count => $"{count} judicial hold(s) in force");
        found.Rule(Reason.Sanctioned, holds.CountStanding(HoldKind.Regulator, found.NowUnixMs, out standing), standing, static count => $"{count} hold(s) of a regulator in force");
        found.Rule(Reason.FrozenByRisk, holds.CountStanding(HoldKind.Risk, found.NowUnixMs, out standing), standing, static count => $"{count} hold(s) of risk control in force");
        found.Rule(Reason.FrozenByOwner, holds.CountStanding(HoldKind.Holder, found.NowUnixMs, out standing), standing, static count => $"{count} hold(s) of the holder in force");
    }

    /// <summary>When the reason ends by itself; only holds do.</summary>
    private static long EndOf(Reason reason, in HoldsInView holds, long nowUnixMs) => reason switch
    {
        Reason.FrozenJudicial => holds.EndOf(HoldKind.Judicial, nowUnixMs),
        Reason.Sanctioned => holds.EndOf(HoldKind.Regulator, nowUnixMs),
        Reason.FrozenByRisk => holds.EndOf(HoldKind.Risk, nowUnixMs),
        Reason.FrozenByOwner => holds.EndOf(HoldKind.Holder, nowUnixMs),
        _ => 0,
    };

    /// <summary>True when the merchant is registered, so that its holder's state may be looked at.</summary>
    private static bool LookAtMerchant(ref Findings found, MerchantRecord? merchant)
    {
        var registered = merchant is { State: MerchantState.Active or MerchantState.WindDown or MerchantState.Deregistered };
        found.Rule(Reason.MerchantNotRegistered, !registered, merchant, static merchant => merchant is null ? "no merchant with this number" : $"merchant state {merchant.State}");
        if (!registered)
        {
            return false;
        }

        found.Rule(Reason.Deregistered, merchant!.State is MerchantState.Deregistered, merchant, StateOf);
        found.Rule(Reason.Deregistering, merchant.State is MerchantState.WindDown, merchant, StateOf);
        return true;

        static string StateOf(MerchantRecord merchant) => $"merchant state {merchant.State}";
    }

    private static void LookAtIdentity(ref Findings found, MerchantRecord merchant)
    {
        var state = merchant.Identity;
        var underWayOrDone = state is IdentityState.Pending or IdentityState.NeedsInfo or IdentityState.Rejected
            or IdentityState.Verified or IdentityState.ReverifyDue or IdentityState.Lapsed;
        found.Rule(Reason.VerificationRejected, state is IdentityState.Rejected, state, Say);
        found.Rule(Reason.NotVerified, !underWayOrDone, state, Say);
        found.Rule(Reason.VerificationNeedsInfo, state is IdentityState.NeedsInfo, state, Say);
        found.Rule(Reason.VerificationPending, state is IdentityState.Pending, state, Say);
        if (state is IdentityState.ReverifyDue && found.NowUnixMs < merchant.ReverifyByUnixMs)
        {
            found.Warn(Reason.ReverificationRequired, merchant.ReverifyByUnixMs, static by => $"to be verified again before {Instant(by)}");
        }
        else
        {
            found.Rule(Reason.ReverificationRequired, state is IdentityState.ReverifyDue or IdentityState.Lapsed, state, Say);
        }

        static string Say(IdentityState state) => $"identity state {state}";
    }

    private static void LookAtDocument(ref Findings found, MerchantRecord merchant, DecisionPolicy policy)
    {
        if (merchant.DocumentValidTo is not { } lastDay)
        {
            found.Rule(Reason.DocumentExpired, false, 0, static _ => "identity document valid for life");
            return;
        }

        var end = DocumentEnd.Of(lastDay);
        if (found.NowUnixMs >= end + policy.DocumentGraceDays * DocumentEnd.DayMs)
        {
            found.Rule(Reason.DocumentExpired, true, lastDay, static day => $"identity document valid to {Day(day)}, grace over");
        }
        else if (found.NowUnixMs >= end)
        {
            found.Warn(Reason.DocumentExpired, lastDay, static day => $"identity document valid to {Day(day)}, in grace");
        }
        else if (found.NowUnixMs >= end - policy.DocumentWarningDays * DocumentEnd.DayMs)
        {
            found.Warn(Reason.DocumentExpiring, lastDay, static day => $"identity document valid to {Day(day)}");
        }
        else
        {
            found.Rule(Reason.DocumentExpired, false, lastDay, static day => $"identity document valid to {Day(day)}");
        }
    }

    /// <summary>The first instant after the day, in China. Counted in numbers, since 31 December 9999, "for life" to some, has no day after it.</summary>
    private static string Day(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <summary>The instant in words; one past the end of the calendar, which is how "never" may be stored, as the calendar's last.</summary>
    private static string Instant(long unixMs) =>
        DateTimeOffset.FromUnixTimeMilliseconds(Math.Min(unixMs, LastInstant)).ToString("yyyy-MM-ddTHH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
