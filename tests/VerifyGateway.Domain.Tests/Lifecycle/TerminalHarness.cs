using VerifyGateway.Domain.Lifecycle;
using VerifyGateway.Domain.Reasons;
using VerifyGateway.Domain.Records;
using static VerifyGateway.Domain.Lifecycle.TerminalEvent;
using static VerifyGateway.Domain.Records.TerminalState;

namespace VerifyGateway.Domain.Tests.Lifecycle;

/// <summary>The life of a terminal once more, as specified.</summary>
internal static class TerminalHarness
{
    /// <summary>Last transaction of the terminal in these facts: 29 February, so that twelve months on there is no such day.</summary>
    public static readonly long LastTransaction = Given.China("2024-02-29 10:00:00.000");

    public static readonly long IdleFrom = Given.China("2025-02-28 10:00:00.000");

    public static readonly TerminalFacts Good = new()
    {
        NowUnixMs = Given.Now, MerchantCaseExists = true, MachineTypeChosen = true, PapersComplete = true, MerchantVerified = true,
        SnReportedByVendor = true, SnFree = true, AddressGiven = true, RefusalReasonGiven = true, DeliveryProven = true, SnProofOk = true,
        InRegisteredArea = true, ElementsAccepted = true, AppVersion = Given.Version("3.0"), MinAppVersion = Given.Version("3.0"), ActivationCodeMatches = true,
        Role = ActorRole.Operator, Cause = HoldKind.Risk, CauseKeptAsHold = true, LastTransactionAtUnixMs = LastTransaction, NewSnFree = true,
        BindingMoved = true, OldKeyDisabled = true, LossReported = true, NewKeysIssued = true, KeysErased = true, ClearingTold = true,
        RetireReason = RetireReason.Returned,
    };

    private const string Idle = "TIMER_NOT_DUE CAUSE_NOT_KEPT_AS_HOLD";
    private const string Swapped = "NEW_SN_NOT_FREE BINDING_NOT_MOVED OLD_KEY_NOT_DISABLED";
    private const string Ended = "BATCH_OPEN KEYS_NOT_ERASED CLEARING_NOT_TOLD REASON_MISSING";

