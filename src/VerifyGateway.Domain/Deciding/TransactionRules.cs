using VerifyGateway.Domain.Reasons;

namespace VerifyGateway.Domain.Deciding;

/// <summary>
/// Which reasons stop which kind of transaction. New value is stopped by every reason; what corrects, returns or reports value
/// that has already moved is stopped only where the table says so. A reason that does not stop the kind becomes a warning.
/// </summary>
public static class TransactionRules
{
    /// <summary>Every reason that can stop anything; what only warns stops nothing, whoever asks.</summary>
    private static readonly ReasonSet All =
        ReasonSet.Of([.. ReasonTable.All.Where(row => row.Class is ReasonClass.Decline or ReasonClass.RetryLater).Select(row => row.Reason)]);

    /// <summary>What the holder has yet to do about its own identity and card, and its own freeze: no ground to keep a payer's money.</summary>
    private static readonly ReasonSet HoldersOwn = ReasonSet.Of(
        Reason.FrozenByOwner, Reason.VerificationRejected, Reason.NotVerified, Reason.VerificationNeedsInfo, Reason.VerificationPending,
        Reason.DocumentExpired, Reason.ReverificationRequired, Reason.Deregistering, Reason.CardMismatch);

    /// <summary>What is against a payer paying is not against the payer being paid back, unless it is the wrong payer.</summary>
    private static readonly ReasonSet PayersOwn = ReasonSet.Of(Reason.CardNotSupported, Reason.CardExpired, Reason.HolderNotVerified);

    /// <summary>The state of the terminal alone, which says nothing of money that the merchant is owed.</summary>
    private static readonly ReasonSet TerminalsOwn = ReasonSet.Of(
        Reason.TerminalSuspended, Reason.TerminalNotActivated, Reason.TerminalUpdateRequired, Reason.TerminalLocationOutOfArea, Reason.TerminalLocationMissing);

    /// <summary>Closed: nothing can be answered now.</summary>
    private static readonly ReasonSet Closed = ReasonSet.Of(Reason.Maintenance, Reason.CutOver);

    /// <summary>No dealings at all: not known, or gone for good, or not the terminal that it says it is; or closed for now.</summary>
    private static readonly ReasonSet NoDealings = Closed.Or(ReasonSet.Of(
        Reason.TerminalNotRegistered, Reason.TerminalSnProofFailed, Reason.Deregistered, Reason.TerminalRetired,
        Reason.TerminalMerchantMismatch, Reason.MerchantNotRegistered));

    /// <summary>The reasons that stop a kind; an unspecified kind is treated as a sale.</summary>
    public static ReasonSet StoppedBy(TransactionKind kind) => kind switch
    {
        // Money on its way back or already promised: neither the holder's nor the payer's own reasons keep it.
        TransactionKind.PreAuthCompletion or TransactionKind.Refund or TransactionKind.Void => All.Except(HoldersOwn).Except(PayersOwn),
        // A reversal undoes what the terminal could not finish: stopping it would leave the payer charged.
        TransactionKind.Reversal => ReasonSet.None,
        // A new terminal needs keys before it can be activated, an old program before it can be updated; a lost one gets none (Findings.StopSignIn).
        TransactionKind.SignIn or TransactionKind.Balance => NoDealings,
        // Sales that were made before the merchant or terminal ended are still paid out.
        TransactionKind.BatchSettlement => NoDealings.Except(ReasonSet.Of(Reason.Deregistered, Reason.TerminalRetired)),
        // What the merchant has earned is held while it is not known whose it is; its own freeze and its closing do not hold it.
        // No payer has a part in it, so that nothing about one holds it either.
        TransactionKind.SettlementPayout => All.Except(TerminalsOwn).Except(PayersOwn)
            .Except(ReasonSet.Of(Reason.FrozenByOwner, Reason.Deregistering, Reason.CardInvalid, Reason.HolderMismatch)),
        _ => All,
    };

    /// <summary>True of kinds that take new value from a payer; an unspecified kind counts as a sale.</summary>
    public static bool TakesNewValue(TransactionKind kind) => kind is TransactionKind.Sale or TransactionKind.PreAuth or TransactionKind.TopUp or < TransactionKind.Sale or > TransactionKind.TopUp;

    /// <summary>True of kinds that finish or give back value that was taken before.</summary>
    public static bool FinishesOrReturns(TransactionKind kind) => kind is TransactionKind.PreAuthCompletion or TransactionKind.Refund or TransactionKind.Void;

    /// <summary>True of kinds that a policy may speak of; what undoes, reports or asks is never restricted by one.</summary>
    public static bool MayBeRestricted(TransactionKind kind) => TakesNewValue(kind) || FinishesOrReturns(kind);
}
