namespace VerifyGateway.Storage;

/// <summary>A write breaks a rule of the store; nothing of its batch is kept.</summary>
public sealed class WriteRefusedException : Exception
{
    /// <summary>Names the rule and says what it asks.</summary>
    public WriteRefusedException(string rule, string sentence, Exception? cause = null)
        : base(sentence, cause) => Rule = rule;

    /// <summary>Stable code of the rule, for example <c>STORE_SN_LIVE</c>.</summary>
    public string Rule { get; }

    /// <summary>The row's version in the store, when the rule is <c>STORE_VERSION</c>; 0 when there is no such row. Otherwise null.</summary>
    public long? CurrentVersion { get; init; }
}
