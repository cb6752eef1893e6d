namespace VerifyGateway.Domain.Lifecycle;

/// <summary>
/// Why a machine refuses an event: one closed list for all machines. Numbers are stored and on the wire. Sentences and codes are
/// in <see cref="RefusalTable"/>.
/// </summary>
public enum Refusal : byte
{
    // Of every machine.
    /// <summary>The state has no such event.</summary>
    EventNotInState = 1,
    /// <summary>The state is final: nothing leads out of it.</summary>
    StateIsFinal = 2,
    /// <summary>The time for this has not come yet.</summary>
    TimerNotDue = 3,
    /// <summary>A reason must be given.</summary>
    ReasonMissing = 4,
    /// <summary>Evidence must be on record.</summary>
    EvidenceMissing = 5,
    /// <summary>The actor's role does not allow this.</summary>
    ActorNotAuthorised = 6,
    /// <summary>Only the owner may do this.</summary>
    ActorNotOwner = 7,
    /// <summary>A stronger check of the actor's identity is needed first.</summary>
    StepUpMissing = 8,
    /// <summary>A second person, other than the first, must agree.</summary>
    SecondPersonMissing = 9,
    /// <summary>Who submitted a case may not review it.</summary>
    ReviewerIsSubmitter = 10,
    /// <summary>The version is not the current one: read again.</summary>
    VersionConflict = 11,

    // Verification case.
    /// <summary>The subject's consent is not on record.</summary>
    ConsentMissing = 12,
    /// <summary>The separate consent for sensitive data is not on record.</summary>
    SensitiveConsentMissing = 13,
    /// <summary>The subject has another open case.</summary>
    CaseAlreadyOpen = 14,
    /// <summary>The subject is under a sanction.</summary>
    SubjectSanctioned = 15,
    /// <summary>The subject is being deregistered.</summary>
    SubjectBeingDeregistered = 16,
    /// <summary>A field breaks a rule of format.</summary>
    InputInvalid = 17,
    /// <summary>A document that this kind of subject needs is missing.</summary>
    DocumentsMissing = 18,
    /// <summary>The same account stands in two fields.</summary>
    AccountRepeated = 19,
    /// <summary>The card has had its verifications for the day.</summary>
    TryLimitDay = 20,
    /// <summary>The identity number has had its verifications for the day.</summary>
    IdTryLimitDay = 21,
    /// <summary>The share of calls to the verification source is used up for now.</summary>
    UpstreamQuotaEmpty = 22,
    /// <summary>Too few external channels agree for the account class.</summary>
    ChannelsTooFew = 23,
    /// <summary>The identity document is not valid.</summary>
    DocumentNotValid = 24,
    /// <summary>The subject is on the list of bad records.</summary>
    SubjectBlacklisted = 25,
    /// <summary>The owner must confirm first.</summary>
    OwnerConfirmationNeeded = 26,
    /// <summary>Passing over a bad record needs a second reviewer, neither the first nor the submitter.</summary>
    BlacklistOverrideUnsigned = 27,
    /// <summary>Not all items that were asked for have been supplied.</summary>
    NamedItemsMissing = 28,
    /// <summary>The case has had all its rounds of supplements.</summary>
    RoundsExhausted = 29,
    /// <summary>The confirmation is not one of the same subject.</summary>
    ConfirmTokenWrong = 30,
    /// <summary>The timer of the state has run out.</summary>
    TimeIsOver = 31,
    /// <summary>What triggered the new verification must be named.</summary>
    TriggerMissing = 32,
    /// <summary>The deadline must lie ahead; only a trigger of risk may set it to now.</summary>
    DeadlineNotAhead = 33,
    /// <summary>A refused case may be sent again only after the cooling-off time.</summary>
    CoolingOff = 34,
    /// <summary>The deregistration is not completed.</summary>
    DeregistrationNotCompleted = 35,

