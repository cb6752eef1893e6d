using VerifyGateway.Domain.Records;

namespace VerifyGateway.Domain.Lifecycle;

/// <summary>Where a verification case stands. Numbers are stored and on the wire.</summary>
public enum CaseState : byte
{
    /// <summary>No case.</summary>
    NotOpened = 0,
    /// <summary>Being filled in.</summary>
    Draft = 1,
    /// <summary>Sent, not looked at yet.</summary>
    Submitted = 2,
    /// <summary>The sources are being asked.</summary>
    Checking = 3,
    /// <summary>Something curable is wrong or missing.</summary>
    NeedsInfo = 4,
    /// <summary>A person must look at it.</summary>
    ManualReview = 5,
    /// <summary>Legal representative or contact must confirm.</summary>
    OwnerConfirm = 6,
    /// <summary>Verified.</summary>
    Verified = 7,
    /// <summary>Verified; the document expires soon.</summary>
    Expiring = 8,
    /// <summary>Verified; the document has expired.</summary>
    Expired = 9,
    /// <summary>Verified, to be verified again by a deadline.</summary>
    ReverifyDue = 10,
    /// <summary>The deadline has passed.</summary>
    Lapsed = 11,
    /// <summary>Refused.</summary>
    Rejected = 12,
    /// <summary>Given up before it was decided.</summary>
    Withdrawn = 13,
    /// <summary>Taken back after fraud or loss of licence.</summary>
    Revoked = 14,
    /// <summary>Closed with the merchant's deregistration.</summary>
    Archived = 15,
}

/// <summary>What can happen to a verification case.</summary>
public enum CaseEvent : byte
{
    /// <summary>The subject opens a case.</summary>
    Open = 1,
    /// <summary>The subject sends it.</summary>
    Submit = 2,
    /// <summary>Timer: nothing was written to a draft for thirty days.</summary>
    DraftIdle = 3,
    /// <summary>The sources are asked.</summary>
    StartChecks = 4,
    /// <summary>All channels agree and nobody need confirm.</summary>
    ChannelsAgree = 5,
    /// <summary>All channels agree; the owner is to confirm.</summary>
    AskOwner = 6,
    /// <summary>A mismatch that the subject can cure.</summary>
    CurableMismatch = 7,
    /// <summary>A mismatch that cannot be cured.</summary>
    FatalMismatch = 8,
    /// <summary>No record, an image that is not clear, or a bad record.</summary>
    Unclear = 9,
    /// <summary>A source is busy; not a try that counts.</summary>
    UpstreamBusy = 10,
    /// <summary>The subject supplies what was asked for.</summary>
    Supplement = 11,
    /// <summary>Timer: nothing was supplied for thirty days.</summary>
    SupplementOverdue = 12,
    /// <summary>A reviewer approves.</summary>
    Approve = 13,
    /// <summary>A reviewer refuses.</summary>
    Refuse = 14,
    /// <summary>Legal representative or contact confirms.</summary>
    Confirm = 15,
    /// <summary>Timer: nobody confirmed for thirty days.</summary>
    ConfirmationOverdue = 16,
    /// <summary>Timer: the document's last day is near.</summary>
    DocumentExpires = 17,
    /// <summary>Timer: the document's last day is over.</summary>
    DocumentExpired = 18,
    /// <summary>A new document has passed the checks.</summary>
    DocumentRenewed = 19,
    /// <summary>A new verification is asked for.</summary>
    RequireReverification = 20,
    /// <summary>The identity has passed the checks anew.</summary>
    Reverified = 21,
    /// <summary>Timer: the deadline for the new verification has passed.</summary>
    DeadlinePassed = 22,
    /// <summary>Fraud was found, or a licence was taken away.</summary>
    Revoke = 23,
    /// <summary>The subject sends a refused case again, as a new one.</summary>
    Resubmit = 24,
    /// <summary>The merchant's deregistration is completed.</summary>
    Archive = 25,
}

/// <summary>What a case means to others.</summary>
public static class CaseStates
{
    /// <summary>
    /// The state that the merchant's record shows. A case whose document expires or has expired shows as verified: the
    /// document's dates, which the record holds as well, decide there.
    /// </summary>
    public static IdentityState ToIdentity(CaseState state) => state switch
    {
        CaseState.Checking or CaseState.ManualReview or CaseState.OwnerConfirm => IdentityState.Pending,
        CaseState.NeedsInfo => IdentityState.NeedsInfo,
        CaseState.Verified or CaseState.Expiring or CaseState.Expired => IdentityState.Verified,
        CaseState.ReverifyDue => IdentityState.ReverifyDue,
        CaseState.Lapsed => IdentityState.Lapsed,
        CaseState.Rejected => IdentityState.Rejected,
        CaseState.Revoked => IdentityState.Revoked,
        _ => IdentityState.NotVerified,
    };
}
