using VerifyGateway.Domain.Policies;
using VerifyGateway.Domain.Records;

namespace VerifyGateway.Domain.Lifecycle;

/// <summary>What can happen to a terminal.</summary>
public enum TerminalEvent : byte
{
    /// <summary>The merchant applies for a terminal.</summary>
    Apply = 1,
    /// <summary>The acquirer begins to review the application.</summary>
    BeginReview = 2,
    /// <summary>The acquirer approves it.</summary>
    Approve = 3,
    /// <summary>The acquirer refuses it.</summary>
    Refuse = 4,
    /// <summary>The terminal has been shipped and received.</summary>
    Deliver = 5,
    /// <summary>The terminal is activated on site.</summary>
    Activate = 6,
    /// <summary>Owner, risk control or the system suspends it.</summary>
    Suspend = 7,
    /// <summary>Timer: no transaction for twelve months.</summary>
    IdleTooLong = 8,
    /// <summary>It goes back into service.</summary>
    Resume = 9,
    /// <summary>Another device takes its place.</summary>
    Swap = 10,
    /// <summary>It is reported lost or stolen.</summary>
    ReportLost = 11,
    /// <summary>It has been found, and an operator gives it new keys.</summary>
    Reinstate = 12,
    /// <summary>It is withdrawn (撤机).</summary>
    Retire = 13,
}

/// <summary>Why a terminal is withdrawn.</summary>
public enum RetireReason : byte
{
    /// <summary>No reason given.</summary>
    None = 0,
    /// <summary>Broken.</summary>
    Broken = 1,
    /// <summary>End of life.</summary>
    EndOfLife = 2,
    /// <summary>Lost or stolen.</summary>
    LostOrStolen = 3,
    /// <summary>Replaced by another.</summary>
    Replaced = 4,
    /// <summary>Returned by the merchant.</summary>
    Returned = 5,
    /// <summary>Something else.</summary>
    Other = 6,
}

/// <summary>What the guards of <see cref="TerminalLifecycle"/> look at; those of other transitions than the one asked for may stay unset.</summary>
public readonly record struct TerminalFacts : IFacts
{
    /// <inheritdoc />
    public long NowUnixMs { get; init; }

    /// <summary>The merchant has a verification case.</summary>
    public bool MerchantCaseExists { get; init; }

    /// <summary>A type of machine has been chosen.</summary>
    public bool MachineTypeChosen { get; init; }

    /// <summary>The papers of the application are complete.</summary>
    public bool PapersComplete { get; init; }

    /// <summary>The merchant's identity is verified.</summary>
    public bool MerchantVerified { get; init; }

    /// <summary>The maker has reported the serial number.</summary>
    public bool SnReportedByVendor { get; init; }

    /// <summary>The serial number is bound to no merchant of any acquirer.</summary>
    public bool SnFree { get; init; }

    /// <summary>A deployment address is given.</summary>
    public bool AddressGiven { get; init; }

    /// <summary>A reason for refusing the application is given.</summary>
    public bool RefusalReasonGiven { get; init; }

    /// <summary>A courier's receipt or an agent's visit proves the delivery.</summary>
    public bool DeliveryProven { get; init; }

    /// <summary>The cryptographic proof of the serial number is right.</summary>
    public bool SnProofOk { get; init; }

    /// <summary>The terminal is inside its registered area.</summary>
    public bool InRegisteredArea { get; init; }

    /// <summary>The clearing organisation has accepted the five elements.</summary>
    public bool ElementsAccepted { get; init; }

    /// <summary>Version of the terminal's program.</summary>
    public AppVersion AppVersion { get; init; }

    /// <summary>The lowest version that may be activated.</summary>
    public AppVersion MinAppVersion { get; init; }

    /// <summary>The activation code is the one that was issued.</summary>
    public bool ActivationCodeMatches { get; init; }

    /// <summary>The activation code has been used before.</summary>
    public bool ActivationCodeUsed { get; init; }

    /// <summary>Who acts.</summary>
    public ActorRole Role { get; init; }

    /// <summary>Kind of the cause of a suspension.</summary>
    public HoldKind Cause { get; init; }

    /// <summary>The cause of the suspension is on record as a hold.</summary>
    public bool CauseKeptAsHold { get; init; }

    /// <summary>How many holds stand on the terminal at the instant.</summary>
    public int HoldsStanding { get; init; }

    /// <summary>The last transaction, or the activation or resumption when that was later, Unix milliseconds; 0 when not known.</summary>
    public long LastTransactionAtUnixMs { get; init; }

    /// <summary>The serial number of the device that takes the place is bound to no merchant.</summary>
    public bool NewSnFree { get; init; }

    /// <summary>The binding moves to the new device in the same step.</summary>
    public bool BindingMoved { get; init; }

    /// <summary>The key of the old device is disabled.</summary>
    public bool OldKeyDisabled { get; init; }

    /// <summary>The loss is on record.</summary>
    public bool LossReported { get; init; }

    /// <summary>New keys are issued for a terminal that was lost.</summary>
    public bool NewKeysIssued { get; init; }

    /// <summary>A batch of the terminal is open.</summary>
    public bool BatchOpen { get; init; }

    /// <summary>The keys are erased, or disabled where the device is out of reach.</summary>
    public bool KeysErased { get; init; }

    /// <summary>The clearing organisation has been told.</summary>
    public bool ClearingTold { get; init; }

    /// <summary>Why the terminal is withdrawn.</summary>
    public RetireReason RetireReason { get; init; }
}
