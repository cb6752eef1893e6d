namespace VerifyGateway.Domain.Reasons;

/// <summary>Why a check was answered as it was. Numbers are those on the wire; which of several comes first is the order of <see cref="ReasonTable.All"/>.</summary>
public enum Reason : byte
{
    /// <summary>Nothing stands against the transaction.</summary>
    Ok = 1,
    /// <summary>The request has a field that breaks a rule of format.</summary>
    InputFormat = 2,
    /// <summary>The request lacks a field that it needs.</summary>
    InputMissing = 3,
    /// <summary>The gateway cannot answer at the moment.</summary>
    GatewayUnavailable = 4,
    /// <summary>A planned maintenance window is open.</summary>
    Maintenance = 5,
    /// <summary>The day-end cut-over is running.</summary>
    CutOver = 6,
    /// <summary>Something the gateway asked did not answer in time.</summary>
    UpstreamTimeout = 7,
    /// <summary>The caller sends more than its share.</summary>
    RateLimited = 8,
    /// <summary>The same request key came with another body.</summary>
    DuplicateRequest = 9,
    /// <summary>No terminal with this serial number is known for this acquirer.</summary>
    TerminalNotRegistered = 10,
    /// <summary>The cryptographic proof of the serial number is wrong.</summary>
    TerminalSnProofFailed = 11,
    /// <summary>The merchant has been deregistered for good.</summary>
    Deregistered = 12,
    /// <summary>The terminal has been retired, replaced or withdrawn.</summary>
    TerminalRetired = 13,
    /// <summary>Terminal serial number, terminal number and merchant number do not belong together.</summary>
    TerminalMerchantMismatch = 14,
    /// <summary>A judicial hold stands; outwardly the same as <see cref="FrozenByRisk"/>.</summary>
    FrozenJudicial = 15,
    /// <summary>The holder is under a sanction; outwardly the same as <see cref="FrozenByRisk"/>.</summary>
    Sanctioned = 16,
    /// <summary>A hold of the acquirer's risk control stands.</summary>
    FrozenByRisk = 17,
    /// <summary>The merchant is being deregistered; new sales have ended.</summary>
    Deregistering = 18,
    /// <summary>The terminal has been suspended.</summary>
    TerminalSuspended = 19,
    /// <summary>The terminal has not been activated yet.</summary>
    TerminalNotActivated = 20,
    /// <summary>The terminal's program is older than the minimum.</summary>
    TerminalUpdateRequired = 21,
    /// <summary>No merchant with this number is registered for this acquirer.</summary>
    MerchantNotRegistered = 22,
    /// <summary>The holder has frozen the account.</summary>
    FrozenByOwner = 23,
    /// <summary>The real-name verification was refused.</summary>
    VerificationRejected = 24,
    /// <summary>No real-name verification has been made (未实名认证).</summary>
    NotVerified = 25,
    /// <summary>The real-name verification waits for more documents.</summary>
    VerificationNeedsInfo = 26,
    /// <summary>The real-name verification is under way.</summary>
    VerificationPending = 27,
    /// <summary>The identity document has expired.</summary>
    DocumentExpired = 28,
    /// <summary>The identity document expires soon (a warning).</summary>
    DocumentExpiring = 29,
    /// <summary>The identity must be verified again: a warning before the deadline, a decline after it.</summary>
    ReverificationRequired = 30,
    /// <summary>A policy forbids this kind of transaction.</summary>
    PolicyRestricted = 31,
    /// <summary>The terminal is outside its registered area.</summary>
    TerminalLocationOutOfArea = 32,
    /// <summary>The terminal sent no location (a warning).</summary>
    TerminalLocationMissing = 33,
    /// <summary>The settlement card does not belong to the verified subject.</summary>
    CardMismatch = 34,
    /// <summary>This kind of card is not accepted here.</summary>
    CardNotSupported = 35,
    /// <summary>The card number is not valid.</summary>
    CardInvalid = 36,
    /// <summary>The card has expired.</summary>
    CardExpired = 37,
    /// <summary>The payer has no real-name verification.</summary>
    HolderNotVerified = 38,
    /// <summary>The payer is not who the card belongs to.</summary>
    HolderMismatch = 39,
    /// <summary>The amount is over a limit.</summary>
    OverLimitAmount = 40,
    /// <summary>The number of transactions is over a limit.</summary>
    OverLimitCount = 41,
    /// <summary>Allowed by the stand-in rules while the source could not be reached.</summary>
    StandInApproved = 42,
    /// <summary>The stand-in rules did not allow an answer.</summary>
    StandInDeclined = 43,
}
