using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;

namespace VerifyGateway.Domain.Identifiers;

/// <summary>
/// A passport of another country: its number, 5 to 9 digits or capital letters, and the country (ISO 3166-1 alpha-3, or a code that
/// ICAO Doc 9303-3 adds, such as XXA). Only the form of the country is held: lists of countries change, and who verifies the
/// passport knows them. China's own passports are <see cref="Passport"/>. Personal: it prints as its mask, and only
/// <see cref="Reveal"/> gives the characters. Equality is ordinal, of number and country.
/// </summary>
[DebuggerDisplay("{ToString(),nq}")]
public readonly record struct ForeignPassport
{
    /// <summary>The number is not 5 to 9 digits or capitals.</summary>
    public static readonly IdentifierRule Format = new("FOREIGN_PASSPORT_FORMAT", "A foreign passport number has 5 to 9 digits or letters A-Z.");

    /// <summary>The country is not 3 capitals.</summary>
    public static readonly IdentifierRule CountryForm = new("FOREIGN_PASSPORT_COUNTRY", "The country of a foreign passport has 3 letters A-Z (ISO 3166-1 alpha-3).");

    /// <summary>The country is China or a part of it, whose documents are types of their own.</summary>
    public static readonly IdentifierRule NotForeign = new("FOREIGN_PASSPORT_CHINA", "The country of a foreign passport is none of CHN, HKG, MAC and TWN, whose documents have kinds of their own.");

    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    private readonly string? _text;

    private readonly string? _country;

    private ForeignPassport(string text, string country) => (_text, _country) = (text, country);

    /// <summary>The country that issued it, 3 letters; empty for the default.</summary>
    public string Country => _country ?? "";

    /// <summary>Takes number and country if both are in normal form; otherwise names the first rule broken, the number's first.</summary>
    public static bool TryParse(string text, string country, out ForeignPassport value, [NotNullWhen(false)] out IdentifierRule? broken)
    {
        broken = text.Length is < 5 or > 9 || !Characters.AreDigitsOrCapitals(text) ? Format
            : country.Length != 3 || !Characters.AreCapitals(country) ? CountryForm
            : country is "CHN" or "HKG" or "MAC" or "TWN" ? NotForeign
            : null;
        value = broken is null ? new ForeignPassport(text, country) : default;
        return broken is null;
    }

    /// <summary>As <see cref="TryParse"/>, after <see cref="Normalisation.Common"/> of both.</summary>
    public static bool TryParseEntered(string text, string country, out ForeignPassport value, [NotNullWhen(false)] out IdentifierRule? broken) =>
        TryParse(Normalisation.Common(text), Normalisation.Common(country), out value, out broken);

    /// <summary>
    /// Takes the 10 characters of the machine readable zone, number and check digit, and the country; otherwise names the first
    /// rule broken, of <see cref="MachineReadableZone"/> or of this type.
    /// </summary>
    public static bool TryParseMrz(string field, string country, out ForeignPassport value, [NotNullWhen(false)] out IdentifierRule? broken)
    {
        value = default;
        return MachineReadableZone.TryRead(field, out var number, out broken) && TryParse(number, country, out value, out broken);
    }

    /// <summary>The check digit that the machine readable zone has after the number (ICAO Doc 9303-3), 0 to 9; 0 for the default.</summary>
    public int MrzCheckDigit() => CheckDigits.Mrz(_text);

    /// <summary>The characters of the number in clear; empty for the default. For hashing at enrolment only: not for logs, answers or stores.</summary>
    public string Reveal() => _text ?? "";

    /// <summary>The first 2 and the last 2 characters of the number; of a shorter one fewer, so that 4 are always hidden.</summary>
    public Mask ToMask() => Mask.Hiding(_text, first: 2, last: 2);

    /// <summary>The mask of the number, never the number.</summary>
    public override string ToString() => ToMask().ToString();
}
