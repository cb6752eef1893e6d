using VerifyGateway.Domain.Records;

namespace VerifyGateway.Domain.Lifecycle;

/// <summary>Where a deregistration (注销) stands. Numbers are stored and on the wire.</summary>
public enum DeregistrationState : byte
{
    /// <summary>None was requested.</summary>
    NotRequested = 0,
    /// <summary>Requested.</summary>
    Requested = 1,
    /// <summary>Materials are being collected.</summary>
    Materials = 2,
    /// <summary>The requester's identity is checked.</summary>
    IdentityCheck = 3,
    /// <summary>Hard blockers are looked for.</summary>
    Precheck = 4,
    /// <summary>No new sales; what is open is brought to its end.</summary>
    WindDown = 5,
    /// <summary>A reviewer looks at it.</summary>
    Review = 6,
    /// <summary>The owner is to accept the closing agreement.</summary>
    OwnerConfirm = 7,
    /// <summary>The steps of closing run; there is no way back.</summary>
    Executing = 8,
    /// <summary>Deregistered for good.</summary>
    Completed = 9,
    /// <summary>Refused.</summary>
    Rejected = 10,
    /// <summary>Called off by the owner.</summary>
    Cancelled = 11,
    /// <summary>Not finished in time.</summary>
    Expired = 12,
    /// <summary>A hard blocker stands.</summary>
    OnHold = 13,
}

/// <summary>What can happen to a deregistration.</summary>
public enum DeregistrationEvent : byte
{
    /// <summary>It is requested.</summary>
    Request = 1,
    /// <summary>A first material is uploaded.</summary>
    Upload = 2,
    /// <summary>The materials are complete.</summary>
    CompleteMaterials = 3,
    /// <summary>False papers were found.</summary>
    FindFalsePapers = 4,
    /// <summary>The requester's identity has been checked.</summary>
    PassIdentityCheck = 5,
    /// <summary>No hard blocker stands: sales end.</summary>
    BeginWindDown = 6,
    /// <summary>A hard blocker stands: it waits.</summary>
    PutOnHold = 7,
    /// <summary>A hard blocker stands: it is refused.</summary>
    RefuseForBlocker = 8,
    /// <summary>The hard blocker is gone.</summary>
    Resume = 9,
    /// <summary>Nothing is open any more.</summary>
    AllClear = 10,
    /// <summary>A reviewer approves.</summary>
    Approve = 11,
    /// <summary>A reviewer refuses.</summary>
    Refuse = 12,
    /// <summary>The owner accepts the closing agreement.</summary>
    Accept = 13,
    /// <summary>The owner calls it off.</summary>
    Cancel = 14,
    /// <summary>Timer: thirty days have passed in one state.</summary>
    Overdue = 15,
    /// <summary>A step of closing failed and will be tried again.</summary>
    StepFailed = 16,
    /// <summary>Every step of closing is done.</summary>
    Finish = 17,
}

/// <summary>In what capacity a deregistration is requested.</summary>
public enum DeregistrationRequester : byte
{
    /// <summary>Not said.</summary>
    None = 0,
    /// <summary>The owner.</summary>
    Owner = 1,
    /// <summary>The legal representative (法定代表人).</summary>
    LegalRepresentative = 2,
    /// <summary>Somebody with written authority.</summary>
    Agent = 3,
}

/// <summary>The steps of closing, all of which must be done.</summary>
[Flags]
public enum ClosingSteps
{
    /// <summary>None.</summary>
    None = 0,
    /// <summary>Bindings are dissolved.</summary>
    BindingsDissolved = 1,
    /// <summary>Terminals are retired.</summary>
    TerminalsRetired = 2,
    /// <summary>Keys are disabled.</summary>
    KeysDisabled = 4,
    /// <summary>The clearing organisation is told.</summary>
    ClearingTold = 8,
    /// <summary>The account is closed.</summary>
    AccountClosed = 16,
    /// <summary>Caches no longer hold the merchant as active.</summary>
    CachesInvalidated = 32,
    /// <summary>The archive is locked.</summary>
    ArchiveLocked = 64,
    /// <summary>The receipt is signed.</summary>
    ReceiptSigned = 128,
    /// <summary>All of them.</summary>
    All = 255,
}

/// <summary>What a deregistration means to others.</summary>
public static class DeregistrationStates
{
    /// <summary>The state that the merchant's record shows; <paramref name="before"/> where the deregistration changes nothing, or no longer does.</summary>
    public static MerchantState ToMerchantState(DeregistrationState state, MerchantState before) => state switch
    {
        DeregistrationState.WindDown or DeregistrationState.Review or DeregistrationState.OwnerConfirm or DeregistrationState.Executing => MerchantState.WindDown,
        DeregistrationState.Completed => MerchantState.Deregistered,
        _ => before,
    };
}
