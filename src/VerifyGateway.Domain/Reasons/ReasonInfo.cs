namespace VerifyGateway.Domain.Reasons;

/// <summary>What a reason does to a check when it applies.</summary>
public enum ReasonClass : byte
{
    /// <summary>The transaction goes on.</summary>
    Allow,
    /// <summary>The transaction goes on, with a warning.</summary>
    Warn,
    /// <summary>The transaction does not go on.</summary>
    Decline,
    /// <summary>The gateway cannot tell now.</summary>
    RetryLater,
}

/// <summary>One row of the reason table.</summary>
/// <param name="Reason">The reason.</param>
/// <param name="Class">What it does to a check.</param>
/// <param name="De39">ISO 8583 response code, two characters.</param>
/// <param name="PromptZh">Line for the operator's screen in Chinese, at most 16 Han characters.</param>
/// <param name="PromptEn">The same in English, at most 40 characters.</param>
/// <param name="Remedy">What removes it.</param>
/// <param name="IsConfidential">True when only authorised callers may learn which of the confidential reasons it is, and when it ends.</param>
public sealed record ReasonInfo(
    Reason Reason, ReasonClass Class, string De39, string PromptZh, string PromptEn, Remedy Remedy, bool IsConfidential = false)
{
    /// <summary>The reason's code as people and programs read it: <c>TERMINAL_NOT_REGISTERED</c>.</summary>
    public string Code { get; } = CodeOf(Reason.ToString());

    private static string CodeOf(string name) =>
        string.Concat(name.Select((letter, at) => at > 0 && char.IsUpper(letter) ? "_" + letter : char.ToUpperInvariant(letter).ToString()));
}
