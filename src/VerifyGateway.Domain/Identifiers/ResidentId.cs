using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;

namespace VerifyGateway.Domain.Identifiers;

/// <summary>
/// A resident ID number (公民身份号码, GB 11643-1999): 6 digits of region, birth date as yyyymmdd, 3 digits of sequence (odd for men),
/// and the check character of ISO 7064 MOD 11-2. Personal: it prints as its mask, and only <see cref="Reveal"/> gives the
/// characters; what they tell are methods, so that nothing that walks over properties writes them down. Equality is ordinal.
/// </summary>
[DebuggerDisplay("{ToString(),nq}")]
public readonly record struct ResidentId
{
    /// <summary>The length is not 18.</summary>
    public static readonly IdentifierRule Length = new("ID_LENGTH", "A resident ID number or residence permit number has 18 characters.");

    /// <summary>15 digits: the first generation, invalid since 2013-01-01.</summary>
    public static readonly IdentifierRule Legacy15 = new("ID_LEGACY15", "A resident ID number of 15 digits is of the first generation, which ended on 2013-01-01.");

    /// <summary>One of the first 17 characters is not a digit, or the last is neither digit nor X.</summary>
    public static readonly IdentifierRule Charset = new("ID_CHARSET", "A resident ID number or residence permit number holds 17 digits, then a digit or X.");

    /// <summary>The province does not exist. Counties are not looked up: old numbers keep codes that are gone (GB/T 2260).</summary>
    public static readonly IdentifierRule RegionPrefix = new("ID_REGION", "A resident ID number or residence permit number begins with the two digits of a province.");

    /// <summary>The number is of the kind that <see cref="ResidencePermit"/> holds.</summary>
    public static readonly IdentifierRule OfPermit = new("ID_HMT_PERMIT", "A number that begins with 81, 82 or 83 is of a residence permit, not a resident ID number.");

    /// <summary>The birth date is not in the calendar or before 1800.</summary>
    public static readonly IdentifierRule Birth = new("ID_BIRTHDATE", "Characters 7 to 14 are a birth date (yyyymmdd) of the calendar from 1800 on.");

    /// <summary>The birth date is after the day given.</summary>
    public static readonly IdentifierRule BirthFuture = new("ID_BIRTH_FUTURE", "The birth date of a person is not in the future.");

    /// <summary>The check character is another.</summary>
    public static readonly IdentifierRule Checksum = new("ID_CHECKSUM", "The last character is the check character of the 17 before it (ISO 7064 MOD 11-2).");

    /// <summary>Advisory, never a refusal: older than 130 years.</summary>
    public static readonly IdentifierRule AgeAdvisory = new("ID_AGE", "Advisory: a person is hardly older than 130 years.");

    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    private readonly string? _text;

    private ResidentId(string text) => _text = text;

    /// <summary>Takes the text if it is a resident ID number in normal form; otherwise names the first rule that it breaks.</summary>
    /// <param name="text">The 18 characters.</param>
    /// <param name="today">The day in China; nobody is born after it.</param>
    /// <param name="value">The number, or the default.</param>
    /// <param name="broken">The first rule broken, or null.</param>
    public static bool TryParse(string text, DateOnly today, out ResidentId value, [NotNullWhen(false)] out IdentifierRule? broken)
    {
        broken = BrokenForm(text) ?? (text[0] == '8' ? OfPermit : BrokenDateOrCheck(text, today));
        value = broken is null ? new ResidentId(text) : default;
        return broken is null;
    }

    /// <summary>As <see cref="TryParse"/>, after <see cref="Normalisation.OfPerson"/>.</summary>
    public static bool TryParseEntered(string text, DateOnly today, out ResidentId value, [NotNullWhen(false)] out IdentifierRule? broken) =>
        TryParse(Normalisation.OfPerson(text), today, out value, out broken);

    /// <summary>The region where the number was given, as it was called then.</summary>
    public RegionCode Region() => _text is not null && RegionCode.TryParse(_text[..6], out var region, out _) ? region : default;

    /// <summary>The date of birth.</summary>
    public DateOnly BirthDate() => PersonNumber.BirthDate(_text);

    /// <summary>Whether the sequence is even, which stands for female.</summary>
    public bool IsFemale() => PersonNumber.IsFemale(_text);

    /// <summary>What is odd about the number though it is taken: <see cref="AgeAdvisory"/>, or null.</summary>
    /// <param name="today">The day in China.</param>
    public IdentifierRule? AdvisoryOn(DateOnly today) => _text is not null && PersonNumber.Age(BirthDate(), today) > 130 ? AgeAdvisory : null;

    /// <summary>The characters in clear; empty for the default. For hashing at enrolment only: not for logs, answers or stores.</summary>
    public string Reveal() => _text ?? "";

    /// <summary>The first 3 and the last 4 characters.</summary>
    public Mask ToMask() => Mask.Hiding(_text, first: 3, last: 4);

    /// <summary>The mask, never the number.</summary>
    public override string ToString() => ToMask().ToString();

    internal static IdentifierRule? BrokenForm(string text)
    {
        if (text.Length != 18)
        {
            return text.Length == 15 && Characters.AreDigits(text) ? Legacy15 : Length;
        }

        return !PersonNumber.HasCharset(text) ? Charset : !RegionCode.IsProvince(text) ? RegionPrefix : null;
    }

    internal static IdentifierRule? BrokenDateOrCheck(string text, DateOnly today)
    {
        if (!PersonNumber.TryGetBirthDate(text, out var birth))
        {
            return Birth;
        }

        return birth > today ? BirthFuture : !PersonNumber.CheckHolds(text) ? Checksum : null;
    }
}
