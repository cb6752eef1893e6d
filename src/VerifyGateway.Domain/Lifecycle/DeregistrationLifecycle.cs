using System.Collections.Immutable;
using VerifyGateway.Domain.Reasons;
using static VerifyGateway.Domain.Lifecycle.DeregistrationEvent;
using static VerifyGateway.Domain.Lifecycle.DeregistrationState;
using Facts = VerifyGateway.Domain.Lifecycle.DeregistrationFacts;
using Row = VerifyGateway.Domain.Lifecycle.Transition<VerifyGateway.Domain.Lifecycle.DeregistrationState, VerifyGateway.Domain.Lifecycle.DeregistrationEvent, VerifyGateway.Domain.Lifecycle.DeregistrationFacts>;
using State = VerifyGateway.Domain.Lifecycle.DeregistrationState;

namespace VerifyGateway.Domain.Lifecycle;

/// <summary>
/// The deregistration of a merchant (注销): requested, checked, wound down, reviewed, confirmed by the owner, executed. What has
/// been completed never comes back, and what executes never goes back; a sanction is not washed away by it (银发〔2016〕261号).
/// Ending the agreement disables the terminals and closes the interface (银行卡收单业务管理办法, PBOC Announcement 2013 No. 9).
/// </summary>
public static class DeregistrationLifecycle
{
    /// <summary>Tries of the identity check in a day.</summary>
    public const int IdentityTriesADay = 5;

    private static readonly Guard<Facts>
        Entitled = new(Refusal.DeregRequesterNotEntitled, it =>
            it.RequestedAs is DeregistrationRequester.Owner or DeregistrationRequester.LegalRepresentative
            || (it.RequestedAs is DeregistrationRequester.Agent && it.WrittenAuthority)),
        OnlyOne = new(Refusal.DeregAlreadyOpen, it => !it.OtherDeregistrationOpen),
        WhyGiven = new(Refusal.ReasonMissing, it => it.ReasonGiven),
        PapersFalse = new(Refusal.DeregFalsePapersNotFound, it => it.FalsePapersOnRecord),
        TriesLeft = new(Refusal.DeregIdentityTryLimit, it => it.IdentityTries < IdentityTriesADay),
        Blocked = new(Refusal.DeregNoHardBlocker, it => HardBlockers.Any(guard => !guard.Holds(it))),
        ByOperator = new(Refusal.ActorNotAuthorised, it => it.Role is ActorRole.Operator or ActorRole.Risk),
        ReviewerIsAnother = new(Refusal.ReviewerIsSubmitter, it => Persons.Differ(it.Requester, it.Reviewer)),
        NotMalicious = new(Refusal.DeregMaliciousPattern, it => !it.MaliciousPattern),
        ByOwner = new(Refusal.ActorNotOwner, it => it.Role is ActorRole.Holder),
        SteppedUp = new(Refusal.StepUpMissing, it => it.StepUpPassed),
        AgreementCurrent = new(Refusal.DeregAgreementOutdated, it => it.CurrentAgreement > 0 && it.AcceptedAgreement == it.CurrentAgreement),
        Evidence = new(Refusal.EvidenceMissing, it => it.EvidenceOnRecord),
        Failed = new(Refusal.DeregStepNotFailed, it => it.StepHasFailed);

    private static readonly ImmutableArray<Guard<Facts>>
        MaterialsThere = DeregistrationBlockers.Guards(BlockerPhase.Materials),
        IdentityPassed = DeregistrationBlockers.Guards(BlockerPhase.Identity),
        HardBlockers = DeregistrationBlockers.Guards(BlockerPhase.Hard),
        NothingOpen = DeregistrationBlockers.Guards(BlockerPhase.Hard, BlockerPhase.Soft),
        AllStepsDone =
        [
            Done(Refusal.DeregBindingsNotDissolved, ClosingSteps.BindingsDissolved),
            Done(Refusal.DeregTerminalsNotRetired, ClosingSteps.TerminalsRetired),
            Done(Refusal.DeregKeysNotDisabled, ClosingSteps.KeysDisabled),
            Done(Refusal.DeregClearingNotTold, ClosingSteps.ClearingTold),
            Done(Refusal.DeregAccountNotClosed, ClosingSteps.AccountClosed),
            Done(Refusal.DeregCachesNotInvalidated, ClosingSteps.CachesInvalidated),
            Done(Refusal.DeregArchiveNotLocked, ClosingSteps.ArchiveLocked),
            Done(Refusal.DeregReceiptNotSigned, ClosingSteps.ReceiptSigned),
        ];

