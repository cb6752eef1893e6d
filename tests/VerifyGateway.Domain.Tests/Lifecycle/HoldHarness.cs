using VerifyGateway.Domain.Lifecycle;
using VerifyGateway.Domain.Reasons;
using static VerifyGateway.Domain.Lifecycle.HoldEvent;
using static VerifyGateway.Domain.Lifecycle.HoldState;

namespace VerifyGateway.Domain.Tests.Lifecycle;

/// <summary>
/// The life of a hold once more, as specified; seen on an authority for which every guard says something: the emergency stop. What
/// only other authorities ask for has tests of its own.
/// </summary>
internal static class HoldHarness
{
    public const long HourMs = 3_600_000;

    public static readonly HoldFacts Good = new()
    {
        NowUnixMs = Given.Now, Authority = HoldAuthority.EmergencyStop, Role = ActorRole.JudicialAuthority, FirstPerson = "p1", SecondPerson = "p2",
        StepUpPassed = true, DocumentNamed = true, IsOrganThatPlacedIt = true, ConditionFulfilled = true, EffectiveAtUnixMs = Given.Now - HourMs,
        UntilUnixMs = Given.Now + (47 * HourMs), RenewedUntilUnixMs = Given.Now + (95 * HourMs),
    };

    public static Harness Machine { get; } = new Harness<HoldState, HoldEvent, HoldFacts>(
        HoldLifecycle.Machine,
        [
            (NotPlaced, Stay.Lasting, Reason.Ok),
            (Placed, Stay.Timed, Reason.FrozenJudicial),
            (Lifted, Stay.Final, Reason.Ok),
            (Lapsed, Stay.Final, Reason.Ok),
        ],
        [
            (NotPlaced, Place, Placed, "ROLE_MAY_NOT_PLACE DOCUMENT_NO_MISSING TERM_EMPTY TERM_TOO_LONG"),
            (Placed, Renew, Placed, "HOLD_ENDED ROLE_MAY_NOT_PLACE ANOTHER_ORGAN DOCUMENT_NO_MISSING RENEWAL_NOT_ALLOWED TERM_EMPTY TERM_TOO_LONG"),
            (Placed, Lift, Lifted, "HOLD_ENDED ROLE_MAY_NOT_LIFT ANOTHER_ORGAN DOCUMENT_NO_MISSING SECOND_PERSON_MISSING STEP_UP_MISSING CONDITION_NOT_FULFILLED"),
            (Placed, Lapse, Lapsed, "TIMER_NOT_DUE"),
        ],
        (_, _) => Good,
        (facts, now) => facts with { NowUnixMs = now },
        new()
        {
            ["ROLE_MAY_NOT_PLACE"] = facts => facts with { Role = ActorRole.Operator },
            ["ROLE_MAY_NOT_LIFT"] = facts => facts with { Role = ActorRole.Operator },
            ["DOCUMENT_NO_MISSING"] = facts => facts with { DocumentNamed = false },
            ["TERM_EMPTY"] = facts => facts with { UntilUnixMs = facts.EffectiveAtUnixMs },
            ["Renew TERM_EMPTY"] = facts => facts with { RenewedUntilUnixMs = facts.UntilUnixMs },
            ["Renew TERM_TOO_LONG"] = facts => facts with { RenewedUntilUnixMs = facts.UntilUnixMs + (48 * HourMs) + 1 },
            ["TERM_TOO_LONG"] = facts => facts with { UntilUnixMs = facts.EffectiveAtUnixMs + (48 * HourMs) + 1 },
            ["HOLD_ENDED"] = facts => facts with { NowUnixMs = facts.UntilUnixMs },
            ["ANOTHER_ORGAN"] = facts => facts with { IsOrganThatPlacedIt = false },
            ["RENEWAL_NOT_ALLOWED"] = facts => facts with { Renewals = 1 },
            ["STEP_UP_MISSING"] = facts => facts with { Authority = HoldAuthority.Owner, Role = ActorRole.Holder, StepUpPassed = false },
            ["CONDITION_NOT_FULFILLED"] = facts => facts with { Authority = HoldAuthority.Condition, Role = ActorRole.System, ConditionFulfilled = false },
            ["SECOND_PERSON_MISSING"] = facts => facts with { SecondPerson = "p1" },
        },
        (_, _) => Given.Now + (47 * HourMs),
        ["STEP_UP_MISSING", "CONDITION_NOT_FULFILLED", "TERM_EMPTY"]);
}
