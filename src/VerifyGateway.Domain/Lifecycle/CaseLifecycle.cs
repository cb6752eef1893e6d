using System.Collections.Immutable;
using VerifyGateway.Domain.Deciding;
using VerifyGateway.Domain.Reasons;
using VerifyGateway.Domain.Records;
using static VerifyGateway.Domain.Lifecycle.CaseEvent;
using static VerifyGateway.Domain.Lifecycle.CaseState;
using Facts = VerifyGateway.Domain.Lifecycle.CaseFacts;
using Row = VerifyGateway.Domain.Lifecycle.Transition<VerifyGateway.Domain.Lifecycle.CaseState, VerifyGateway.Domain.Lifecycle.CaseEvent, VerifyGateway.Domain.Lifecycle.CaseFacts>;
using State = VerifyGateway.Domain.Lifecycle.CaseState;

namespace VerifyGateway.Domain.Lifecycle;

/// <summary>
/// The real-name verification of one subject, from draft to archive. Channels by class of account follow PBOC Announcement 2015
/// No. 43 (非银行支付机构网络支付业务管理办法); consent follows 个人信息保护法; verification anew on dormancy follows 银发〔2016〕261号 and
/// 银发〔2019〕85号. Caps on tries stand before any call to a source.
/// </summary>
public static class CaseLifecycle
{
    private static readonly Guard<Facts>
        Consent = new(Refusal.ConsentMissing, it => it.Consent),
        SensitiveConsent = new(Refusal.SensitiveConsentMissing, it => it.SensitiveConsent),
        OnlyCase = new(Refusal.CaseAlreadyOpen, it => !it.OtherCaseOpen),
        NotSanctioned = new(Refusal.SubjectSanctioned, it => !it.Sanctioned),
        NotLeaving = new(Refusal.SubjectBeingDeregistered, it => !it.BeingDeregistered),
        FieldsValid = new(Refusal.InputInvalid, it => it.FieldsValid),
        DocumentsPresent = new(Refusal.DocumentsMissing, it => it.DocumentsPresent),
        AccountsDiffer = new(Refusal.AccountRepeated, it => !it.AccountRepeated),
        CardTriesLeft = new(Refusal.TryLimitDay, it => it.CardTries < it.Limits.CardTriesADay),
        IdTriesLeft = new(Refusal.IdTryLimitDay, it => it.IdTries < it.Limits.IdTriesADay),
        QuotaLeft = new(Refusal.UpstreamQuotaEmpty, it => it.UpstreamQuota),
        ChannelsEnough = new(Refusal.ChannelsTooFew, AreChannelsEnough),
        DocumentValid = new(Refusal.DocumentNotValid, it => it.DocumentValidTo is not { } day || it.NowUnixMs < ChinaTime.EndOf(day)),
        NotBlacklisted = new(Refusal.SubjectBlacklisted, it => !it.Blacklisted),
        NobodyToAsk = new(Refusal.OwnerConfirmationNeeded, it => !it.OwnerMustConfirm),
        WhyGiven = new(Refusal.ReasonMissing, it => it.ReasonGiven),
        ItemsSupplied = new(Refusal.NamedItemsMissing, it => it.NamedItemsSupplied),
        RoundsLeft = new(Refusal.RoundsExhausted, it => it.Rounds < it.Limits.MaxRounds),
        ByOperator = new(Refusal.ActorNotAuthorised, it => it.Role is ActorRole.Operator or ActorRole.Risk),
        ReviewerIsAnother = new(Refusal.ReviewerIsSubmitter, it => Persons.Differ(it.Submitter, it.Reviewer)),
        OverrideSigned = new(Refusal.BlacklistOverrideUnsigned, it => !it.Blacklisted
            || (Persons.Differ(it.SecondReviewer, it.Reviewer) && Persons.Differ(it.SecondReviewer, it.Submitter))),
        TokenOfSubject = new(Refusal.ConfirmTokenWrong, it => it.ConfirmationOfSubject),
        TriggerNamed = new(Refusal.TriggerMissing, it => it.Trigger is >= ReverifyTrigger.Risk and <= ReverifyTrigger.PeriodicReview),
        DeadlineAhead = new(Refusal.DeadlineNotAhead, it =>
            it.ReverifyByUnixMs > it.NowUnixMs || (it.ReverifyByUnixMs == it.NowUnixMs && it.Trigger is ReverifyTrigger.Risk)),
        Evidence = new(Refusal.EvidenceMissing, it => it.EvidenceOnRecord),
        FourEyes = new(Refusal.SecondPersonMissing, it => Persons.Differ(it.Reviewer, it.SecondReviewer)),
        CooledOff = new(Refusal.CoolingOff, it => it.NowUnixMs >= Times.After(it.EnteredAtUnixMs, it.Limits.CoolingOffHours * Times.HourMs)),
        Deregistered = new(Refusal.DeregistrationNotCompleted, it => it.DeregistrationCompleted);

    private static readonly ImmutableArray<Guard<Facts>>
        MayOpen = [Consent, SensitiveConsent, OnlyCase, NotSanctioned, NotLeaving],
        MayAskSources = [CardTriesLeft, IdTriesLeft, QuotaLeft],
        PassesChecks = [ChannelsEnough, DocumentValid, NotBlacklisted];

