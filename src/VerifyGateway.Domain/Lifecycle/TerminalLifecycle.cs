using System.Collections.Immutable;
using VerifyGateway.Domain.Reasons;
using static VerifyGateway.Domain.Lifecycle.TerminalEvent;
using static VerifyGateway.Domain.Records.TerminalState;
using Facts = VerifyGateway.Domain.Lifecycle.TerminalFacts;
using Row = VerifyGateway.Domain.Lifecycle.Transition<VerifyGateway.Domain.Records.TerminalState, VerifyGateway.Domain.Lifecycle.TerminalEvent, VerifyGateway.Domain.Lifecycle.TerminalFacts>;
using State = VerifyGateway.Domain.Records.TerminalState;

namespace VerifyGateway.Domain.Lifecycle;

/// <summary>
/// The life of one terminal with one merchant: application, review, delivery, activation, service, suspension, end. One serial
/// number serves one merchant (银发〔2021〕259号); a merchant that has made no transaction for twelve months is stopped
/// (银发〔2019〕85号). An ended life never begins again: the same device starts a new one.
/// </summary>
public static class TerminalLifecycle
{
    /// <summary>Months without a transaction after which a terminal is suspended.</summary>
    public const int IdleMonths = 12;

    /// <summary>Where every terminal's life begins: it does not exist yet.</summary>
    public const State Start = default;

    private static readonly Guard<Facts>
        CaseExists = new(Refusal.MerchantCaseMissing, it => it.MerchantCaseExists),
        TypeChosen = new(Refusal.MachineTypeMissing, it => it.MachineTypeChosen),
        PapersComplete = new(Refusal.PapersIncomplete, it => it.PapersComplete),
        Verified = new(Refusal.MerchantNotVerified, it => it.MerchantVerified),
        SnReported = new(Refusal.SnNotInVendorReport, it => it.SnReportedByVendor),
        SnFree = new(Refusal.SnBoundElsewhere, it => it.SnFree),
        AddressGiven = new(Refusal.AddressMissing, it => it.AddressGiven),
        WhyRefused = new(Refusal.ReasonMissing, it => it.RefusalReasonGiven),
        DeliveryProven = new(Refusal.DeliveryNotProven, it => it.DeliveryProven),
        SnProof = new(Refusal.SnProofFailed, it => it.SnProofOk),
        InArea = new(Refusal.OutOfArea, it => it.InRegisteredArea),
        Accepted = new(Refusal.ElementsNotAccepted, it => it.ElementsAccepted),
        NewEnough = new(Refusal.AppVersionTooOld, it => it.AppVersion >= it.MinAppVersion),
        CodeMatches = new(Refusal.ActivationCodeWrong, it => it.ActivationCodeMatches),
        CodeUnused = new(Refusal.ActivationCodeUsed, it => !it.ActivationCodeUsed),
        MaySuspend = new(Refusal.ActorNotAuthorised, it => HoldRules.MayPlace(it.Role, it.Cause)),
        CauseKept = new(Refusal.CauseNotKeptAsHold, it => it.CauseKeptAsHold),
        NoHold = new(Refusal.HoldsStanding, it => it.HoldsStanding == 0),
        NewSnFree = new(Refusal.NewSnNotFree, it => it.NewSnFree),
        BindingMoved = new(Refusal.BindingNotMoved, it => it.BindingMoved),
        OldKeyOff = new(Refusal.OldKeyNotDisabled, it => it.OldKeyDisabled),
        LossReported = new(Refusal.LossNotReported, it => it.LossReported),
        ByOperator = new(Refusal.ActorNotAuthorised, it => it.Role is ActorRole.Operator),
        NewKeys = new(Refusal.NewKeysMissing, it => it.NewKeysIssued),
        NoBatch = new(Refusal.BatchOpen, it => !it.BatchOpen),
        KeysErased = new(Refusal.KeysNotErased, it => it.KeysErased),
        ClearingTold = new(Refusal.ClearingNotTold, it => it.ClearingTold),
        WhyRetired = new(Refusal.ReasonMissing, it => it.RetireReason is >= RetireReason.Broken and <= RetireReason.Other);

    /// <summary>
    /// The machine. A suspended terminal is told that it is suspended; where a hold is the cause, the check adds the hold's own
    /// reason, in the order of precedence. A terminal that was lost comes back as a delivered one, to be activated anew.
    /// </summary>
    public static Machine<State, TerminalEvent, Facts> Machine { get; } = new(
        "Terminal",
        Reason.TerminalNotRegistered,
        [
            new(Start, Stay.Lasting, Reason.TerminalNotRegistered),
            new(Applied, Stay.Waiting, Reason.TerminalNotRegistered),
            new(UnderReview, Stay.Waiting, Reason.TerminalNotRegistered),
            new(Rejected, Stay.Final, Reason.TerminalNotRegistered),
            new(Approved, Stay.Waiting, Reason.TerminalNotActivated),
            new(Delivered, Stay.Waiting, Reason.TerminalNotActivated),
            new(Active, Stay.Timed, Reason.Ok),
            new(Suspended, Stay.Lasting, Reason.TerminalSuspended),
            new(Lost, Stay.Lasting, Reason.TerminalSuspended),
            new(Replaced, Stay.Final, Reason.TerminalRetired),
            new(Retired, Stay.Final, Reason.TerminalRetired),
        ],
        [
            new(Start, Apply, Applied, [CaseExists, TypeChosen]),
            new(Applied, BeginReview, UnderReview, [PapersComplete]),
            new(UnderReview, Approve, Approved, [Verified, SnReported, SnFree, AddressGiven]),
            new(UnderReview, Refuse, Rejected, [WhyRefused]),
            new(Approved, Deliver, Delivered, [DeliveryProven]),
            new(Delivered, Activate, Active, [SnProof, InArea, Accepted, NewEnough, CodeMatches, CodeUnused]),
            new(Active, Suspend, Suspended, [MaySuspend, CauseKept]),
            new(Active, IdleTooLong, Suspended, [CauseKept], IdleAt),
            new(Suspended, Resume, Active, [NoHold, Verified, SnProof]),
            .. FromEach([Active, Suspended], Swap, Replaced, [NewSnFree, BindingMoved, OldKeyOff]),
            .. FromEach([Approved, Delivered, Active, Suspended], ReportLost, Lost, [LossReported]),
            new(Lost, Reinstate, Delivered, [ByOperator, NewKeys]),
            .. FromEach([Approved, Delivered, Active, Suspended, Lost], Retire, Retired, [NoBatch, KeysErased, ClearingTold, WhyRetired]),
        ]);

    private static long? IdleAt(Facts it) => it.LastTransactionAtUnixMs == 0 ? null : Times.AddMonths(it.LastTransactionAtUnixMs, IdleMonths);

    private static IEnumerable<Row> FromEach(ImmutableArray<State> from, TerminalEvent @event, State to, ImmutableArray<Guard<Facts>> guards) =>
        from.Select(state => new Row(state, @event, to, guards));
}