    // Terminal.
    /// <summary>The merchant has no verification case.</summary>
    MerchantCaseMissing = 36,
    /// <summary>No type of machine has been chosen.</summary>
    MachineTypeMissing = 37,
    /// <summary>The papers of the application are incomplete.</summary>
    PapersIncomplete = 38,
    /// <summary>The merchant's identity is not verified.</summary>
    MerchantNotVerified = 39,
    /// <summary>The maker has not reported this serial number.</summary>
    SnNotInVendorReport = 40,
    /// <summary>The serial number is bound already.</summary>
    SnBoundElsewhere = 41,
    /// <summary>No deployment address is given.</summary>
    AddressMissing = 42,
    /// <summary>Neither courier nor agent has proven the delivery.</summary>
    DeliveryNotProven = 43,
    /// <summary>The cryptographic proof of the serial number fails.</summary>
    SnProofFailed = 44,
    /// <summary>The terminal is outside its registered area.</summary>
    OutOfArea = 45,
    /// <summary>The clearing organisation has not accepted the five elements.</summary>
    ElementsNotAccepted = 46,
    /// <summary>The terminal's program is older than the minimum.</summary>
    AppVersionTooOld = 47,
    /// <summary>The activation code is wrong.</summary>
    ActivationCodeWrong = 48,
    /// <summary>The activation code has been used.</summary>
    ActivationCodeUsed = 49,
    /// <summary>The cause of the suspension is not on record as a hold.</summary>
    CauseNotKeptAsHold = 50,
    /// <summary>A hold still stands.</summary>
    HoldsStanding = 51,
    /// <summary>The serial number of the new device is bound already.</summary>
    NewSnNotFree = 52,
    /// <summary>The binding has not been moved to the new device.</summary>
    BindingNotMoved = 53,
    /// <summary>The key of the old device is not disabled.</summary>
    OldKeyNotDisabled = 54,
    /// <summary>No report of the loss is on record.</summary>
    LossNotReported = 55,
    /// <summary>The terminal has no new keys.</summary>
    NewKeysMissing = 56,
    /// <summary>A batch is open.</summary>
    BatchOpen = 57,
    /// <summary>The terminal's keys are neither erased nor disabled.</summary>
    KeysNotErased = 58,
    /// <summary>The clearing organisation has not been told.</summary>
    ClearingNotTold = 59,

    // Binding.
    /// <summary>The merchant is neither verified nor in verification.</summary>
    MerchantNotInVerification = 60,
    /// <summary>The settlement account is not one that this kind of subject may use.</summary>
    SettlementAccountNotOfSubject = 61,
    /// <summary>The settlement card serves a merchant of another subject.</summary>
    CardOfAnotherSubject = 62,
    /// <summary>The merchant must have exactly one default settlement account.</summary>
    DefaultAccountNotOne = 63,
    /// <summary>The five elements are incomplete.</summary>
    ElementsIncomplete = 64,
    /// <summary>The merchant has another terminal with this terminal number.</summary>
    TerminalNoTaken = 65,
    /// <summary>This element cannot change within a binding: bind anew.</summary>
    ElementNotChangeable = 66,
    /// <summary>The new value is not verified.</summary>
    NewValueNotVerified = 67,
    /// <summary>A pre-authorisation is open.</summary>
    PreAuthOpen = 68,
    /// <summary>The terminal is neither retired nor replaced.</summary>
    TerminalNotRetired = 69,

    // Holds.
    /// <summary>The role may not place a hold of this authority.</summary>
    RoleMayNotPlace = 70,
    /// <summary>The role may not lift a hold of this authority.</summary>
    RoleMayNotLift = 71,
    /// <summary>The authority's document must be named.</summary>
    DocumentNoMissing = 72,
    /// <summary>The term is empty: it would not end after it begins.</summary>
    TermEmpty = 73,
    /// <summary>The term is longer than the authority may order.</summary>
    TermTooLong = 74,
    /// <summary>The authority may not renew the hold again.</summary>
    RenewalNotAllowed = 75,
    /// <summary>The hold has ended.</summary>
    HoldEnded = 76,
    /// <summary>Only the organ that placed the hold may lift or renew it.</summary>
    AnotherOrgan = 77,
    /// <summary>The condition of the hold is not fulfilled.</summary>
    ConditionNotFulfilled = 78,