    /// <summary>States in which a case is neither ended nor refused.</summary>
    private static readonly ImmutableArray<State>
        Live = [Draft, Submitted, Checking, NeedsInfo, ManualReview, OwnerConfirm, Verified, Expiring, Expired, ReverifyDue, Lapsed];

    /// <summary>
    /// The machine. A refused case that is sent again goes on as a new case, which keeps the name of the refused one. A document
    /// that is about to expire, or has, does not shield a verified subject from being verified anew.
    /// </summary>
    public static Machine<State, CaseEvent, Facts> Machine { get; } = new(
        "Case",
        Reason.NotVerified,
        [
            new(NotOpened, Stay.Lasting, Reason.NotVerified),
            new(Draft, Stay.Limited, Reason.NotVerified),
            new(Submitted, Stay.Waiting, Reason.NotVerified),
            new(Checking, Stay.Waiting, Reason.VerificationPending),
            new(NeedsInfo, Stay.Limited, Reason.VerificationNeedsInfo),
            new(ManualReview, Stay.Waiting, Reason.VerificationPending),
            new(OwnerConfirm, Stay.Limited, Reason.VerificationPending),
            new(Verified, Stay.Timed, Reason.Ok),
            new(Expiring, Stay.Timed, Reason.DocumentExpiring),
            new(Expired, Stay.Lasting, Reason.DocumentExpired),
            new(ReverifyDue, Stay.Timed, Reason.ReverificationRequired),
            new(Lapsed, Stay.Lasting, Reason.ReverificationRequired),
            new(Rejected, Stay.Lasting, Reason.VerificationRejected),
            new(Withdrawn, Stay.Final, Reason.NotVerified),
            new(Revoked, Stay.Final, Reason.NotVerified),
            new(Archived, Stay.Final, Reason.Deregistered),
        ],
        [
            new(NotOpened, Open, Draft, MayOpen),
            new(Draft, Submit, Submitted, [FieldsValid, DocumentsPresent, AccountsDiffer]),
            new(Draft, DraftIdle, Withdrawn, [], AfterThirtyDays),
            new(Submitted, StartChecks, Checking, MayAskSources),
            new(Checking, ChannelsAgree, Verified, [.. PassesChecks, NobodyToAsk]),
            new(Checking, AskOwner, OwnerConfirm, PassesChecks),
            new(Checking, CurableMismatch, NeedsInfo, [WhyGiven]),
            new(Checking, FatalMismatch, Rejected, [WhyGiven]),
            new(Checking, Unclear, ManualReview, []),
            new(Checking, UpstreamBusy, Checking, []),
            new(NeedsInfo, Supplement, Checking, [ItemsSupplied, RoundsLeft, .. MayAskSources]),
            new(NeedsInfo, SupplementOverdue, Rejected, [], AfterThirtyDays),
            new(ManualReview, Approve, Verified, [ByOperator, ReviewerIsAnother, OverrideSigned, DocumentValid]),
            new(ManualReview, Refuse, Rejected, [ByOperator, ReviewerIsAnother, WhyGiven]),
            new(OwnerConfirm, Confirm, Verified, [TokenOfSubject, DocumentValid]),
            new(OwnerConfirm, ConfirmationOverdue, Withdrawn, [], AfterThirtyDays),
            new(Verified, DocumentExpires, Expiring, [], ExpiryWarning),
            new(Expiring, CaseEvent.DocumentExpired, Expired, [], EndOfDocument),
            .. FromEach([Expiring, Expired], DocumentRenewed, Verified, PassesChecks),
            .. FromEach([Verified, Expiring, Expired], RequireReverification, ReverifyDue, [TriggerNamed, DeadlineAhead]),
            .. FromEach([ReverifyDue, Lapsed], Reverified, Verified, PassesChecks),
            new(ReverifyDue, DeadlinePassed, Lapsed, [], it => it.ReverifyByUnixMs),
            .. FromEach(Live, Revoke, Revoked, [ByOperator, Evidence, FourEyes]),
            new(Rejected, Resubmit, Draft, [.. MayOpen, CooledOff, CardTriesLeft, IdTriesLeft]),
            .. FromEach([.. Live, Rejected], Archive, Archived, [Deregistered]),
        ]);

    /// <summary>How many external channels an account class needs (PBOC 2015 No. 43); a value that is no class needs more than there are.</summary>
    public static int ChannelsNeeded(AccountClass accountClass) => accountClass switch
    {
        AccountClass.Class1 => 1,
        AccountClass.Class2 => 3,
        AccountClass.Class3 => 5,
        _ => int.MaxValue,
    };

    /// <summary>Face to face takes the place of the channels for classes II and III only.</summary>
    private static bool AreChannelsEnough(Facts it) =>
        it.ExternalChannels >= ChannelsNeeded(it.AccountClass) || (it.FaceToFace && it.AccountClass is AccountClass.Class2 or AccountClass.Class3);

    private static long? AfterThirtyDays(Facts it) => Times.After(it.EnteredAtUnixMs, Times.ThirtyDaysMs);

    private static long? ExpiryWarning(Facts it) => EndOfDocument(it) - (it.Limits.ExpiryWarningDays * Times.DayMs);

    private static long? EndOfDocument(Facts it) => it.DocumentValidTo is { } day ? ChinaTime.EndOf(day) : null;

    private static IEnumerable<Row> FromEach(ImmutableArray<State> from, CaseEvent @event, State to, ImmutableArray<Guard<Facts>> guards) =>
        from.Select(state => new Row(state, @event, to, guards));
}
