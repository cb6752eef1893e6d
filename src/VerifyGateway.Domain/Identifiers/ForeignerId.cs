using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;

namespace VerifyGateway.Domain.Identifiers;

/// <summary>
/// The number of a foreigner's permanent residence ID card of the 2023 edition (外国人永久居留身份证): 9, 2 digits of the province that
/// issued it, 3 digits of nationality (ISO 3166-1 numeric), birth date as yyyymmdd, 3 digits of sequence and the check character of
/// ISO 7064 MOD 11-2. The card of 15 characters before it is <see cref="OldForeignerId"/>. Personal: it prints as its mask, and only
/// <see cref="Reveal"/> gives the characters. Equality is ordinal.
/// </summary>
[DebuggerDisplay("{ToString(),nq}")]
public readonly record struct ForeignerId
{
    /// <summary>Not 9, 16 digits, and a digit or X.</summary>
    public static readonly IdentifierRule Format = new("FPR_FORMAT", "The number of a foreigner's permanent residence ID card (2023) has 9, 16 digits, then a digit or X.");

    /// <summary>The province that issued the card does not exist.</summary>
    public static readonly IdentifierRule Province = new("FPR_REGION", "Characters 2 and 3 of a foreigner's permanent residence ID card number are a province.");

    /// <summary>The birth date is not in the calendar or before 1800.</summary>
    public static readonly IdentifierRule Birth = new("FPR_BIRTHDATE", "Characters 7 to 14 of a foreigner's permanent residence ID card number are a birth date (yyyymmdd) from 1800 on.");

    /// <summary>The birth date is after the day given.</summary>
    public static readonly IdentifierRule BirthFuture = new("FPR_BIRTH_FUTURE", "The birth date in a foreigner's permanent residence ID card number is not in the future.");

    /// <summary>The check character is another.</summary>
    public static readonly IdentifierRule Checksum =
        new("FPR_CHECKSUM", "The last character of a foreigner's permanent residence ID card number is the check character of the 17 before it (ISO 7064 MOD 11-2).");

    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    private readonly string? _text;

    private ForeignerId(string text) => _text = text;

    /// <summary>Takes the text if it is such a number in normal form; otherwise names the first rule that it breaks.</summary>
    /// <param name="text">The 18 characters.</param>
    /// <param name="today">The day in China; nobody is born after it.</param>
    /// <param name="value">The number, or the default.</param>
    /// <param name="broken">The first rule broken, or null.</param>
    public static bool TryParse(string text, DateOnly today, out ForeignerId value, [NotNullWhen(false)] out IdentifierRule? broken)
    {
        broken = FirstBroken(text, today);
        value = broken is null ? new ForeignerId(text) : default;
        return broken is null;
    }

    /// <summary>As <see cref="TryParse"/>, after <see cref="Normalisation.OfPerson"/>.</summary>
    public static bool TryParseEntered(string text, DateOnly today, out ForeignerId value, [NotNullWhen(false)] out IdentifierRule? broken) =>
        TryParse(Normalisation.OfPerson(text), today, out value, out broken);

    /// <summary>The nationality, 3 digits (ISO 3166-1 numeric), not looked up; empty for the default.</summary>
    public string Nationality() => _text?[3..6] ?? "";

    /// <summary>The date of birth.</summary>
    public DateOnly BirthDate() => PersonNumber.BirthDate(_text);

    /// <summary>Whether the sequence is even, which stands for female.</summary>
    public bool IsFemale() => PersonNumber.IsFemale(_text);

    /// <summary>What is odd about the number though it is taken: <see cref="ResidentId.AgeAdvisory"/>, or null.</summary>
    /// <param name="today">The day in China.</param>
    public IdentifierRule? AdvisoryOn(DateOnly today) =>
        _text is not null && PersonNumber.Age(BirthDate(), today) > 130 ? ResidentId.AgeAdvisory : null;

    /// <summary>The characters in clear; empty for the default. For hashing at enrolment only: not for logs, answers or stores.</summary>
    public string Reveal() => _text ?? "";

    /// <summary>The first 3 and the last 4 characters.</summary>
    public Mask ToMask() => Mask.Hiding(_text, first: 3, last: 4);

    /// <summary>The mask, never the number.</summary>
    public override string ToString() => ToMask().ToString();

    private static IdentifierRule? FirstBroken(string text, DateOnly today)
    {
        if (text.Length != 18 || text[0] != '9' || !PersonNumber.HasCharset(text))
        {
            return Format;
        }

        if (!RegionCode.IsProvince(text.AsSpan(1)))
        {
            return Province;
        }

        if (!PersonNumber.TryGetBirthDate(text, out var birth))
        {
            return Birth;
        }

        return birth > today ? BirthFuture : !PersonNumber.CheckHolds(text) ? Checksum : null;
    }
}
