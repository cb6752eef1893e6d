using System.Diagnostics.CodeAnalysis;

namespace VerifyGateway.Domain.Identifiers;

/// <summary>
/// A business registration number (工商注册号, GS 15-2006), printed on licences from before the unified social credit code: 14 digits and
/// the check digit of ISO 7064 MOD 11,10. Public, so it prints in clear. Equality is ordinal.
/// </summary>
public readonly record struct RegistrationNo
{
    /// <summary>Not 15 digits.</summary>
    public static readonly IdentifierRule Format = new("REG_FORMAT", "A business registration number has 15 digits.");

    /// <summary>The check digit is another.</summary>
    public static readonly IdentifierRule Checksum = new("REG_CHECKSUM", "The last digit of a business registration number is the check digit of the 14 before it (ISO 7064 MOD 11,10).");

    private readonly string? _text;

    private RegistrationNo(string text) => _text = text;

    /// <summary>Takes the text if it is a registration number in normal form; otherwise names the first rule that it breaks.</summary>
    public static bool TryParse(string text, out RegistrationNo value, [NotNullWhen(false)] out IdentifierRule? broken)
    {
        broken = text.Length != 15 || !Characters.AreDigits(text) ? Format
            : CheckDigits.Mod11And10(text.AsSpan(0, 14)) != text[14] ? Checksum
            : null;
        value = broken is null ? new RegistrationNo(text) : default;
        return broken is null;
    }

    /// <summary>As <see cref="TryParse"/>, after <see cref="Normalisation.Common"/>.</summary>
    public static bool TryParseEntered(string text, out RegistrationNo value, [NotNullWhen(false)] out IdentifierRule? broken) =>
        TryParse(Normalisation.Common(text), out value, out broken);

    /// <summary>The 15 digits; empty for the default.</summary>
    public override string ToString() => _text ?? "";
}
