namespace VerifyGateway.Domain.Reasons;

/// <summary>What the caller should do with the transaction. Numbers are those on the wire.</summary>
public enum Decision : byte
{
    /// <summary>The transaction may go on.</summary>
    Allow = 1,
    /// <summary>The transaction may not go on.</summary>
    Decline = 2,
    /// <summary>The gateway could not tell.</summary>
    RetryLater = 3,
}
