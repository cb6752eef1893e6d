using System.Collections.Immutable;

namespace VerifyGateway.Domain.Lifecycle;

/// <summary>What stands in the way of a deregistration. Numbers are stored and on the wire, where names begin with <c>DEREG_</c>.</summary>
public enum DeregistrationBlocker : byte
{
    /// <summary>The balance is not zero.</summary>
    BalanceNonzero = 1,
    /// <summary>Transactions are not settled.</summary>
    UnsettledTransactions = 2,
    /// <summary>A pre-authorisation is open.</summary>
    OpenPreauth = 3,
    /// <summary>Funds are being processed.</summary>
    FundsPending = 4,
    /// <summary>A complaint or dispute is open.</summary>
    ConsumerComplaintOpen = 5,
    /// <summary>A payer may still charge back.</summary>
    ChargebackWindow = 6,
    /// <summary>A control must be removed first.</summary>
    BlockingControl = 7,
    /// <summary>A judicial hold stands.</summary>
    JudicialHold = 8,
    /// <summary>A hold under the anti-money-laundering law stands.</summary>
    AmlHold = 9,
    /// <summary>A hold of risk control stands.</summary>
    RiskHold = 10,
    /// <summary>The subject is under a sanction.</summary>
    Sanction = 11,
    /// <summary>Linked services would break.</summary>
    LinkedServices = 12,
    /// <summary>Terminals are out.</summary>
    TerminalsNotReturned = 13,
    /// <summary>Fees are due.</summary>
    FeesDue = 14,
    /// <summary>A deposit is held.</summary>
    DepositHeld = 15,
    /// <summary>Another case is open.</summary>
    OpenCase = 16,
    /// <summary>Materials are missing or not valid.</summary>
    MaterialsIncomplete = 17,
    /// <summary>The identity check has not been passed.</summary>
    IdentityFailed = 18,
    /// <summary>The merchant is bound to a subject elsewhere.</summary>
    SubjectConflict = 19,
    /// <summary>Something else.</summary>
    Other = 20,
}

/// <summary>Where in the course of a deregistration a blocker stops it.</summary>
public enum BlockerPhase : byte
{
    /// <summary>While materials are collected.</summary>
    Materials = 1,
    /// <summary>At the check of identity.</summary>
    Identity = 2,
    /// <summary>Hard: before sales end, and from then on; the merchant cannot remove it alone.</summary>
    Hard = 3,
    /// <summary>Soft: sales end, and it is brought to its end in the time after.</summary>
    Soft = 4,
}

/// <summary>One row of the table of blockers.</summary>
/// <param name="Blocker">The blocker.</param>
/// <param name="Phase">Where it stops a deregistration.</param>
/// <param name="Guard">Holds when the blocker does not stand; gives the refusal, whose code is the blocker's name on the wire.</param>
public sealed record BlockerRow(DeregistrationBlocker Blocker, BlockerPhase Phase, Guard<DeregistrationFacts> Guard)
{
    /// <summary>The blocker's name on the wire: <c>DEREG_BALANCE_NONZERO</c>.</summary>
    public string WireName => RefusalTable.Of(Guard.Refusal).Code;

    /// <summary>True when the merchant cannot remove it alone.</summary>
    public bool IsHard => Phase is BlockerPhase.Hard;

    /// <summary>
    /// What to name to those who may not learn of holds by their kind, the merchant first of all: every hard blocker looks like a
    /// control, since measures under the anti-money-laundering law are confidential (反洗钱法).
    /// </summary>
    public DeregistrationBlocker Outward => IsHard ? DeregistrationBlocker.BlockingControl : Blocker;
}

