namespace VerifyGateway.Domain.Records;

/// <summary>Where a terminal stands in its life. Numbers are stored and on the wire.</summary>
public enum TerminalState : byte
{
    /// <summary>Applied for.</summary>
    Applied = 1,
    /// <summary>Application under review.</summary>
    UnderReview = 2,
    /// <summary>Application refused.</summary>
    Rejected = 3,
    /// <summary>Approved, not delivered.</summary>
    Approved = 4,
    /// <summary>Delivered, not activated.</summary>
    Delivered = 5,
    /// <summary>In service.</summary>
    Active = 6,
    /// <summary>Out of service for a time.</summary>
    Suspended = 7,
    /// <summary>Reported lost or stolen.</summary>
    Lost = 8,
    /// <summary>Replaced by another device.</summary>
    Replaced = 9,
    /// <summary>Withdrawn for good.</summary>
    Retired = 10,
}

/// <summary>Where a merchant stands in its life. Numbers are stored and on the wire.</summary>
public enum MerchantState : byte
{
    /// <summary>Proposed, not yet accepted by the clearing organisation.</summary>
    Proposed = 1,
    /// <summary>In business.</summary>
    Active = 2,
    /// <summary>Being deregistered: no new sales.</summary>
    WindDown = 3,
    /// <summary>Deregistered for good.</summary>
    Deregistered = 4,
}

/// <summary>Where the holder's real-name verification stands. Numbers are stored and on the wire.</summary>
public enum IdentityState : byte
{
    /// <summary>Never verified.</summary>
    NotVerified = 1,
    /// <summary>Verification under way.</summary>
    Pending = 2,
    /// <summary>More documents are asked for.</summary>
    NeedsInfo = 3,
    /// <summary>Refused.</summary>
    Rejected = 4,
    /// <summary>Verified.</summary>
    Verified = 5,
    /// <summary>Verified, to be verified again by a deadline.</summary>
    ReverifyDue = 6,
    /// <summary>The deadline for verifying again has passed.</summary>
    Lapsed = 7,
    /// <summary>Taken back after fraud or loss of licence.</summary>
    Revoked = 8,
}

/// <summary>Who placed a hold, and so whose kind may lift it. Numbers are stored and on the wire.</summary>
public enum HoldKind : byte
{
    /// <summary>The holder (商户自主冻结).</summary>
    Holder = 1,
    /// <summary>The acquirer's risk control (机构风控).</summary>
    Risk = 2,
    /// <summary>A court, the police or a procurator (司法冻结, 紧急止付).</summary>
    Judicial = 3,
    /// <summary>A regulator or a sanction list.</summary>
    Regulator = 4,
    /// <summary>A condition that is not met (non-compliance, dormancy); ends when it is fulfilled.</summary>
    System = 5,
}

/// <summary>What a hold stands on. Numbers are stored and on the wire.</summary>
public enum HoldTarget : byte
{
    /// <summary>The identity, and so every merchant of it.</summary>
    Identity = 1,
    /// <summary>The merchant, and so every terminal of it.</summary>
    Merchant = 2,
    /// <summary>The terminal alone.</summary>
    Terminal = 3,
    /// <summary>The settlement card, and so every merchant that is settled to it.</summary>
    Card = 4,
}
