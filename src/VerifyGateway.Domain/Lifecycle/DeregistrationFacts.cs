namespace VerifyGateway.Domain.Lifecycle;

/// <summary>What the guards of <see cref="DeregistrationLifecycle"/> and the blockers look at.</summary>
public readonly record struct DeregistrationFacts : IFacts
{
    /// <inheritdoc />
    public long NowUnixMs { get; init; }

    /// <summary>When the deregistration came into its present state, Unix milliseconds.</summary>
    public long EnteredAtUnixMs { get; init; }

    /// <summary>In what capacity it is requested.</summary>
    public DeregistrationRequester RequestedAs { get; init; }

    /// <summary>The requester holds written authority.</summary>
    public bool WrittenAuthority { get; init; }

    /// <summary>Another deregistration of the merchant is open.</summary>
    public bool OtherDeregistrationOpen { get; init; }

    /// <summary>A reason is given.</summary>
    public bool ReasonGiven { get; init; }

    /// <summary>Papers were found to be false, and a note for risk control is on record.</summary>
    public bool FalsePapersOnRecord { get; init; }

    /// <summary>Tries of the identity check in the day before the instant.</summary>
    public int IdentityTries { get; init; }

    /// <summary>Who requested it; an opaque name.</summary>
    public string? Requester { get; init; }

    /// <summary>Who reviews it.</summary>
    public string? Reviewer { get; init; }

    /// <summary>The request looks malicious.</summary>
    public bool MaliciousPattern { get; init; }

    /// <summary>Who acts.</summary>
    public ActorRole Role { get; init; }

    /// <summary>The actor has passed a stronger check of identity for this act.</summary>
    public bool StepUpPassed { get; init; }

    /// <summary>Version of the closing agreement that the owner accepts.</summary>
    public int AcceptedAgreement { get; init; }

    /// <summary>Version of the closing agreement that is current, from 1.</summary>
    public int CurrentAgreement { get; init; }

    /// <summary>Time, version of the agreement and the confirming person are on record as evidence.</summary>
    public bool EvidenceOnRecord { get; init; }

    /// <summary>A step of closing has failed.</summary>
    public bool StepHasFailed { get; init; }

    /// <summary>The steps of closing that are done.</summary>
    public ClosingSteps StepsDone { get; init; }

    /// <summary>Balance of the merchant's account, fen; may be below zero.</summary>
    public long BalanceFen { get; init; }

    /// <summary>Transactions that are not settled.</summary>
    public int Unsettled { get; init; }

    /// <summary>Pre-authorisations that are neither completed nor undone.</summary>
    public int OpenPreAuths { get; init; }

    /// <summary>Funds are being processed.</summary>
    public bool FundsPending { get; init; }

    /// <summary>Open complaints and disputes.</summary>
    public int OpenComplaints { get; init; }

    /// <summary>First instant at which no payer may charge back any more, Unix milliseconds; 0 when none may.</summary>
    public long ChargebackUntilUnixMs { get; init; }

    /// <summary>A control stands that must be removed first.</summary>
    public bool BlockingControl { get; init; }

    /// <summary>A judicial hold stands at the instant.</summary>
    public bool JudicialHold { get; init; }

    /// <summary>A hold under the anti-money-laundering law stands at the instant.</summary>
    public bool AmlHold { get; init; }

    /// <summary>A hold of risk control stands at the instant.</summary>
    public bool RiskHold { get; init; }

    /// <summary>The subject is under a sanction at the instant.</summary>
    public bool Sanctioned { get; init; }

    /// <summary>Services linked to the merchant, those elsewhere included.</summary>
    public int LinkedServices { get; init; }

    /// <summary>The owner has confirmed that linked services will be lost.</summary>
    public bool LossOfServicesConfirmed { get; init; }

    /// <summary>Terminals neither returned nor disabled.</summary>
    public int TerminalsOut { get; init; }

    /// <summary>Fees due, fen.</summary>
    public long FeesDueFen { get; init; }

    /// <summary>Deposit held, fen.</summary>
    public long DepositHeldFen { get; init; }

    /// <summary>Another case of the merchant is open.</summary>
    public bool OtherCaseOpen { get; init; }

    /// <summary>The materials for this kind of subject are there, valid and not expired.</summary>
    public bool MaterialsComplete { get; init; }

    /// <summary>The requester's identity has been checked by document and one more factor.</summary>
    public bool IdentityPassed { get; init; }

    /// <summary>The merchant is still bound to a subject elsewhere.</summary>
    public bool BoundElsewhere { get; init; }

    /// <summary>Something else stands in the way.</summary>
    public bool OtherObstacle { get; init; }
}
