using VerifyGateway.Domain.Lifecycle;
using VerifyGateway.Domain.Reasons;
using VerifyGateway.Domain.Records;
using static VerifyGateway.Domain.Lifecycle.BindingEvent;
using static VerifyGateway.Domain.Lifecycle.BindingState;

namespace VerifyGateway.Domain.Tests.Lifecycle;

/// <summary>The life of a binding once more, as specified.</summary>
internal static class BindingHarness
{
    public static readonly long Entered = Given.Now - CaseHarness.DayMs;

    public static readonly BindingFacts Good = new()
    {
        NowUnixMs = Given.Now, EnteredAtUnixMs = Entered, SnFree = true, TerminalNoFree = true, MerchantInVerification = true,
        Subject = SubjectKind.Enterprise, SettlementAccount = SettlementAccountKind.SameNameCompany, DefaultAccounts = 1, ElementsComplete = true,
        ReasonGiven = true, EffectiveFromUnixMs = Given.Now, Changed = BindingElement.Address, AddressEvidence = true, ExpectedVersion = 3, Version = 3,
        TerminalRetired = true,
    };

    public static Harness Machine { get; } = new Harness<BindingState, BindingEvent, BindingFacts>(
        BindingLifecycle.Machine,
        [
            (NotProposed, Stay.Lasting, Reason.TerminalNotRegistered),
            (Proposed, Stay.Waiting, Reason.TerminalNotRegistered),
            (Reported, Stay.Timed, Reason.TerminalNotRegistered),
            (Effective, Stay.Lasting, Reason.Ok),
            (Changing, Stay.Limited, Reason.Ok),
            (Dissolved, Stay.Final, Reason.TerminalRetired),
            (ReportRejected, Stay.Final, Reason.TerminalNotRegistered),
        ],
        [
            (NotProposed, Propose, Proposed,
                "SN_BOUND_ELSEWHERE TERMINAL_NO_TAKEN MERCHANT_NOT_IN_VERIFICATION SETTLEMENT_ACCOUNT_NOT_OF_SUBJECT CARD_OF_ANOTHER_SUBJECT DEFAULT_ACCOUNT_NOT_ONE"),
            (Proposed, AcceptReport, Reported, "ELEMENTS_INCOMPLETE SN_BOUND_ELSEWHERE TERMINAL_NO_TAKEN"),
            (Proposed, RefuseReport, ReportRejected, "REASON_MISSING"),
            (Reported, TakeEffect, Effective, "TIMER_NOT_DUE SN_BOUND_ELSEWHERE TERMINAL_NO_TAKEN"),
            (Effective, Change, Changing, "ELEMENT_NOT_CHANGEABLE NEW_VALUE_NOT_VERIFIED"),
            (Changing, AcceptChange, Effective, "ELEMENTS_INCOMPLETE VERSION_CONFLICT"),
            (Changing, RefuseChange, Effective, "REASON_MISSING"),
            (Changing, ChangeOverdue, Effective, "TIMER_NOT_DUE"),
            (Effective, Unbind, Dissolved, "BATCH_OPEN PRE_AUTH_OPEN TERMINAL_NOT_RETIRED"),
        ],
        (_, _) => Good,
        (facts, now) => facts with { NowUnixMs = now },
        new()
        {
            ["SN_BOUND_ELSEWHERE"] = facts => facts with { SnFree = false },
            ["TERMINAL_NO_TAKEN"] = facts => facts with { TerminalNoFree = false },
            ["MERCHANT_NOT_IN_VERIFICATION"] = facts => facts with { MerchantInVerification = false },
            ["SETTLEMENT_ACCOUNT_NOT_OF_SUBJECT"] = facts => facts with { SettlementAccount = SettlementAccountKind.OwnPersonal },
            ["CARD_OF_ANOTHER_SUBJECT"] = facts => facts with { CardOfAnotherSubject = true },
            ["DEFAULT_ACCOUNT_NOT_ONE"] = facts => facts with { DefaultAccounts = 2 },
            ["ELEMENTS_INCOMPLETE"] = facts => facts with { ElementsComplete = false },
            ["REASON_MISSING"] = facts => facts with { ReasonGiven = false },
            ["ELEMENT_NOT_CHANGEABLE"] = facts => facts with { Changed = BindingElement.Merchant },
            ["NEW_VALUE_NOT_VERIFIED"] = facts => facts with { AddressEvidence = false },
            ["VERSION_CONFLICT"] = facts => facts with { ExpectedVersion = 2 },
            ["BATCH_OPEN"] = facts => facts with { BatchOpen = true },
            ["PRE_AUTH_OPEN"] = facts => facts with { PreAuthOpen = true },
            ["TERMINAL_NOT_RETIRED"] = facts => facts with { TerminalRetired = false },
        },
        (_, what) => what is TakeEffect ? Given.Now : Entered + (30 * CaseHarness.DayMs),
        ["ELEMENT_NOT_CHANGEABLE"]);
}
