using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace VerifyGateway.Domain.Identifiers;

/// <summary>
/// The number of a foreigner's permanent residence card before the 2023 edition: 3 letters of nationality (ISO 3166-1 alpha-3),
/// 4 digits of region, birth date as yymmdd, 2 digits. The century of the birth is not in it. Personal: it prints as its mask, and
/// only <see cref="Reveal"/> gives the characters. Equality is ordinal.
/// </summary>
[DebuggerDisplay("{ToString(),nq}")]
public readonly record struct OldForeignerId
{
    /// <summary>Not 3 letters and 12 digits.</summary>
    public static readonly IdentifierRule Format = new("FPR_OLD_FORMAT", "The number of a foreigner's permanent residence card (before 2023) has 3 letters A-Z, then 12 digits.");

    /// <summary>The birth date is in the calendar of neither century.</summary>
    public static readonly IdentifierRule Birth = new("FPR_OLD_BIRTHDATE", "Characters 8 to 13 of a foreigner's permanent residence card number are a birth date (yymmdd).");

    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    private readonly string? _text;

    private OldForeignerId(string text) => _text = text;

    /// <summary>Takes the text if it is such a number in normal form; otherwise names the first rule that it breaks.</summary>
    public static bool TryParse(string text, out OldForeignerId value, [NotNullWhen(false)] out IdentifierRule? broken)
    {
        broken = text.Length != 15 || !Characters.AreCapitals(text.AsSpan(0, 3)) || !Characters.AreDigits(text.AsSpan(3)) ? Format
            : !IsDate("19", text.AsSpan(7, 6)) && !IsDate("20", text.AsSpan(7, 6)) ? Birth
            : null;
        value = broken is null ? new OldForeignerId(text) : default;
        return broken is null;
    }

    /// <summary>As <see cref="TryParse"/>, after <see cref="Normalisation.Common"/>.</summary>
    public static bool TryParseEntered(string text, out OldForeignerId value, [NotNullWhen(false)] out IdentifierRule? broken) =>
        TryParse(Normalisation.Common(text), out value, out broken);

    /// <summary>The nationality, 3 letters (ISO 3166-1 alpha-3), not looked up; empty for the default.</summary>
    public string Nationality() => _text?[..3] ?? "";

    /// <summary>The characters in clear; empty for the default. For hashing at enrolment only: not for logs, answers or stores.</summary>
    public string Reveal() => _text ?? "";

    /// <summary>The first 3 and the last 4 characters.</summary>
    public Mask ToMask() => Mask.Hiding(_text, first: 3, last: 4);

    /// <summary>The mask, never the number.</summary>
    public override string ToString() => ToMask().ToString();

    private static bool IsDate(string century, ReadOnlySpan<char> rest) =>
        DateOnly.TryParseExact(string.Concat(century, rest), "yyyyMMdd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _);
}
