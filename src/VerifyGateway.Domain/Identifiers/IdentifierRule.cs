namespace VerifyGateway.Domain.Identifiers;

/// <summary>A rule that an identifier can break: a stable code for programs and a sentence for people.</summary>
/// <param name="Code">Stable code, for example <c>MID_LENGTH</c>.</param>
/// <param name="Sentence">What the rule asks, in English; holds no value of the identifier.</param>
public sealed record IdentifierRule(string Code, string Sentence)
{
    /// <inheritdoc />
    public override string ToString() => $"{Code}: {Sentence}";
}
