using VerifyGateway.Domain.Lifecycle;
using VerifyGateway.Domain.Reasons;
using static VerifyGateway.Domain.Lifecycle.DeregistrationEvent;
using static VerifyGateway.Domain.Lifecycle.DeregistrationState;

namespace VerifyGateway.Domain.Tests.Lifecycle;

/// <summary>The course of a deregistration once more, as specified.</summary>
internal static class DeregistrationHarness
{
    public const string HardCodes = "DEREG_BLOCKING_CONTROL DEREG_JUDICIAL_HOLD DEREG_AML_HOLD DEREG_RISK_HOLD DEREG_SANCTION";
    public const string OpenCodes =
        "DEREG_BALANCE_NONZERO DEREG_UNSETTLED_TRANSACTIONS DEREG_OPEN_PREAUTH DEREG_FUNDS_PENDING DEREG_CONSUMER_COMPLAINT_OPEN DEREG_CHARGEBACK_WINDOW "
        + HardCodes
        + " DEREG_LINKED_SERVICES DEREG_TERMINALS_NOT_RETURNED DEREG_FEES_DUE DEREG_DEPOSIT_HELD DEREG_OPEN_CASE DEREG_SUBJECT_CONFLICT DEREG_OTHER";

    public static readonly long Entered = Given.Now - CaseHarness.DayMs;

    public static readonly DeregistrationFacts Good = new()
    {
        NowUnixMs = Given.Now, EnteredAtUnixMs = Entered, RequestedAs = DeregistrationRequester.Agent, WrittenAuthority = true, ReasonGiven = true,
        FalsePapersOnRecord = true, IdentityTries = 4, Requester = "p1", Reviewer = "p2", StepUpPassed = true, AcceptedAgreement = 7,
        CurrentAgreement = 7, EvidenceOnRecord = true, StepHasFailed = true, StepsDone = ClosingSteps.All, ChargebackUntilUnixMs = Given.Now,
        MaterialsComplete = true, IdentityPassed = true,
    };

    private const string Cancels = "ACTOR_NOT_OWNER STEP_UP_MISSING";
    private const string Reviews = "ACTOR_NOT_AUTHORISED REVIEWER_IS_SUBMITTER";
    private const string Timer = "TIMER_NOT_DUE";

    public static Dictionary<string, Func<DeregistrationFacts, DeregistrationFacts>> Breakers { get; } = new()
    {
        ["DEREG_REQUESTER_NOT_ENTITLED"] = facts => facts with { WrittenAuthority = false },
        ["DEREG_ALREADY_OPEN"] = facts => facts with { OtherDeregistrationOpen = true },
        ["REASON_MISSING"] = facts => facts with { ReasonGiven = false },
        ["DEREG_FALSE_PAPERS_NOT_FOUND"] = facts => facts with { FalsePapersOnRecord = false },
        ["DEREG_IDENTITY_TRY_LIMIT"] = facts => facts with { IdentityTries = 5 },
        ["DEREG_NO_HARD_BLOCKER"] = facts => facts with { RiskHold = false },
        ["ACTOR_NOT_AUTHORISED"] = facts => facts with { Role = ActorRole.Holder },
        ["REVIEWER_IS_SUBMITTER"] = facts => facts with { Reviewer = "p1" },
        ["DEREG_MALICIOUS_PATTERN"] = facts => facts with { MaliciousPattern = true },
        ["ACTOR_NOT_OWNER"] = facts => facts with { Role = ActorRole.Operator },
        ["STEP_UP_MISSING"] = facts => facts with { StepUpPassed = false },
        ["DEREG_AGREEMENT_OUTDATED"] = facts => facts with { AcceptedAgreement = 6 },
        ["EVIDENCE_MISSING"] = facts => facts with { EvidenceOnRecord = false },
        ["DEREG_STEP_NOT_FAILED"] = facts => facts with { StepHasFailed = false },
        ["DEREG_BINDINGS_NOT_DISSOLVED"] = Without(ClosingSteps.BindingsDissolved),
        ["DEREG_TERMINALS_NOT_RETIRED"] = Without(ClosingSteps.TerminalsRetired),
        ["DEREG_KEYS_NOT_DISABLED"] = Without(ClosingSteps.KeysDisabled),
        ["DEREG_CLEARING_NOT_TOLD"] = Without(ClosingSteps.ClearingTold),
        ["DEREG_ACCOUNT_NOT_CLOSED"] = Without(ClosingSteps.AccountClosed),
        ["DEREG_CACHES_NOT_INVALIDATED"] = Without(ClosingSteps.CachesInvalidated),
        ["DEREG_ARCHIVE_NOT_LOCKED"] = Without(ClosingSteps.ArchiveLocked),
        ["DEREG_RECEIPT_NOT_SIGNED"] = Without(ClosingSteps.ReceiptSigned),
        ["DEREG_BALANCE_NONZERO"] = facts => facts with { BalanceFen = 1 },
        ["DEREG_UNSETTLED_TRANSACTIONS"] = facts => facts with { Unsettled = 1 },
        ["DEREG_OPEN_PREAUTH"] = facts => facts with { OpenPreAuths = 1 },
        ["DEREG_FUNDS_PENDING"] = facts => facts with { FundsPending = true },
        ["DEREG_CONSUMER_COMPLAINT_OPEN"] = facts => facts with { OpenComplaints = 1 },
        ["DEREG_CHARGEBACK_WINDOW"] = facts => facts with { ChargebackUntilUnixMs = Given.Now + 1 },
        ["DEREG_BLOCKING_CONTROL"] = facts => facts with { BlockingControl = true },
        ["DEREG_JUDICIAL_HOLD"] = facts => facts with { JudicialHold = true },
        ["DEREG_AML_HOLD"] = facts => facts with { AmlHold = true },
        ["DEREG_RISK_HOLD"] = facts => facts with { RiskHold = true },
        ["DEREG_SANCTION"] = facts => facts with { Sanctioned = true },
        ["DEREG_LINKED_SERVICES"] = facts => facts with { LinkedServices = 1 },
        ["DEREG_TERMINALS_NOT_RETURNED"] = facts => facts with { TerminalsOut = 1 },
        ["DEREG_FEES_DUE"] = facts => facts with { FeesDueFen = 1 },
        ["DEREG_DEPOSIT_HELD"] = facts => facts with { DepositHeldFen = 1 },
        ["DEREG_OPEN_CASE"] = facts => facts with { OtherCaseOpen = true },
        ["DEREG_MATERIALS_INCOMPLETE"] = facts => facts with { MaterialsComplete = false },
        ["DEREG_IDENTITY_FAILED"] = facts => facts with { IdentityPassed = false },
        ["DEREG_SUBJECT_CONFLICT"] = facts => facts with { BoundElsewhere = true },
        ["DEREG_OTHER"] = facts => facts with { OtherObstacle = true },
    };

