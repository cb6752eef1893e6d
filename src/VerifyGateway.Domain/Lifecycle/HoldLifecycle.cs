using VerifyGateway.Domain.Reasons;
using VerifyGateway.Domain.Records;
using static VerifyGateway.Domain.Lifecycle.HoldEvent;
using static VerifyGateway.Domain.Lifecycle.HoldState;
using Facts = VerifyGateway.Domain.Lifecycle.HoldFacts;

namespace VerifyGateway.Domain.Lifecycle;

/// <summary>
/// The life of one hold: placed, perhaps renewed, then lifted by who may, or lapsed at its end. Whether a hold counts at an
/// instant is not read from here but from its times (<see cref="PlacedHold.At"/>), so that one that has ended stops mattering
/// with no job running; the lapse only tidies up. Terms and parties are in <see cref="HoldRules"/>.
/// </summary>
public static class HoldLifecycle
{
    private static readonly Guard<Facts>
        MayPlace = new(Refusal.RoleMayNotPlace, it => it.Rule is { } rule && rule.Role == it.Role),
        MayLift = new(Refusal.RoleMayNotLift, it => it.Rule is { } rule && rule.Role == it.Role),
        Documented = new(Refusal.DocumentNoMissing, it => it.Rule is not { NeedsDocument: true } || it.DocumentNamed),
        NotEmpty = new(Refusal.TermEmpty, it => it.UntilUnixMs == 0 || it.UntilUnixMs > it.EffectiveAtUnixMs),
        NotTooLong = new(Refusal.TermTooLong, it => IsWithin(it.Rule, it.EffectiveAtUnixMs, it.UntilUnixMs)),
        RenewalLonger = new(Refusal.TermEmpty, it => it.UntilUnixMs != 0 && (it.RenewedUntilUnixMs == 0 || it.RenewedUntilUnixMs > it.UntilUnixMs)),
        RenewalNotTooLong = new(Refusal.TermTooLong, it => IsWithin(it.Rule, it.UntilUnixMs, it.RenewedUntilUnixMs)),
        MayRenew = new(Refusal.RenewalNotAllowed, it => it.Rule is { } rule && (rule.MaxRenewals < 0 || it.Renewals < rule.MaxRenewals)),
        NotEnded = new(Refusal.HoldEnded, it => it.UntilUnixMs == 0 || it.NowUnixMs < it.UntilUnixMs),
        SameOrgan = new(Refusal.AnotherOrgan, it => it.Rule is not { Kind: HoldKind.Judicial } || it.IsOrganThatPlacedIt),
        TwoPersons = new(Refusal.SecondPersonMissing, it => it.Rule is not { LiftNeedsTwo: true } || Persons.Differ(it.FirstPerson, it.SecondPerson)),
        SteppedUp = new(Refusal.StepUpMissing, it => it.Rule is not { LiftNeedsStepUp: true } || it.StepUpPassed),
        Fulfilled = new(Refusal.ConditionNotFulfilled, it => it.Rule is not { Kind: HoldKind.System } || it.ConditionFulfilled);

    /// <summary>The machine. One person is enough to place a hold; who lifts it, and how many, its authority decides.</summary>
    public static Machine<HoldState, HoldEvent, Facts> Machine { get; } = new(
        "Hold",
        Reason.FrozenByRisk,
        [
            new(NotPlaced, Stay.Lasting, Reason.Ok),
            new(Placed, Stay.Timed, Reason.FrozenByRisk, it => ToldOf(it.Rule?.Kind, it.Target)),
            new(Lifted, Stay.Final, Reason.Ok),
            new(Lapsed, Stay.Final, Reason.Ok),
        ],
        [
            new(NotPlaced, Place, Placed, [MayPlace, Documented, NotEmpty, NotTooLong]),
            new(Placed, Renew, Placed, [NotEnded, MayPlace, SameOrgan, Documented, MayRenew, RenewalLonger, RenewalNotTooLong]),
            new(Placed, Lift, Lifted, [NotEnded, MayLift, SameOrgan, Documented, TwoPersons, SteppedUp, Fulfilled]),
            new(Placed, Lapse, Lapsed, [], it => it.UntilUnixMs == 0 ? null : it.UntilUnixMs),
        ]);

    /// <summary>What a terminal is told of a hold that stands; a condition that is not met suspends a terminal, and asks merchant and holder to be verified anew.</summary>
    private static Reason ToldOf(HoldKind? kind, HoldTarget target) => kind switch
    {
        HoldKind.Holder => Reason.FrozenByOwner,
        HoldKind.Judicial => Reason.FrozenJudicial,
        HoldKind.Regulator => Reason.Sanctioned,
        HoldKind.System => target == HoldTarget.Terminal ? Reason.TerminalSuspended : Reason.ReverificationRequired,
        _ => Reason.FrozenByRisk,
    };

    /// <summary>True when the term is one that the authority may order; where terms are limited, one without end is not.</summary>
    private static bool IsWithin(HoldRule? rule, long fromUnixMs, long untilUnixMs) =>
        rule is null || rule.LatestEnd(fromUnixMs) is not { } latest || (untilUnixMs != 0 && untilUnixMs <= latest);
}
