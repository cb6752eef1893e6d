using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;

namespace VerifyGateway.Domain.Identifiers;

/// <summary>Who issued a Chinese passport.</summary>
public enum PassportIssuer
{
    /// <summary>Nobody: no passport.</summary>
    None,

    /// <summary>The People's Republic, ordinary, service or diplomatic.</summary>
    Mainland,

    /// <summary>The Hong Kong Special Administrative Region.</summary>
    HongKong,

    /// <summary>The Macau Special Administrative Region.</summary>
    Macau,
}

/// <summary>
/// The number of a passport of the People's Republic, Hong Kong or Macau: 9 characters. E or G and 8 digits, E and a letter and 7
/// digits, SE, PE or DE and 7 digits; Hong Kong K or H and 8 digits or with a second letter 7; Macau MA or MB and 7 digits. No
/// second letter is I or O. Personal: it prints as its mask, and only <see cref="Reveal"/> gives the characters. Equality is ordinal.
/// </summary>
[DebuggerDisplay("{ToString(),nq}")]
public readonly record struct Passport
{
    /// <summary>None of the forms.</summary>
    public static readonly IdentifierRule Format =
        new("PASSPORT_FORMAT", "A Chinese passport number has 9 characters: E, G, K or H with 8 digits, or two letters of a known series with 7 digits.");

    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    private readonly string? _text;

    private Passport(string text) => _text = text;

    /// <summary>Who issued it.</summary>
    public PassportIssuer Issuer => _text is null ? PassportIssuer.None : IssuerOf(_text);

    /// <summary>Takes the text if it is such a number in normal form; otherwise names the rule that it breaks.</summary>
    public static bool TryParse(string text, out Passport value, [NotNullWhen(false)] out IdentifierRule? broken)
    {
        broken = IssuerOf(text) == PassportIssuer.None ? Format : null;
        value = broken is null ? new Passport(text) : default;
        return broken is null;
    }

    /// <summary>As <see cref="TryParse"/>, after <see cref="Normalisation.Common"/>.</summary>
    public static bool TryParseEntered(string text, out Passport value, [NotNullWhen(false)] out IdentifierRule? broken) =>
        TryParse(Normalisation.Common(text), out value, out broken);

    /// <summary>
    /// Takes the 10 characters of the machine readable zone, number and check digit; otherwise names the first rule broken, of
    /// <see cref="MachineReadableZone"/> or of this type.
    /// </summary>
    public static bool TryParseMrz(string field, out Passport value, [NotNullWhen(false)] out IdentifierRule? broken)
    {
        value = default;
        return MachineReadableZone.TryRead(field, out var number, out broken) && TryParse(number, out value, out broken);
    }

    /// <summary>The check digit that the machine readable zone has after the number (ICAO Doc 9303-3), 0 to 9; 0 for the default.</summary>
    public int MrzCheckDigit() => CheckDigits.Mrz(_text);

    /// <summary>The characters in clear; empty for the default. For hashing at enrolment only: not for logs, answers or stores.</summary>
    public string Reveal() => _text ?? "";

    /// <summary>The first 2 and the last 2 characters.</summary>
    public Mask ToMask() => Mask.Hiding(_text, first: 2, last: 2);

    /// <summary>The mask, never the number.</summary>
    public override string ToString() => ToMask().ToString();

    private static PassportIssuer IssuerOf(ReadOnlySpan<char> text)
    {
        if (text.Length != 9 || !Characters.AreDigits(text[2..]))
        {
            return PassportIssuer.None;
        }

        var digit = char.IsAsciiDigit(text[1]);
        var letter = char.IsAsciiLetterUpper(text[1]) && text[1] is not ('I' or 'O');
        return text[0] switch
        {
            'E' when digit || letter => PassportIssuer.Mainland,
            'G' when digit => PassportIssuer.Mainland,
            'S' or 'P' or 'D' when text[1] == 'E' => PassportIssuer.Mainland,
            'K' or 'H' when digit || letter => PassportIssuer.HongKong,
            'M' when text[1] is 'A' or 'B' => PassportIssuer.Macau,
            _ => PassportIssuer.None,
        };
    }
}
