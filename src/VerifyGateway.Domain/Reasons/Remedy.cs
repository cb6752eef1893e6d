namespace VerifyGateway.Domain.Reasons;

/// <summary>What removes a reason, in one word. Numbers are those on the wire.</summary>
public enum Remedy : byte
{
    /// <summary>Nothing to do.</summary>
    None = 1,
    /// <summary>Call the acquirer's hotline.</summary>
    ContactAcquirer = 2,
    /// <summary>Activate the terminal.</summary>
    ActivateTerminal = 3,
    /// <summary>Stop using the terminal and return it.</summary>
    ReturnTerminal = 4,
    /// <summary>Compare serial number, terminal number and merchant number with the filing.</summary>
    CheckConfig = 5,
    /// <summary>Take the terminal back to its registered address, or register the new one.</summary>
    ReturnToAddress = 6,
    /// <summary>Turn on positioning.</summary>
    EnableLocation = 7,
    /// <summary>Update the terminal's program.</summary>
    UpdateTerminal = 8,
    /// <summary>Begin real-name verification.</summary>
    StartVerification = 9,
    /// <summary>Wait for a step that is under way.</summary>
    Wait = 10,
    /// <summary>Send the documents that are asked for.</summary>
    Supplement = 11,
    /// <summary>Correct and send the verification again.</summary>
    Resubmit = 12,
    /// <summary>Verify the identity again.</summary>
    Reverify = 13,
    /// <summary>Register the new identity document.</summary>
    UpdateDocument = 14,
    /// <summary>Pay in another way.</summary>
    OtherPayment = 15,
    /// <summary>Change the settlement card to one of the verified subject.</summary>
    ChangeCard = 16,
    /// <summary>The holder lifts the own freeze.</summary>
    OwnerUnfreeze = 17,
    /// <summary>Read the policy that is named.</summary>
    SeePolicy = 18,
    /// <summary>Use a smaller amount, or a higher account class.</summary>
    LowerAmount = 19,
    /// <summary>Try again tomorrow.</summary>
    TryTomorrow = 20,
    /// <summary>Register anew.</summary>
    Reapply = 21,
    /// <summary>Try again later.</summary>
    RetryLater = 22,
    /// <summary>Look at the last transaction before sending again.</summary>
    CheckLast = 23,
    /// <summary>Correct the request.</summary>
    FixInput = 24,
    /// <summary>Raise the class of the payment account by verifying through more channels.</summary>
    UpgradeClass = 25,
    /// <summary>Withdraw the deregistration that is under way.</summary>
    CancelDeregistration = 26,
}