    /// <summary>
    /// The machine. What blocks is looked at once more before the owner's word takes effect, since nothing after it can be undone:
    /// a hold that was placed, or money that came in, while it was under review stops it there.
    /// </summary>
    public static Machine<State, DeregistrationEvent, Facts> Machine { get; } = new(
        "Deregistration",
        Reason.Deregistering,
        [
            new(NotRequested, Stay.Lasting, Reason.Ok),
            new(Requested, Stay.Limited, Reason.Ok),
            new(Materials, Stay.Limited, Reason.Ok),
            new(IdentityCheck, Stay.Limited, Reason.Ok),
            new(Precheck, Stay.Waiting, Reason.Ok),
            new(WindDown, Stay.Limited, Reason.Deregistering),
            new(Review, Stay.Waiting, Reason.Deregistering),
            new(OwnerConfirm, Stay.Limited, Reason.Deregistering),
            new(Executing, Stay.Waiting, Reason.Deregistering),
            new(Completed, Stay.Final, Reason.Deregistered),
            new(Rejected, Stay.Final, Reason.Ok),
            new(Cancelled, Stay.Final, Reason.Ok),
            new(Expired, Stay.Final, Reason.Ok),
            new(OnHold, Stay.Waiting, Reason.Ok),
        ],
        [
            new(NotRequested, Request, Requested, [Entitled, OnlyOne, WhyGiven]),
            new(Requested, Upload, Materials, []),
            new(Materials, CompleteMaterials, IdentityCheck, MaterialsThere),
            new(Materials, FindFalsePapers, Rejected, [PapersFalse]),
            new(IdentityCheck, PassIdentityCheck, Precheck, [TriesLeft, .. IdentityPassed]),
            new(Precheck, BeginWindDown, WindDown, HardBlockers),
            new(Precheck, PutOnHold, OnHold, [Blocked]),
            new(Precheck, RefuseForBlocker, Rejected, [Blocked, WhyGiven]),
            new(OnHold, Resume, Precheck, HardBlockers),
            new(WindDown, AllClear, Review, NothingOpen),
            new(Review, Approve, OwnerConfirm, [ByOperator, ReviewerIsAnother, NotMalicious]),
            new(Review, Refuse, Rejected, [ByOperator, ReviewerIsAnother, WhyGiven]),
            new(OwnerConfirm, Accept, Executing, [ByOwner, SteppedUp, AgreementCurrent, Evidence, .. NothingOpen]),
            .. FromEach([Requested, Materials, IdentityCheck, Precheck, OnHold, WindDown, Review, OwnerConfirm], Cancel, Cancelled, [ByOwner, SteppedUp]),
            .. FromEach([Requested, Materials, IdentityCheck, WindDown, OwnerConfirm], Overdue, Expired, [], AfterThirtyDays),
            new(Executing, StepFailed, Executing, [Failed]),
            new(Executing, Finish, Completed, AllStepsDone),
        ]);

    private static Guard<Facts> Done(Refusal refusal, ClosingSteps step) => new(refusal, it => it.StepsDone.HasFlag(step));

    private static long? AfterThirtyDays(Facts it) => Times.After(it.EnteredAtUnixMs, Times.ThirtyDaysMs);

    private static IEnumerable<Row> FromEach(
        ImmutableArray<State> from, DeregistrationEvent @event, State to, ImmutableArray<Guard<Facts>> guards, Func<Facts, long?>? dueAt = null) =>
        from.Select(state => new Row(state, @event, to, guards, dueAt));
}
