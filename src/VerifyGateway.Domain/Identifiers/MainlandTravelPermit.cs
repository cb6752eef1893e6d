using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;

namespace VerifyGateway.Domain.Identifiers;

/// <summary>
/// The number of a mainland travel permit for Hong Kong and Macau residents (港澳居民来往内地通行证, 回乡证): H or M and 8 digits, on older
/// cards 2 more digits that count the issues. No check digit. Personal: it prints as its mask, and only <see cref="Reveal"/> gives
/// the characters. Equality is ordinal, so one person's numbers of two issues are not equal.
/// </summary>
[DebuggerDisplay("{ToString(),nq}")]
public readonly record struct MainlandTravelPermit
{
    /// <summary>Not H or M and 8 or 10 digits.</summary>
    public static readonly IdentifierRule Form = new("HM_PERMIT_FORM", "A mainland travel permit of a Hong Kong or Macau resident has H or M, then 8 or 10 digits.");

    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    private readonly string? _text;

    private MainlandTravelPermit(string text) => _text = text;

    /// <summary>Takes the text if it is such a number in normal form; otherwise names the rule that it breaks.</summary>
    public static bool TryParse(string text, out MainlandTravelPermit value, [NotNullWhen(false)] out IdentifierRule? broken)
    {
        broken = text.Length is 9 or 11 && text[0] is 'H' or 'M' && Characters.AreDigits(text.AsSpan(1)) ? null : Form;
        value = broken is null ? new MainlandTravelPermit(text) : default;
        return broken is null;
    }

    /// <summary>As <see cref="TryParse"/>, after <see cref="Normalisation.Common"/>.</summary>
    public static bool TryParseEntered(string text, out MainlandTravelPermit value, [NotNullWhen(false)] out IdentifierRule? broken) =>
        TryParse(Normalisation.Common(text), out value, out broken);

    /// <summary>The characters in clear; empty for the default. For hashing at enrolment only: not for logs, answers or stores.</summary>
    public string Reveal() => _text ?? "";

    /// <summary>The first 2 and the last 2 characters.</summary>
    public Mask ToMask() => Mask.Hiding(_text, first: 2, last: 2);

    /// <summary>The mask, never the number.</summary>
    public override string ToString() => ToMask().ToString();
}
