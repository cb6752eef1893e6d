using System.Buffers;
using System.Diagnostics.CodeAnalysis;

namespace VerifyGateway.Domain.Identifiers;

/// <summary>
/// A unified social credit code (统一社会信用代码, GB 32100-2015): registering authority, category, 6 digits of region, 9 characters that
/// are the organisation code, and a check character of modulus 31; no letters I, O, S, V, Z. Codes in use have a body that is no
/// organisation code, so that is advisory. Public, so it prints in clear. Equality is ordinal.
/// </summary>
public readonly record struct UnifiedSocialCreditCode
{
    /// <summary>The length is not 18.</summary>
    public static readonly IdentifierRule Length = new("USCC_LENGTH", "A unified social credit code has 18 characters.");

    /// <summary>A character is not of the 31.</summary>
    public static readonly IdentifierRule Charset = new("USCC_CHARSET", "A unified social credit code holds digits and the letters A-Z without I, O, S, V and Z only.");

    /// <summary>Characters 3 to 8 are not digits.</summary>
    public static readonly IdentifierRule RegionDigits = new("USCC_REGION", "Characters 3 to 8 of a unified social credit code are the digits of a region.");

    /// <summary>The check character is another.</summary>
    public static readonly IdentifierRule Checksum = new("USCC_CHECKSUM", "The last character of a unified social credit code is the check character of the 17 before it (GB 32100-2015).");

    /// <summary>Advisory, never a refusal: the body is not an organisation code.</summary>
    public static readonly IdentifierRule Body = new("USCC_BODY", "Advisory: characters 9 to 17 of a unified social credit code are an organisation code with its own check character (GB 11714).");

    private static readonly SearchValues<char> Alphabet = SearchValues.Create(CheckDigits.CreditCodeCharacters);

    private readonly string? _text;

    private UnifiedSocialCreditCode(string text) => _text = text;

    /// <summary>What is odd about the code though it is taken: <see cref="Body"/>, or null.</summary>
    public IdentifierRule? Advisory => _text is null || TryGetOrganisationCode(out _) ? null : Body;

    /// <summary>Takes the text if it is a unified social credit code in normal form; otherwise names the first rule that it breaks, never <see cref="Body"/>.</summary>
    public static bool TryParse(string text, out UnifiedSocialCreditCode value, [NotNullWhen(false)] out IdentifierRule? broken)
    {
        broken = text.Length != 18 ? Length
            : text.AsSpan().ContainsAnyExcept(Alphabet) ? Charset
            : !Characters.AreDigits(text.AsSpan(2, 6)) ? RegionDigits
            : CheckDigits.Mod31Radix3(text.AsSpan(0, 17)) != text[17] ? Checksum
            : null;
        value = broken is null ? new UnifiedSocialCreditCode(text) : default;
        return broken is null;
    }

    /// <summary>As <see cref="TryParse"/>, after <see cref="Normalisation.Common"/>.</summary>
    public static bool TryParseEntered(string text, out UnifiedSocialCreditCode value, [NotNullWhen(false)] out IdentifierRule? broken) =>
        TryParse(Normalisation.Common(text), out value, out broken);

    /// <summary>The organisation code in it; false if there is none, which <see cref="Advisory"/> then says.</summary>
    public bool TryGetOrganisationCode(out OrganisationCode code)
    {
        code = default;
        return _text is not null && OrganisationCode.TryParse(_text[8..17], out code, out _);
    }

    /// <summary>The 18 characters; empty for the default.</summary>
    public override string ToString() => _text ?? "";
}