/// <summary>
/// The one table of blockers: a dry run and the guards of <see cref="DeregistrationLifecycle"/> read the same rows, so that they
/// cannot disagree. Immutable, safe from any thread.
/// </summary>
public static class DeregistrationBlockers
{
    /// <summary>One row a blocker, in the order in which they are named.</summary>
    public static ImmutableArray<BlockerRow> All { get; } =
    [
        Row(DeregistrationBlocker.BalanceNonzero, BlockerPhase.Soft, Refusal.DeregBalanceNonzero, it => it.BalanceFen == 0),
        Row(DeregistrationBlocker.UnsettledTransactions, BlockerPhase.Soft, Refusal.DeregUnsettledTransactions, it => it.Unsettled == 0),
        Row(DeregistrationBlocker.OpenPreauth, BlockerPhase.Soft, Refusal.DeregOpenPreauth, it => it.OpenPreAuths == 0),
        Row(DeregistrationBlocker.FundsPending, BlockerPhase.Soft, Refusal.DeregFundsPending, it => !it.FundsPending),
        Row(DeregistrationBlocker.ConsumerComplaintOpen, BlockerPhase.Soft, Refusal.DeregConsumerComplaintOpen, it => it.OpenComplaints == 0),
        Row(DeregistrationBlocker.ChargebackWindow, BlockerPhase.Soft, Refusal.DeregChargebackWindow, it => it.NowUnixMs >= it.ChargebackUntilUnixMs),
        Row(DeregistrationBlocker.BlockingControl, BlockerPhase.Hard, Refusal.DeregBlockingControl, it => !it.BlockingControl),
        Row(DeregistrationBlocker.JudicialHold, BlockerPhase.Hard, Refusal.DeregJudicialHold, it => !it.JudicialHold),
        Row(DeregistrationBlocker.AmlHold, BlockerPhase.Hard, Refusal.DeregAmlHold, it => !it.AmlHold),
        Row(DeregistrationBlocker.RiskHold, BlockerPhase.Hard, Refusal.DeregRiskHold, it => !it.RiskHold),
        Row(DeregistrationBlocker.Sanction, BlockerPhase.Hard, Refusal.DeregSanction, it => !it.Sanctioned),
        Row(DeregistrationBlocker.LinkedServices, BlockerPhase.Soft, Refusal.DeregLinkedServices, it => it.LinkedServices == 0 || it.LossOfServicesConfirmed),
        Row(DeregistrationBlocker.TerminalsNotReturned, BlockerPhase.Soft, Refusal.DeregTerminalsNotReturned, it => it.TerminalsOut == 0),
        Row(DeregistrationBlocker.FeesDue, BlockerPhase.Soft, Refusal.DeregFeesDue, it => it.FeesDueFen == 0),
        Row(DeregistrationBlocker.DepositHeld, BlockerPhase.Soft, Refusal.DeregDepositHeld, it => it.DepositHeldFen == 0),
        Row(DeregistrationBlocker.OpenCase, BlockerPhase.Soft, Refusal.DeregOpenCase, it => !it.OtherCaseOpen),
        Row(DeregistrationBlocker.MaterialsIncomplete, BlockerPhase.Materials, Refusal.DeregMaterialsIncomplete, it => it.MaterialsComplete),
        Row(DeregistrationBlocker.IdentityFailed, BlockerPhase.Identity, Refusal.DeregIdentityFailed, it => it.IdentityPassed),
        Row(DeregistrationBlocker.SubjectConflict, BlockerPhase.Soft, Refusal.DeregSubjectConflict, it => !it.BoundElsewhere),
        Row(DeregistrationBlocker.Other, BlockerPhase.Soft, Refusal.DeregOther, it => !it.OtherObstacle),
    ];

    /// <summary>
    /// Every blocker that stands, at once; needs no deregistration to be open and changes nothing. Who may not learn of holds by
    /// their kind is told <see cref="BlockerRow.Outward"/>: that is for the caller to see to.
    /// </summary>
    public static ImmutableArray<DeregistrationBlocker> DryRun(DeregistrationFacts facts) =>
        [.. All.Where(row => !row.Guard.Holds(facts)).Select(row => row.Blocker)];

    /// <summary>The guards of the blockers of some phases, in the order of the table.</summary>
    internal static ImmutableArray<Guard<DeregistrationFacts>> Guards(params ImmutableArray<BlockerPhase> phases) =>
        [.. All.Where(row => phases.Contains(row.Phase)).Select(row => row.Guard)];

    private static BlockerRow Row(DeregistrationBlocker blocker, BlockerPhase phase, Refusal refusal, Func<DeregistrationFacts, bool> isAbsent) =>
        new(blocker, phase, new Guard<DeregistrationFacts>(refusal, isAbsent));
}
