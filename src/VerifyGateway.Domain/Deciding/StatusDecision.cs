using System.Collections.Immutable;
using VerifyGateway.Domain.Policies;
using VerifyGateway.Domain.Reasons;
using VerifyGateway.Domain.Records;

namespace VerifyGateway.Domain.Deciding;

/// <summary>
/// The decision: query + records + policies + now → verdict. Pure, safe from any thread, and free of allocation unless an
/// explanation is asked for. Every rule is looked at, so that a verdict names all reasons and not only the first. A state that
/// is none of those defined never lets a transaction go on.
/// </summary>
public static class StatusDecision
{
    /// <summary>Decides one check.</summary>
    /// <param name="query">The check.</param>
    /// <param name="terminal">The terminal record that the query names; null when there is none.</param>
    /// <param name="merchant">The merchant record that the query names; null when there is none.</param>
    /// <param name="policies">Settings, policies and maintenance windows in force.</param>
    /// <param name="nowUnixMs">The instant to decide for, Unix milliseconds.</param>
    /// <param name="explanation">Takes a step for each rule that was looked at, with what it was found from; null when nobody asks.</param>
    public static Verdict Decide(
        in StatusQuery query, in TerminalRecord? terminal, in MerchantRecord? merchant, PolicySnapshot policies, long nowUnixMs,
        ICollection<ExplanationStep>? explanation = null)
    {
        var found = new Findings(nowUnixMs, explanation);
        var window = Look(ref found, query, terminal, merchant, policies, out var belongsTogether);
        if (found.None)
        {
            return new Verdict(Decision.Allow, ReasonSet.None, ReasonSet.None, UntilUnixMs: 0);
        }

        var verdict = found.ToVerdict(query.Kind);
        var holds = terminal.HasValue ? new HoldsInView(Nullable.GetValueRefOrDefaultRef(in terminal).Holds, belongsTogether ? HoldsOf(merchant) : []) : default;
        var primary = verdict.Reasons.IsEmpty ? verdict.Warnings.First : verdict.Reasons.First;
        var detail = DetailOf(primary, found, merchant, verdict.Reasons.IsEmpty);
        return verdict with
        {
            Detail = detail,
            DeadlineUnixMs = found.DeadlineUnixMs,
            Policy = primary == Reason.ReverificationRequired && detail != ReasonDetail.NewRule || (primary == Reason.OverLimitAmount && detail != ReasonDetail.PolicyLimit)
                ? null
                : found.Policies.Of(primary),
            UntilUnixMs = verdict.Reasons.IsEmpty ? 0 : EndOf(primary, found, holds, window, query, terminal, merchant, policies),
        };
    }

    /// <summary>Looks at every rule; gives the window in which status checks are closed, and whether terminal and merchant belong together.</summary>
    private static MaintenanceWindow? Look(
        ref Findings found, in StatusQuery query, in TerminalRecord? terminal, in MerchantRecord? merchant, PolicySnapshot policies, out bool belongsTogether)
    {
        var view = policies.ViewOf(query.Acquirer);
        var window = LookAtService(ref found, view);
        if (TerminalRules.LookAt(ref found, query, terminal, view.Rules, out belongsTogether))
        {
            // By reference: a record is too large to be copied for each rule.
            ref readonly var known = ref Nullable.GetValueRefOrDefaultRef(in terminal);
            ref readonly var its = ref Nullable.GetValueRefOrDefaultRef(in merchant);
            // Of a terminal that is not this merchant's, only what stands on the terminal itself may be told.
            LookAtHolds(ref found, new HoldsInView(known.Holds, belongsTogether ? HoldsOf(merchant) : []));
            if (belongsTogether && MerchantRules.LookAt(ref found, query, merchant))
            {
                MerchantRules.LookAtIdentity(ref found, its);
                MerchantRules.LookAtDocument(ref found, its, view.Rules);
                MerchantRules.LookAtActivity(ref found, its, view.Rules);
                TerminalRules.LookAtPlace(ref found, query.PlaceInPlace, known.Location, view.Rules);
                PayerRules.LookAt(ref found, query.PayerInPlace, its);
                LimitRules.LookAt(ref found, query, view.Rules);
                PolicyRules.LookAt(ref found, query, its, policies);
            }
        }

        return window;
    }

    private static ImmutableArray<Hold> HoldsOf(in MerchantRecord? merchant) => merchant.HasValue ? Nullable.GetValueRefOrDefaultRef(in merchant).Holds : [];

    private static MaintenanceWindow? LookAtService(ref Findings found, AcquirerView view)
    {
        found.Begin(RuleSection.Service);
        var window = view.WindowOf(GatewayService.StatusCheck, found.NowUnixMs);
        found.Rule(
            window?.Reason ?? Reason.Maintenance, window is not null, $"status checks are {(window is null ? "open" : "closed")}",
            $"{(window is null ? "" : $"open again at {Say.Instant(window.UntilUnixMs)}")}");
        return window;
    }

    private static void LookAtHolds(ref Findings found, in HoldsInView holds)
    {
        found.Begin(RuleSection.Holds);
        if (holds.None && !found.Explains)
        {
            return;
        }

        LookAtHold(ref found, holds, HoldKind.Judicial, Reason.FrozenJudicial, "judicial hold(s)");
        LookAtHold(ref found, holds, HoldKind.Regulator, Reason.Sanctioned, "hold(s) of a regulator");
        LookAtHold(ref found, holds, HoldKind.Risk, Reason.FrozenByRisk, "hold(s) of risk control");
        if (holds.AllLetReturnsPass(HoldKind.Risk, found.NowUnixMs))
        {
            found.LetReturnsPass(Reason.FrozenByRisk);
        }

        LookAtHold(ref found, holds, HoldKind.Holder, Reason.FrozenByOwner, "hold(s) of the holder");
        LookAtConditions(ref found, holds);
    }

