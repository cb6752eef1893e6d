using VerifyGateway.Domain.Reasons;
using VerifyGateway.Domain.Records;
using static VerifyGateway.Domain.Lifecycle.BindingEvent;
using static VerifyGateway.Domain.Lifecycle.BindingState;
using Facts = VerifyGateway.Domain.Lifecycle.BindingFacts;

namespace VerifyGateway.Domain.Lifecycle;

/// <summary>
/// The life of one binding of a serial number to its five elements: acquirer, merchant, subject, settlement account, address
/// (银发〔2021〕259号: one machine, one code, one merchant). The settlement account is the subject's
/// (银行卡收单业务管理办法, PBOC Announcement 2013 No. 9).
/// </summary>
public static class BindingLifecycle
{
    private static readonly Guard<Facts>
        SnFree = new(Refusal.SnBoundElsewhere, it => it.SnFree),
        TerminalNoFree = new(Refusal.TerminalNoTaken, it => it.TerminalNoFree),
        InVerification = new(Refusal.MerchantNotInVerification, it => it.MerchantInVerification),
        AccountOfSubject = new(Refusal.SettlementAccountNotOfSubject, it => IsAccountOf(it.Subject, it.SettlementAccount)),
        CardOfSubject = new(Refusal.CardOfAnotherSubject, it => !it.CardOfAnotherSubject),
        OneDefault = new(Refusal.DefaultAccountNotOne, it => it.DefaultAccounts == 1),
        Complete = new(Refusal.ElementsIncomplete, it => it.ElementsComplete),
        WhyGiven = new(Refusal.ReasonMissing, it => it.ReasonGiven),
        Changeable = new(Refusal.ElementNotChangeable, it => it.Changed is BindingElement.Subject or BindingElement.SettlementAccount or BindingElement.Address),
        NewValueVerified = new(Refusal.NewValueNotVerified, IsNewValueVerified),
        SameVersion = new(Refusal.VersionConflict, it => it.ExpectedVersion == it.Version),
        NoBatch = new(Refusal.BatchOpen, it => !it.BatchOpen),
        NoPreAuth = new(Refusal.PreAuthOpen, it => !it.PreAuthOpen),
        TerminalGone = new(Refusal.TerminalNotRetired, it => it.TerminalRetired);

    /// <summary>
    /// The machine of what is stored. That the serial number is free is asked when a binding is proposed, reported and takes effect: of
    /// two proposals at a time only one may come through. While a change is under way, the old version stays in effect.
    /// </summary>
    public static Machine<BindingState, BindingEvent, Facts> Machine { get; } = new(
        "Binding",
        Reason.TerminalNotRegistered,
        [
            new(NotProposed, Stay.Lasting, Reason.TerminalNotRegistered),
            new(Proposed, Stay.Waiting, Reason.TerminalNotRegistered),
            new(Reported, Stay.Timed, Reason.TerminalNotRegistered),
            new(Effective, Stay.Lasting, Reason.Ok),
            new(Changing, Stay.Limited, Reason.Ok),
            new(Dissolved, Stay.Final, Reason.TerminalRetired),
            new(ReportRejected, Stay.Final, Reason.TerminalNotRegistered),
        ],
        [
            new(NotProposed, Propose, Proposed, [SnFree, TerminalNoFree, InVerification, AccountOfSubject, CardOfSubject, OneDefault]),
            new(Proposed, AcceptReport, Reported, [Complete, SnFree, TerminalNoFree]),
            new(Proposed, RefuseReport, ReportRejected, [WhyGiven]),
            new(Reported, TakeEffect, Effective, [SnFree, TerminalNoFree], it => it.EffectiveFromUnixMs),
            new(Effective, Change, Changing, [Changeable, NewValueVerified]),
            new(Changing, AcceptChange, Effective, [Complete, SameVersion]),
            new(Changing, RefuseChange, Effective, [WhyGiven]),
            new(Changing, ChangeOverdue, Effective, [], it => Times.After(it.EnteredAtUnixMs, Times.ThirtyDaysMs)),
            new(Effective, Unbind, Dissolved, [NoBatch, NoPreAuth, TerminalGone]),
        ]);

    /// <summary>
    /// The state to show: a binding in effect on which, or on whose identity, merchant, terminal or card, a hold stands shows as
    /// suspended. Derived, so that it ends with the hold and is not stored twice.
    /// </summary>
    public static BindingState Seen(BindingState stored, bool holdStands) => holdStands && (stored is Effective or Changing) ? Suspended : stored;

    private static bool IsAccountOf(SubjectKind subject, SettlementAccountKind account) => subject switch
    {
        SubjectKind.Person => account is SettlementAccountKind.OwnPersonal,
        SubjectKind.SoleTrader => account is SettlementAccountKind.OwnPersonal or SettlementAccountKind.SameNameCompany,
        SubjectKind.Enterprise or SubjectKind.Institution => account is SettlementAccountKind.SameNameCompany or SettlementAccountKind.ProvenFundsRelation,
        _ => false,
    };

    private static bool IsNewValueVerified(Facts it) => it.Changed switch
    {
        BindingElement.Subject => it.SubjectVerified,
        BindingElement.SettlementAccount => it.CardElementsAgree,
        BindingElement.Address => it.AddressEvidence,
        // What cannot change has no new value; the guard before says so.
        _ => true,
    };
}