    public static Harness Machine { get; } = new Harness<TerminalState, TerminalEvent, TerminalFacts>(
        TerminalLifecycle.Machine,
        [
            (default, Stay.Lasting, Reason.TerminalNotRegistered),
            (Applied, Stay.Waiting, Reason.TerminalNotRegistered),
            (UnderReview, Stay.Waiting, Reason.TerminalNotRegistered),
            (Rejected, Stay.Final, Reason.TerminalNotRegistered),
            (Approved, Stay.Waiting, Reason.TerminalNotActivated),
            (Delivered, Stay.Waiting, Reason.TerminalNotActivated),
            (Active, Stay.Timed, Reason.Ok),
            (Suspended, Stay.Lasting, Reason.TerminalSuspended),
            (Lost, Stay.Lasting, Reason.TerminalSuspended),
            (Replaced, Stay.Final, Reason.TerminalRetired),
            (Retired, Stay.Final, Reason.TerminalRetired),
        ],
        [
            (default, Apply, Applied, "MERCHANT_CASE_MISSING MACHINE_TYPE_MISSING"),
            (Applied, BeginReview, UnderReview, "PAPERS_INCOMPLETE"),
            (UnderReview, Approve, Approved, "MERCHANT_NOT_VERIFIED SN_NOT_IN_VENDOR_REPORT SN_BOUND_ELSEWHERE ADDRESS_MISSING"),
            (UnderReview, Refuse, Rejected, "REASON_MISSING"),
            (Approved, Deliver, Delivered, "DELIVERY_NOT_PROVEN"),
            (Delivered, Activate, Active, "SN_PROOF_FAILED OUT_OF_AREA ELEMENTS_NOT_ACCEPTED APP_VERSION_TOO_OLD ACTIVATION_CODE_WRONG ACTIVATION_CODE_USED"),
            (Active, Suspend, Suspended, "ACTOR_NOT_AUTHORISED CAUSE_NOT_KEPT_AS_HOLD"),
            (Active, IdleTooLong, Suspended, Idle),
            (Suspended, Resume, Active, "HOLDS_STANDING MERCHANT_NOT_VERIFIED SN_PROOF_FAILED"),
            (Active, Swap, Replaced, Swapped),
            (Suspended, Swap, Replaced, Swapped),
            (Approved, ReportLost, Lost, "LOSS_NOT_REPORTED"),
            (Delivered, ReportLost, Lost, "LOSS_NOT_REPORTED"),
            (Active, ReportLost, Lost, "LOSS_NOT_REPORTED"),
            (Suspended, ReportLost, Lost, "LOSS_NOT_REPORTED"),
            (Lost, Reinstate, Delivered, "ACTOR_NOT_AUTHORISED NEW_KEYS_MISSING"),
            (Approved, Retire, Retired, Ended),
            (Delivered, Retire, Retired, Ended),
            (Active, Retire, Retired, Ended),
            (Suspended, Retire, Retired, Ended),
            (Lost, Retire, Retired, Ended),
        ],
        (_, what) => what is Suspend ? Good with { Role = ActorRole.Risk } : Good,
        (facts, now) => facts with { NowUnixMs = now },
        new()
        {
            ["MERCHANT_CASE_MISSING"] = facts => facts with { MerchantCaseExists = false },
            ["MACHINE_TYPE_MISSING"] = facts => facts with { MachineTypeChosen = false },
            ["PAPERS_INCOMPLETE"] = facts => facts with { PapersComplete = false },
            ["MERCHANT_NOT_VERIFIED"] = facts => facts with { MerchantVerified = false },
            ["SN_NOT_IN_VENDOR_REPORT"] = facts => facts with { SnReportedByVendor = false },
            ["SN_BOUND_ELSEWHERE"] = facts => facts with { SnFree = false },
            ["ADDRESS_MISSING"] = facts => facts with { AddressGiven = false },
            ["REASON_MISSING"] = facts => facts with { RefusalReasonGiven = false, RetireReason = RetireReason.None },
            ["DELIVERY_NOT_PROVEN"] = facts => facts with { DeliveryProven = false },
            ["SN_PROOF_FAILED"] = facts => facts with { SnProofOk = false },
            ["OUT_OF_AREA"] = facts => facts with { InRegisteredArea = false },
            ["ELEMENTS_NOT_ACCEPTED"] = facts => facts with { ElementsAccepted = false },
            ["APP_VERSION_TOO_OLD"] = facts => facts with { AppVersion = Given.Version("2.9") },
            ["ACTIVATION_CODE_WRONG"] = facts => facts with { ActivationCodeMatches = false },
            ["ACTIVATION_CODE_USED"] = facts => facts with { ActivationCodeUsed = true },
            ["ACTOR_NOT_AUTHORISED"] = facts => facts with { Role = ActorRole.Aml },
            ["CAUSE_NOT_KEPT_AS_HOLD"] = facts => facts with { CauseKeptAsHold = false },
            ["HOLDS_STANDING"] = facts => facts with { HoldsStanding = 1 },
            ["NEW_SN_NOT_FREE"] = facts => facts with { NewSnFree = false },
            ["BINDING_NOT_MOVED"] = facts => facts with { BindingMoved = false },
            ["OLD_KEY_NOT_DISABLED"] = facts => facts with { OldKeyDisabled = false },
            ["LOSS_NOT_REPORTED"] = facts => facts with { LossReported = false },
            ["NEW_KEYS_MISSING"] = facts => facts with { NewKeysIssued = false },
            ["BATCH_OPEN"] = facts => facts with { BatchOpen = true },
            ["KEYS_NOT_ERASED"] = facts => facts with { KeysErased = false },
            ["CLEARING_NOT_TOLD"] = facts => facts with { ClearingTold = false },
        },
        (_, _) => IdleFrom);
}