    // Deregistration.
    /// <summary>The requester is neither owner nor legal representative, and has no written authority.</summary>
    DeregRequesterNotEntitled = 79,
    /// <summary>A deregistration is open already.</summary>
    DeregAlreadyOpen = 80,
    /// <summary>No false papers have been found.</summary>
    DeregFalsePapersNotFound = 81,
    /// <summary>The identity check has had its tries for the day.</summary>
    DeregIdentityTryLimit = 82,
    /// <summary>The request looks malicious.</summary>
    DeregMaliciousPattern = 83,
    /// <summary>Nothing stands that would put the deregistration on hold.</summary>
    DeregNoHardBlocker = 84,
    /// <summary>The closing agreement that was accepted is not the current one.</summary>
    DeregAgreementOutdated = 85,
    /// <summary>No step has failed.</summary>
    DeregStepNotFailed = 86,
    /// <summary>Bindings are not dissolved.</summary>
    DeregBindingsNotDissolved = 87,
    /// <summary>Terminals are not retired.</summary>
    DeregTerminalsNotRetired = 88,
    /// <summary>Keys are not disabled.</summary>
    DeregKeysNotDisabled = 89,
    /// <summary>The clearing organisation has not been told of the deregistration.</summary>
    DeregClearingNotTold = 90,
    /// <summary>The account is not closed.</summary>
    DeregAccountNotClosed = 91,
    /// <summary>Caches still hold the merchant.</summary>
    DeregCachesNotInvalidated = 92,
    /// <summary>The archive is not locked.</summary>
    DeregArchiveNotLocked = 93,
    /// <summary>The receipt is not signed.</summary>
    DeregReceiptNotSigned = 94,

    // Blockers of a deregistration.
    /// <summary>The balance is not zero.</summary>
    DeregBalanceNonzero = 95,
    /// <summary>Transactions are not settled.</summary>
    DeregUnsettledTransactions = 96,
    /// <summary>A pre-authorisation of the merchant is open.</summary>
    DeregOpenPreauth = 97,
    /// <summary>Funds are being processed.</summary>
    DeregFundsPending = 98,
    /// <summary>A consumer's complaint or dispute is open.</summary>
    DeregConsumerComplaintOpen = 99,
    /// <summary>The time in which a payer may charge back has not run out.</summary>
    DeregChargebackWindow = 100,
    /// <summary>A control stands that must be removed first.</summary>
    DeregBlockingControl = 101,
    /// <summary>A judicial hold stands.</summary>
    DeregJudicialHold = 102,
    /// <summary>A hold under the anti-money-laundering law stands.</summary>
    DeregAmlHold = 103,
    /// <summary>A hold of risk control stands.</summary>
    DeregRiskHold = 104,
    /// <summary>The subject is under a sanction, which a deregistration must not wash away.</summary>
    DeregSanction = 105,
    /// <summary>Linked services are neither removed nor given up by the owner.</summary>
    DeregLinkedServices = 106,
    /// <summary>Terminals are neither returned nor disabled.</summary>
    DeregTerminalsNotReturned = 107,
    /// <summary>Fees are due.</summary>
    DeregFeesDue = 108,
    /// <summary>A deposit is still held.</summary>
    DeregDepositHeld = 109,
    /// <summary>Another case of the merchant is open.</summary>
    DeregOpenCase = 110,
    /// <summary>The materials are incomplete, or one of them is not valid.</summary>
    DeregMaterialsIncomplete = 111,
    /// <summary>The identity check has not been passed.</summary>
    DeregIdentityFailed = 112,
    /// <summary>The merchant is still bound to a subject elsewhere.</summary>
    DeregSubjectConflict = 113,
    /// <summary>Something else stands in the way; the acquirer knows what.</summary>
    DeregOther = 114,
}
