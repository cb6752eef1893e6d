using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;

namespace VerifyGateway.Domain.Identifiers;

/// <summary>
/// The number of a mainland travel permit for Taiwan residents (台湾居民来往大陆通行证, 台胞证): 8 digits on the card, on the older booklet 10
/// digits with or without a letter. No check digit. Personal: it prints as its mask, and only <see cref="Reveal"/> gives the
/// characters. Equality is ordinal.
/// </summary>
[DebuggerDisplay("{ToString(),nq}")]
public readonly record struct TaiwanTravelPermit
{
    /// <summary>Not 8 digits, 10 digits, or 10 digits and a letter.</summary>
    public static readonly IdentifierRule Form = new("TW_PERMIT_FORM", "A mainland travel permit of a Taiwan resident has 8 digits, or 10 digits with or without a letter A-Z.");

    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    private readonly string? _text;

    private TaiwanTravelPermit(string text) => _text = text;

    /// <summary>Takes the text if it is such a number in normal form; otherwise names the rule that it breaks.</summary>
    public static bool TryParse(string text, out TaiwanTravelPermit value, [NotNullWhen(false)] out IdentifierRule? broken)
    {
        var ok = text.Length is 8 or 10 ? Characters.AreDigits(text)
            : text.Length == 11 && Characters.AreDigits(text.AsSpan(0, 10)) && char.IsAsciiLetterUpper(text[10]);
        broken = ok ? null : Form;
        value = ok ? new TaiwanTravelPermit(text) : default;
        return broken is null;
    }

    /// <summary>As <see cref="TryParse"/>, after <see cref="Normalisation.Common"/>.</summary>
    public static bool TryParseEntered(string text, out TaiwanTravelPermit value, [NotNullWhen(false)] out IdentifierRule? broken) =>
        TryParse(Normalisation.Common(text), out value, out broken);

    /// <summary>The characters in clear; empty for the default. For hashing at enrolment only: not for logs, answers or stores.</summary>
    public string Reveal() => _text ?? "";

    /// <summary>The first 2 and the last 2 characters.</summary>
    public Mask ToMask() => Mask.Hiding(_text, first: 2, last: 2);

    /// <summary>The mask, never the number.</summary>
    public override string ToString() => ToMask().ToString();
}
