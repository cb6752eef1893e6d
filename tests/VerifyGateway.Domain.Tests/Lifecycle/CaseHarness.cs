using VerifyGateway.Domain.Lifecycle;
using VerifyGateway.Domain.Reasons;
using VerifyGateway.Domain.Records;
using static VerifyGateway.Domain.Lifecycle.CaseEvent;
using static VerifyGateway.Domain.Lifecycle.CaseState;

namespace VerifyGateway.Domain.Tests.Lifecycle;

/// <summary>The life of a verification case once more, as specified.</summary>
internal static class CaseHarness
{
    public static readonly long DayMs = 86_400_000;

    public static readonly long Entered = Given.Now - (2 * DayMs);

    public static readonly CaseFacts Good = new()
    {
        NowUnixMs = Given.Now, EnteredAtUnixMs = Entered, Consent = true, SensitiveConsent = true, FieldsValid = true, DocumentsPresent = true,
        CardTries = 2, IdTries = 29, UpstreamQuota = true, AccountClass = AccountClass.Class3, ExternalChannels = 5,
        DocumentValidTo = Given.Day("2027-12-31"), ConfirmationOfSubject = true, Submitter = "p1", Reviewer = "p2", SecondReviewer = "p3",
        Role = ActorRole.Operator, ReasonGiven = true, EvidenceOnRecord = true, NamedItemsSupplied = true, Rounds = 4, Trigger = ReverifyTrigger.Policy,
        ReverifyByUnixMs = Given.Now + 1, DeregistrationCompleted = true,
    };

    private const string Timer = "TIMER_NOT_DUE";
    private const string Checks = "CHANNELS_TOO_FEW DOCUMENT_NOT_VALID SUBJECT_BLACKLISTED";
    private const string Opens = "CONSENT_MISSING SENSITIVE_CONSENT_MISSING CASE_ALREADY_OPEN SUBJECT_SANCTIONED SUBJECT_BEING_DEREGISTERED";
    private const string Revokes = "ACTOR_NOT_AUTHORISED EVIDENCE_MISSING SECOND_PERSON_MISSING";
    private const string Archives = "DEREGISTRATION_NOT_COMPLETED";