    private static void LookAtHold(ref Findings found, in HoldsInView holds, HoldKind kind, Reason reason, string what)
    {
        found.Rule(reason, holds.CountStanding(kind, found.NowUnixMs, out var standing), $"{standing} {what} in force");
        if (found.Explains)
        {
            holds.Tell(ref found, kind, reason);
        }
    }

    /// <summary>A condition that is not met suspends the terminal that it stands on; on merchant or identity it asks for a new verification.</summary>
    private static void LookAtConditions(ref Findings found, in HoldsInView holds)
    {
        var standing = holds.CountOnTerminal(HoldKind.System, found.NowUnixMs);
        found.Rule(Reason.TerminalSuspended, standing > 0, $"{standing} condition(s) not fulfilled");
        if (found.Explains)
        {
            holds.TellOnTerminal(ref found, HoldKind.System, Reason.TerminalSuspended);
        }

        standing = holds.CountOnMerchant(HoldKind.System, found.NowUnixMs);
        found.Rule(Reason.ReverificationRequired, standing > 0, $"{standing} condition(s) not fulfilled");
        if (found.Explains)
        {
            holds.TellOnMerchant(ref found, HoldKind.System, Reason.ReverificationRequired);
        }

        if (standing > 0)
        {
            found.BecauseOf(ReasonDetail.ConditionOpen, holds.EndOfCondition(onTerminal: false, found.NowUnixMs));
        }
    }

    private static ReasonDetail? DetailOf(Reason reason, in Findings found, in MerchantRecord? merchant, bool warns) => reason switch
    {
        Reason.VerificationRejected or Reason.NotVerified or Reason.VerificationNeedsInfo or Reason.VerificationPending => Recorded(merchant!.Value, ofCase: true),
        Reason.Deregistering => Recorded(merchant!.Value, ofCase: false),
        Reason.ReverificationRequired => warns ? found.Reverify.Standing ?? found.Reverify.Warning : found.Reverify.Standing,
        Reason.OverLimitAmount => found.Limit.Detail,
        Reason.PolicyRestricted => found.Policies.Of(reason)?.Scope switch
        {
            { CardClasses.IsEmpty: false } => ReasonDetail.CardClassRestricted,
            { CodeKinds.IsEmpty: false } => ReasonDetail.CodeUseRestricted,
            _ => null,
        },
        _ => null,
    };

    /// <summary>The detail in the record, when it is one of a verification case, or else of a deregistration.</summary>
    private static ReasonDetail? Recorded(in MerchantRecord merchant, bool ofCase) =>
        merchant.Detail is { } detail && DetailTable.Find(detail) is not null && (ofCase ? detail < ReasonDetail.ClassITotal : detail == ReasonDetail.DeregCancellable)
            ? detail
            : null;

    /// <summary>The instant at which all that asks for a re-verification now has ended, unless something else asks for one by then; else 0.</summary>
    private static long EndOfReverification(long untilUnixMs, in StatusQuery query, in TerminalRecord? terminal, in MerchantRecord? merchant, PolicySnapshot policies)
    {
        if (untilUnixMs <= 0)
        {
            return 0;
        }

        var then = new Findings(untilUnixMs, explanation: null);
        Look(ref then, query, terminal, merchant, policies, out _);
        return then.ToVerdict(query.Kind).Reasons.Contains(Reason.ReverificationRequired) ? 0 : untilUnixMs;
    }

    /// <summary>When the reason ends by itself, Unix milliseconds; 0 when it does not.</summary>
    private static long EndOf(
        Reason reason, in Findings found, in HoldsInView holds, MaintenanceWindow? window, in StatusQuery query, in TerminalRecord? terminal, in MerchantRecord? merchant, PolicySnapshot policies) =>
        reason switch
    {
        Reason.Maintenance or Reason.CutOver => policies.ViewOf(query.Acquirer).OpenAgainAt(GatewayService.StatusCheck, window!),
        Reason.FrozenJudicial => holds.EndOf(HoldKind.Judicial, found.NowUnixMs),
        Reason.Sanctioned => holds.EndOf(HoldKind.Regulator, found.NowUnixMs),
        Reason.FrozenByRisk => holds.EndOf(HoldKind.Risk, found.NowUnixMs, onlyReturns: TransactionRules.FinishesOrReturns(query.Kind)),
        Reason.FrozenByOwner => holds.EndOf(HoldKind.Holder, found.NowUnixMs),
        Reason.PolicyRestricted => PolicyRules.EndOfRestriction(query, merchant!.Value, policies, found.NowUnixMs),
        Reason.TerminalSuspended => terminal!.Value.State is TerminalState.Suspended or TerminalState.Lost ? 0 : holds.EndOfCondition(onTerminal: true, found.NowUnixMs),
        Reason.ReverificationRequired => EndOfReverification(found.ReverifyUntilUnixMs, query, terminal, merchant, policies),
        Reason.OverLimitAmount => found.Limit.UntilUnixMs,
        Reason.OverLimitCount => found.CountUntilUnixMs ?? 0,
        _ => 0,
    };
}
