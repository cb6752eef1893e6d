using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;

namespace VerifyGateway.Domain.Identifiers;

/// <summary>
/// A mobile number of mainland China: 11 digits from 13 to 19 on; 10 is of machines. Numbers move between
/// carriers, so the prefix tells nothing about the carrier. Personal: it prints as its mask, and only <see cref="Reveal"/> gives the
/// characters. Equality is ordinal.
/// </summary>
[DebuggerDisplay("{ToString(),nq}")]
public readonly record struct MobileNumber
{
    /// <summary>Not 11 digits that begin with 13 to 19.</summary>
    public static readonly IdentifierRule Format = new("MOBILE_FORMAT", "A mobile number has 11 digits and begins with 13 to 19.");

    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    private readonly string? _text;

    private MobileNumber(string text) => _text = text;

    /// <summary>Takes the text if it is a mobile number in normal form, without +86; otherwise names the rule that it breaks.</summary>
    public static bool TryParse(string text, out MobileNumber value, [NotNullWhen(false)] out IdentifierRule? broken)
    {
        broken = text.Length == 11 && text[0] == '1' && text[1] >= '3' && Characters.AreDigits(text) ? null : Format;
        value = broken is null ? new MobileNumber(text) : default;
        return broken is null;
    }

    /// <summary>As <see cref="TryParse"/>, after <see cref="Normalisation.OfMobile"/>.</summary>
    public static bool TryParseEntered(string text, out MobileNumber value, [NotNullWhen(false)] out IdentifierRule? broken) =>
        TryParse(Normalisation.OfMobile(text), out value, out broken);

    /// <summary>The digits in clear; empty for the default. For hashing at enrolment only: not for logs, answers or stores.</summary>
    public string Reveal() => _text ?? "";

    /// <summary>The first 3 and the last 4 digits.</summary>
    public Mask ToMask() => Mask.Hiding(_text, first: 3, last: 4);

    /// <summary>The mask, never the number.</summary>
    public override string ToString() => ToMask().ToString();
}
