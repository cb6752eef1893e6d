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

    /// <summary>What the holder has yet to do about its own identity, and its own freeze: no ground to keep a payer's money.</summary>
    private static readonly ReasonSet HoldersOwn = ReasonSet.Of(
        Reason.FrozenByOwner, Reason.VerificationRejected, Reason.NotVerified, Reason.VerificationNeedsInfo, Reason.VerificationPending,
        Reason.DocumentExpired, Reason.ReverificationRequired, Reason.Deregistering);

    /// <summary>No dealings at all: not known, or gone for good, or not the terminal that it says it is.</summary>
    private static readonly ReasonSet NoDealings = ReasonSet.Of(
        Reason.TerminalNotRegistered, Reason.TerminalSnProofFailed, Reason.Deregistered, Reason.TerminalRetired,
        Reason.TerminalMerchantMismatch, Reason.MerchantNotRegistered);

    /// <summary>The reasons that stop a kind; an unspecified kind is treated as a sale.</summary>
    public static ReasonSet StoppedBy(TransactionKind kind) => kind switch
    {
        // Money on its way back or already promised: the holder's own reasons do not keep it.
        TransactionKind.PreAuthCompletion or TransactionKind.Refund or TransactionKind.Void => All.Except(HoldersOwn),
        // A reversal undoes what the terminal could not finish: stopping it would leave the payer charged.
        TransactionKind.Reversal => ReasonSet.None,
        // A lost terminal gets no keys; a new one needs them before it can be activated.
        TransactionKind.SignIn => NoDealings.With(Reason.TerminalSuspended),
        TransactionKind.Balance => NoDealings,
        // Sales that were made before the merchant or terminal ended are still paid out.
        TransactionKind.BatchSettlement => NoDealings.Except(ReasonSet.Of(Reason.Deregistered, Reason.TerminalRetired)),
        _ => All,
    };
}