    public static Harness Machine { get; } = new Harness<CaseState, CaseEvent, CaseFacts>(
        CaseLifecycle.Machine,
        [
            (NotOpened, Stay.Lasting, Reason.NotVerified),
            (Draft, Stay.Limited, Reason.NotVerified),
            (Submitted, Stay.Waiting, Reason.NotVerified),
            (Checking, Stay.Waiting, Reason.VerificationPending),
            (NeedsInfo, Stay.Limited, Reason.VerificationNeedsInfo),
            (ManualReview, Stay.Waiting, Reason.VerificationPending),
            (OwnerConfirm, Stay.Limited, Reason.VerificationPending),
            (Verified, Stay.Timed, Reason.Ok),
            (Expiring, Stay.Timed, Reason.DocumentExpiring),
            (Expired, Stay.Lasting, Reason.DocumentExpired),
            (CaseState.ReverifyDue, Stay.Timed, Reason.ReverificationRequired),
            (CaseState.Lapsed, Stay.Lasting, Reason.ReverificationRequired),
            (Rejected, Stay.Lasting, Reason.VerificationRejected),
            (Withdrawn, Stay.Final, Reason.NotVerified),
            (CaseState.Revoked, Stay.Final, Reason.NotVerified),
            (Archived, Stay.Final, Reason.Deregistered),
        ],
        [
            (NotOpened, Open, Draft, Opens),
            (Draft, Submit, Submitted, "INPUT_INVALID DOCUMENTS_MISSING ACCOUNT_REPEATED"),
            (Draft, DraftIdle, Withdrawn, Timer),
            (Submitted, StartChecks, Checking, "TRY_LIMIT_DAY ID_TRY_LIMIT_DAY UPSTREAM_QUOTA_EMPTY"),
            (Checking, ChannelsAgree, Verified, $"{Checks} OWNER_CONFIRMATION_NEEDED"),
            (Checking, AskOwner, OwnerConfirm, Checks),
            (Checking, CurableMismatch, NeedsInfo, "REASON_MISSING"),
            (Checking, FatalMismatch, Rejected, "REASON_MISSING"),
            (Checking, Unclear, ManualReview, ""),
            (Checking, UpstreamBusy, Checking, ""),
            (NeedsInfo, Supplement, Checking, "NAMED_ITEMS_MISSING ROUNDS_EXHAUSTED TRY_LIMIT_DAY ID_TRY_LIMIT_DAY UPSTREAM_QUOTA_EMPTY"),
            (NeedsInfo, SupplementOverdue, Rejected, Timer),
            (ManualReview, Approve, Verified, "ACTOR_NOT_AUTHORISED REVIEWER_IS_SUBMITTER BLACKLIST_OVERRIDE_UNSIGNED DOCUMENT_NOT_VALID"),
            (ManualReview, Refuse, Rejected, "ACTOR_NOT_AUTHORISED REVIEWER_IS_SUBMITTER REASON_MISSING"),
            (OwnerConfirm, Confirm, Verified, "CONFIRM_TOKEN_WRONG DOCUMENT_NOT_VALID"),
            (OwnerConfirm, ConfirmationOverdue, Withdrawn, Timer),
            (Verified, DocumentExpires, Expiring, Timer),
            (Expiring, DocumentExpired, Expired, Timer),
            (Expiring, DocumentRenewed, Verified, Checks),
            (Expired, DocumentRenewed, Verified, Checks),
            (Verified, RequireReverification, CaseState.ReverifyDue, "TRIGGER_MISSING DEADLINE_NOT_AHEAD"),
            (Expiring, RequireReverification, CaseState.ReverifyDue, "TRIGGER_MISSING DEADLINE_NOT_AHEAD"),
            (Expired, RequireReverification, CaseState.ReverifyDue, "TRIGGER_MISSING DEADLINE_NOT_AHEAD"),
            (CaseState.ReverifyDue, Reverified, Verified, Checks),
            (CaseState.Lapsed, Reverified, Verified, Checks),
            (CaseState.ReverifyDue, DeadlinePassed, CaseState.Lapsed, Timer),
            .. new[] { Draft, Submitted, Checking, NeedsInfo, ManualReview, OwnerConfirm, Verified, Expiring, Expired, CaseState.ReverifyDue, CaseState.Lapsed }
                .Select(state => (state, Revoke, CaseState.Revoked, Revokes)),
            (Rejected, Resubmit, Draft, $"{Opens} COOLING_OFF TRY_LIMIT_DAY ID_TRY_LIMIT_DAY"),
            .. new[] { Draft, Submitted, Checking, NeedsInfo, ManualReview, OwnerConfirm, Verified, Expiring, Expired, CaseState.ReverifyDue, CaseState.Lapsed, Rejected }
                .Select(state => (state, Archive, Archived, Archives)),
        ],
        (_, _) => Good,
        (facts, now) => facts with { NowUnixMs = now },
        new()
        {
            ["CONSENT_MISSING"] = facts => facts with { Consent = false },
            ["SENSITIVE_CONSENT_MISSING"] = facts => facts with { SensitiveConsent = false },
            ["CASE_ALREADY_OPEN"] = facts => facts with { OtherCaseOpen = true },
            ["SUBJECT_SANCTIONED"] = facts => facts with { Sanctioned = true },
            ["SUBJECT_BEING_DEREGISTERED"] = facts => facts with { BeingDeregistered = true },
            ["INPUT_INVALID"] = facts => facts with { FieldsValid = false },
            ["DOCUMENTS_MISSING"] = facts => facts with { DocumentsPresent = false },
            ["ACCOUNT_REPEATED"] = facts => facts with { AccountRepeated = true },
            ["TRY_LIMIT_DAY"] = facts => facts with { CardTries = 3 },
            ["ID_TRY_LIMIT_DAY"] = facts => facts with { IdTries = 30 },
            ["UPSTREAM_QUOTA_EMPTY"] = facts => facts with { UpstreamQuota = false },
            ["CHANNELS_TOO_FEW"] = facts => facts with { ExternalChannels = 4 },
            ["DOCUMENT_NOT_VALID"] = facts => facts with { DocumentValidTo = Given.Day("2026-05-31") },
            ["SUBJECT_BLACKLISTED"] = facts => facts with { Blacklisted = true },
            ["OWNER_CONFIRMATION_NEEDED"] = facts => facts with { OwnerMustConfirm = true },
            ["REASON_MISSING"] = facts => facts with { ReasonGiven = false },
            ["NAMED_ITEMS_MISSING"] = facts => facts with { NamedItemsSupplied = false },
            ["ROUNDS_EXHAUSTED"] = facts => facts with { Rounds = 5 },
            ["ACTOR_NOT_AUTHORISED"] = facts => facts with { Role = ActorRole.Holder },
            ["REVIEWER_IS_SUBMITTER"] = facts => facts with { Reviewer = "p1" },
            ["BLACKLIST_OVERRIDE_UNSIGNED"] = facts => facts with { Blacklisted = true, SecondReviewer = null },
            ["CONFIRM_TOKEN_WRONG"] = facts => facts with { ConfirmationOfSubject = false },
            ["TRIGGER_MISSING"] = facts => facts with { Trigger = ReverifyTrigger.None },
            ["DEADLINE_NOT_AHEAD"] = facts => facts with { ReverifyByUnixMs = Given.Now },
            ["EVIDENCE_MISSING"] = facts => facts with { EvidenceOnRecord = false },
            ["SECOND_PERSON_MISSING"] = facts => facts with { SecondReviewer = "p2" },
            ["COOLING_OFF"] = facts => facts with { EnteredAtUnixMs = Given.Now - DayMs + 1 },
            ["DEREGISTRATION_NOT_COMPLETED"] = facts => facts with { DeregistrationCompleted = false },
        },
        (_, what) => what switch
        {
            DocumentExpires => Given.China("2027-12-02 00:00:00.000"),
            DocumentExpired => Given.China("2028-01-01 00:00:00.000"),
            DeadlinePassed => Given.Now + 1,
            _ => Entered + (30 * DayMs),
        });
}
