namespace VerifyGateway.Storage;

/// <summary>
/// The store cannot be used as it is, and waiting will not help. The message is one sentence for the operator: what is wrong,
/// with which file, and what to do. Whatever was found wrong, the file was left as it was.
/// </summary>
public sealed class StoreUnusableException : Exception
{
    /// <summary>Says in one sentence what is wrong, with which file, and what to do.</summary>
    public StoreUnusableException(string message, Exception? cause = null)
        : base(message, cause)
    {
    }
}
