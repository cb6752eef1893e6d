using System.Diagnostics.CodeAnalysis;

namespace VerifyGateway.Domain.Identifiers;

/// <summary>
/// An organisation code (组织机构代码, GB 11714): 8 digits or capital letters and a check character, a digit or X. It is printed with a
/// hyphen before the check character and kept without. Public, so it prints in clear. Equality is ordinal.
/// </summary>
public readonly record struct OrganisationCode
{
    /// <summary>Not 8 digits or capitals and a digit or X, with or without the hyphen between.</summary>
    public static readonly IdentifierRule Format = new("ORG_FORMAT", "An organisation code has 8 digits or letters A-Z, then a digit or X, with or without a hyphen before it.");

    /// <summary>The check character is another.</summary>
    public static readonly IdentifierRule Checksum = new("ORG_CHECKSUM", "The last character of an organisation code is the check character of the 8 before it (GB 11714).");

    private readonly string? _text;

    private OrganisationCode(string text) => _text = text;

    /// <summary>Takes the text if it is an organisation code, as printed or as kept; otherwise names the first rule that it breaks.</summary>
    public static bool TryParse(string text, out OrganisationCode value, [NotNullWhen(false)] out IdentifierRule? broken)
    {
        var kept = text.Length == 10 && text[8] == '-' ? text.Remove(8, 1) : text;
        broken = kept.Length != 9 || !Characters.AreDigitsOrCapitals(kept) || !(kept[8] == 'X' || char.IsAsciiDigit(kept[8])) ? Format
            : CheckDigits.Organisation(kept.AsSpan(0, 8)) != kept[8] ? Checksum
            : null;
        value = broken is null ? new OrganisationCode(kept) : default;
        return broken is null;
    }

    /// <summary>As <see cref="TryParse"/>, after <see cref="Normalisation.Grouped"/>.</summary>
    public static bool TryParseEntered(string text, out OrganisationCode value, [NotNullWhen(false)] out IdentifierRule? broken) =>
        TryParse(Normalisation.Grouped(text), out value, out broken);

    /// <summary>The 9 characters without the hyphen; empty for the default.</summary>
    public override string ToString() => _text ?? "";
}
