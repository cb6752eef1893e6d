using System.Collections.Immutable;
using VerifyGateway.Domain.Reasons;

namespace VerifyGateway.Cli.Generating;

/// <summary>What is the matter with a merchant or a terminal.</summary>
public enum SituationKind
{
    /// <summary>Nothing.</summary>
    Good,
    /// <summary>The identity was never verified.</summary>
    IdentityNotVerified,
    /// <summary>The identity's verification was taken back.</summary>
    IdentityRevoked,
    /// <summary>The verification is under way.</summary>
    IdentityPending,
    /// <summary>The verification waits for documents.</summary>
    IdentityNeedsInfo,
    /// <summary>The verification was refused.</summary>
    IdentityRejected,
    /// <summary>To be verified again, deadline ahead.</summary>
    ReverifyLater,
    /// <summary>To be verified again, deadline passed.</summary>
    ReverifyPast,
    /// <summary>Not verified again in time.</summary>
    IdentityLapsed,
    /// <summary>The document ends within 30 days.</summary>
    DocumentExpiring,
    /// <summary>The document has ended, grace still runs.</summary>
    DocumentInGrace,
    /// <summary>The document has ended long ago.</summary>
    DocumentExpired,
    /// <summary>The merchant is not accepted yet.</summary>
    MerchantProposed,
    /// <summary>The merchant is being deregistered.</summary>
    MerchantWindDown,
    /// <summary>The merchant is deregistered.</summary>
    MerchantDeregistered,
    /// <summary>The holder has frozen the merchant.</summary>
    HeldByHolder,
    /// <summary>Risk control has frozen the merchant.</summary>
    HeldByRisk,
    /// <summary>Risk control has frozen the identity.</summary>
    IdentityHeldByRisk,
    /// <summary>A court or the police has frozen the merchant.</summary>
    HeldByCourt,
    /// <summary>A regulator has frozen the identity.</summary>
    HeldByRegulator,
    /// <summary>A hold that has ended.</summary>
    HoldEnded,
    /// <summary>A hold that has yet to begin.</summary>
    HoldAhead,
    /// <summary>Applied for.</summary>
    TerminalApplied,
    /// <summary>Application under review.</summary>
    TerminalUnderReview,
    /// <summary>Application refused.</summary>
    TerminalRejected,
    /// <summary>Approved, not delivered.</summary>
    TerminalApproved,
    /// <summary>Delivered, not activated.</summary>
    TerminalDelivered,
    /// <summary>Out of service for a time.</summary>
    TerminalSuspended,
    /// <summary>Lost or stolen.</summary>
    TerminalLost,
    /// <summary>Replaced by another device.</summary>
    TerminalReplaced,
    /// <summary>Withdrawn for good.</summary>
    TerminalRetired,
    /// <summary>The device was moved, and still sends the number of another merchant.</summary>
    TerminalMismatch,
    /// <summary>Risk control has frozen the terminal alone.</summary>
    TerminalHeldByRisk,
}

/// <summary>One row of the table of situations.</summary>
/// <param name="Kind">What is the matter.</param>
/// <param name="PerMillion">Share of the fleet's terminals, per million.</param>
/// <param name="OfMerchant">True when all terminals of a merchant share it.</param>
/// <param name="Expected">The first reason of a sale; <see cref="Reason.Ok"/> when it is allowed.</param>
/// <param name="Warns">The reason that a sale is warned of; null for none.</param>
public sealed record Situation(SituationKind Kind, int PerMillion, bool OfMerchant, Reason Expected, Reason? Warns = null)
{
    /// <summary>Nothing is the matter: what the table leaves.</summary>
    public static Situation Good { get; } = new(SituationKind.Good, 0, OfMerchant: true, Reason.Ok);

    /// <summary>
    /// Every situation but the good one. Together they give every reason that a decision finds in records; reasons that come from
    /// the message, the card or the gateway itself cannot be generated.
    /// </summary>
    public static ImmutableArray<Situation> All { get; } =
    [
        new(SituationKind.IdentityNotVerified, 12_000, true, Reason.NotVerified),
        new(SituationKind.IdentityRevoked, 1_000, true, Reason.NotVerified),
        new(SituationKind.IdentityPending, 8_000, true, Reason.VerificationPending),
        new(SituationKind.IdentityNeedsInfo, 4_000, true, Reason.VerificationNeedsInfo),
        new(SituationKind.IdentityRejected, 3_000, true, Reason.VerificationRejected),
        new(SituationKind.ReverifyLater, 10_000, true, Reason.Ok, Reason.ReverificationRequired),
        new(SituationKind.ReverifyPast, 1_500, true, Reason.ReverificationRequired),
        new(SituationKind.IdentityLapsed, 2_500, true, Reason.ReverificationRequired),
        new(SituationKind.DocumentExpiring, 12_000, true, Reason.Ok, Reason.DocumentExpiring),
        new(SituationKind.DocumentInGrace, 4_000, true, Reason.Ok, Reason.DocumentExpired),
        new(SituationKind.DocumentExpired, 6_000, true, Reason.DocumentExpired),
        new(SituationKind.MerchantProposed, 5_000, true, Reason.MerchantNotRegistered),
        new(SituationKind.MerchantWindDown, 3_000, true, Reason.Deregistering),
        new(SituationKind.MerchantDeregistered, 6_000, true, Reason.Deregistered),
        new(SituationKind.HeldByHolder, 2_000, true, Reason.FrozenByOwner),
        new(SituationKind.HeldByRisk, 3_000, true, Reason.FrozenByRisk),
        new(SituationKind.IdentityHeldByRisk, 500, true, Reason.FrozenByRisk),
        new(SituationKind.HeldByCourt, 800, true, Reason.FrozenJudicial),
        new(SituationKind.HeldByRegulator, 500, true, Reason.Sanctioned),
        new(SituationKind.HoldEnded, 1_500, true, Reason.Ok),
        new(SituationKind.HoldAhead, 500, true, Reason.Ok),
        new(SituationKind.TerminalApplied, 1_500, false, Reason.TerminalNotRegistered),
        new(SituationKind.TerminalUnderReview, 1_500, false, Reason.TerminalNotRegistered),
        new(SituationKind.TerminalRejected, 500, false, Reason.TerminalNotRegistered),
        new(SituationKind.TerminalApproved, 2_000, false, Reason.TerminalNotActivated),
        new(SituationKind.TerminalDelivered, 8_000, false, Reason.TerminalNotActivated),
        new(SituationKind.TerminalSuspended, 6_000, false, Reason.TerminalSuspended),
        new(SituationKind.TerminalLost, 800, false, Reason.TerminalSuspended),
        new(SituationKind.TerminalReplaced, 4_000, false, Reason.TerminalRetired),
        new(SituationKind.TerminalRetired, 15_000, false, Reason.TerminalRetired),
        new(SituationKind.TerminalMismatch, 2_000, false, Reason.TerminalMerchantMismatch),
        new(SituationKind.TerminalHeldByRisk, 500, false, Reason.FrozenByRisk),
    ];

    /// <summary>Share of the fleet's terminals whose sale has this first reason, per million.</summary>
    public static int PerMillionOf(Reason reason) =>
        All.Where(it => it.Expected == reason).Sum(static it => it.PerMillion) + (reason == Reason.Ok ? 1_000_000 - All.Sum(static it => it.PerMillion) : 0);
}