    public static Harness Machine { get; } = new Harness<DeregistrationState, DeregistrationEvent, DeregistrationFacts>(
        DeregistrationLifecycle.Machine,
        [
            (NotRequested, Stay.Lasting, Reason.Ok),
            (Requested, Stay.Limited, Reason.Ok),
            (Materials, Stay.Limited, Reason.Ok),
            (IdentityCheck, Stay.Limited, Reason.Ok),
            (Precheck, Stay.Waiting, Reason.Ok),
            (WindDown, Stay.Limited, Reason.Deregistering),
            (Review, Stay.Waiting, Reason.Deregistering),
            (OwnerConfirm, Stay.Limited, Reason.Deregistering),
            (Executing, Stay.Waiting, Reason.Deregistering),
            (Completed, Stay.Final, Reason.Deregistered),
            (Rejected, Stay.Final, Reason.Ok),
            (Cancelled, Stay.Final, Reason.Ok),
            (Expired, Stay.Final, Reason.Ok),
            (OnHold, Stay.Waiting, Reason.Ok),
        ],
        [
            (NotRequested, Request, Requested, "DEREG_REQUESTER_NOT_ENTITLED DEREG_ALREADY_OPEN REASON_MISSING"),
            (Requested, Upload, Materials, ""),
            (Materials, CompleteMaterials, IdentityCheck, "DEREG_MATERIALS_INCOMPLETE"),
            (Materials, FindFalsePapers, Rejected, "DEREG_FALSE_PAPERS_NOT_FOUND"),
            (IdentityCheck, PassIdentityCheck, Precheck, "DEREG_IDENTITY_TRY_LIMIT DEREG_IDENTITY_FAILED"),
            (Precheck, BeginWindDown, WindDown, HardCodes),
            (Precheck, PutOnHold, OnHold, "DEREG_NO_HARD_BLOCKER"),
            (Precheck, RefuseForBlocker, Rejected, "DEREG_NO_HARD_BLOCKER REASON_MISSING"),
            (OnHold, Resume, Precheck, HardCodes),
            (WindDown, AllClear, Review, OpenCodes),
            (Review, Approve, OwnerConfirm, $"{Reviews} DEREG_MALICIOUS_PATTERN"),
            (Review, Refuse, Rejected, $"{Reviews} REASON_MISSING"),
            (OwnerConfirm, Accept, Executing, $"ACTOR_NOT_OWNER STEP_UP_MISSING DEREG_AGREEMENT_OUTDATED EVIDENCE_MISSING {OpenCodes}"),
            .. new[] { Requested, Materials, IdentityCheck, Precheck, OnHold, WindDown, Review, OwnerConfirm }.Select(state => (state, Cancel, Cancelled, Cancels)),
            .. new[] { Requested, Materials, IdentityCheck, WindDown, OwnerConfirm }.Select(state => (state, Overdue, Expired, Timer)),
            (Executing, StepFailed, Executing, "DEREG_STEP_NOT_FAILED"),
            (Executing, Finish, Completed, "DEREG_BINDINGS_NOT_DISSOLVED DEREG_TERMINALS_NOT_RETIRED DEREG_KEYS_NOT_DISABLED DEREG_CLEARING_NOT_TOLD "
                + "DEREG_ACCOUNT_NOT_CLOSED DEREG_CACHES_NOT_INVALIDATED DEREG_ARCHIVE_NOT_LOCKED DEREG_RECEIPT_NOT_SIGNED"),
        ],
        (_, what) => what switch
        {
            PutOnHold or RefuseForBlocker => Good with { RiskHold = true },
            Approve or Refuse => Good with { Role = ActorRole.Operator },
            _ => Good with { Role = ActorRole.Holder },
        },
        (facts, now) => facts with { NowUnixMs = now },
        Breakers,
        (_, _) => Entered + (30 * CaseHarness.DayMs));

    private static Func<DeregistrationFacts, DeregistrationFacts> Without(ClosingSteps step) => facts => facts with { StepsDone = facts.StepsDone & ~step };
}
