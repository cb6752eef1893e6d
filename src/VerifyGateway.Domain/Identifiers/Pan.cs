using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;

namespace VerifyGateway.Domain.Identifiers;

/// <summary>
/// A primary account number (ISO/IEC 7812-1), for hashing at enrolment only: 12 to 19 digits of which the first is not 0. The Luhn
/// check is advisory: cards in use fail it, so a number that fails is taken and carries <see cref="Luhn"/> as
/// <see cref="Advisory"/>; who knows that an issuer's numbers hold refuses by it. Personal: it prints as its mask, and only
/// <see cref="Reveal"/> gives the digits. Equality is ordinal.
/// </summary>
[DebuggerDisplay("{ToString(),nq}")]
public readonly record struct Pan
{
    /// <summary>The length is not 12 to 19.</summary>
    public static readonly IdentifierRule Length = new("PAN_LENGTH", "A card number (PAN) has 12 to 19 digits.");

    /// <summary>A character is not a digit.</summary>
    public static readonly IdentifierRule Charset = new("PAN_CHARSET", "A card number (PAN) holds digits only.");

    /// <summary>The first digit is 0, which is no issuer's.</summary>
    public static readonly IdentifierRule Industry = new("PAN_MII0", "A card number (PAN) does not begin with 0.");

    /// <summary>Advisory, never a refusal: the Luhn check does not hold.</summary>
    public static readonly IdentifierRule Luhn = new("PAN_LUHN", "Advisory: the last digit of a card number (PAN) is the Luhn check digit of those before it.");

    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    private readonly string? _text;

    private Pan(string text) => _text = text;

    /// <summary>Whether the Luhn check holds; true for the default.</summary>
    public bool IsLuhnValid => CheckDigits.IsLuhn(_text);

    /// <summary>What is odd about the number though it is taken: <see cref="Luhn"/>, or null.</summary>
    public IdentifierRule? Advisory => IsLuhnValid ? null : Luhn;

    /// <summary>Takes the text if it is a card number in normal form; otherwise names the first rule that it breaks, never <see cref="Luhn"/>.</summary>
    public static bool TryParse(string text, out Pan value, [NotNullWhen(false)] out IdentifierRule? broken)
    {
        broken = text.Length is < 12 or > 19 ? Length : !Characters.AreDigits(text) ? Charset : text[0] == '0' ? Industry : null;
        value = broken is null ? new Pan(text) : default;
        return broken is null;
    }

    /// <summary>As <see cref="TryParse"/>, after <see cref="Normalisation.Grouped"/>.</summary>
    public static bool TryParseEntered(string text, out Pan value, [NotNullWhen(false)] out IdentifierRule? broken) =>
        TryParse(Normalisation.Grouped(text), out value, out broken);

    /// <summary>The digits in clear; empty for the default. For hashing at enrolment only: not for logs, answers or stores.</summary>
    public string Reveal() => _text ?? "";

    /// <summary>The first 6 and the last 4 digits; of fewer than 16 digits fewer of the first, so that 6 are always hidden.</summary>
    public Mask ToMask() => Mask.Hiding(_text, first: 6, last: 4, leastHidden: 6);

    /// <summary>The mask, never the number.</summary>
    public override string ToString() => ToMask().ToString();
}
