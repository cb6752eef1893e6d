using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;

namespace VerifyGateway.Domain.Identifiers;

/// <summary>
/// The number of a residence permit for Hong Kong, Macau or Taiwan residents (港澳台居民居住证, since 2018, 国办发〔2018〕81号): 810000,
/// 820000 or 830000, then as a <see cref="ResidentId"/>, with its rules. Personal: it prints as its mask, and only
/// <see cref="Reveal"/> gives the characters. Equality is ordinal.
/// </summary>
[DebuggerDisplay("{ToString(),nq}")]
public readonly record struct ResidencePermit
{
    /// <summary>The number is well formed and begins otherwise.</summary>
    public static readonly IdentifierRule NotPermit = new("ID_NOT_HMT_PERMIT", "A residence permit number begins with 810000, 820000 or 830000.");

    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    private readonly string? _text;

    private ResidencePermit(string text) => _text = text;

    /// <summary>Takes the text if it is a residence permit number in normal form; otherwise names the first rule that it breaks.</summary>
    /// <param name="text">The 18 characters.</param>
    /// <param name="today">The day in China; nobody is born after it.</param>
    /// <param name="value">The number, or the default.</param>
    /// <param name="broken">The first rule broken, of this type or of <see cref="ResidentId"/>; or null.</param>
    public static bool TryParse(string text, DateOnly today, out ResidencePermit value, [NotNullWhen(false)] out IdentifierRule? broken)
    {
        broken = ResidentId.BrokenForm(text)
            ?? (text[..6] is "810000" or "820000" or "830000" ? ResidentId.BrokenDateOrCheck(text, today) : NotPermit);
        value = broken is null ? new ResidencePermit(text) : default;
        return broken is null;
    }

    /// <summary>As <see cref="TryParse"/>, after <see cref="Normalisation.OfPerson"/>.</summary>
    public static bool TryParseEntered(string text, DateOnly today, out ResidencePermit value, [NotNullWhen(false)] out IdentifierRule? broken) =>
        TryParse(Normalisation.OfPerson(text), today, out value, out broken);

    /// <summary>Where the holder is from: 810000 Hong Kong, 820000 Macau, 830000 Taiwan.</summary>
    public RegionCode Region() => _text is not null && RegionCode.TryParse(_text[..6], out var region, out _) ? region : default;

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
}
