using System.Diagnostics.CodeAnalysis;

namespace VerifyGateway.Domain.Identifiers;

/// <summary>
/// A merchant number (ISO 8583 DE42, ans15): 15 letters or digits. Its published structure (acquirer, region, MCC, sequence)
/// is advisory, live numbers hold letters, and there is no check digit. Equality is ordinal.
/// </summary>
public readonly record struct MerchantNo
{
    /// <summary>The length is not 15.</summary>
    public static readonly IdentifierRule Length = new("MID_LENGTH", "A merchant number (DE42) has 15 characters.");

    /// <summary>A character is neither letter nor digit.</summary>
    public static readonly IdentifierRule Charset = new("MID_CHARSET", "A merchant number (DE42) holds letters A-Z, a-z and digits only.");

    private readonly PackedText _text;

    private MerchantNo(ReadOnlySpan<char> text) => _text = new PackedText(text);

    private MerchantNo(PackedText text) => _text = text;

    /// <summary>
    /// Takes the text if it is a merchant number; otherwise names the first rule that it breaks.
    /// Trailing spaces, the padding of ISO 8583, are dropped first.
    /// </summary>
    public static bool TryParse(string text, out MerchantNo value, [NotNullWhen(false)] out IdentifierRule? broken)
    {
        var trimmed = text.TrimEnd(' ');
        broken = trimmed.Length != 15 ? Length : !Characters.AreLettersOrDigits(trimmed) ? Charset : null;
        value = broken is null ? new MerchantNo(trimmed) : default;
        return broken is null;
    }

    /// <summary>
    /// Reads the published structure, best effort; false, and no structure, when a letter appears. True does not mean that the
    /// acquirer keeps to it.
    /// </summary>
    public bool TryGetStructure(out MerchantNoStructure structure)
    {
        structure = default;
        var text = ToString();
        if (text.Length == 0 || !Characters.AreDigits(text) || !CategoryCode.TryParse(text[7..11], out var category, out _))
        {
            return false;
        }

        structure = new MerchantNoStructure(text[..3], text[3..7], category, text[11..]);
        return true;
    }

    /// <summary>Writes the characters; the default writes NULs.</summary>
    /// <param name="target">15 characters.</param>
    public void CopyTo(Span<char> target)
    {
        for (var at = 0; at < 15; at++)
        {
            target[at] = _text[at];
        }
    }

    /// <summary>Takes characters as <see cref="TryParse"/> does, without a string; padding is refused.</summary>
    public static bool TryRead(ReadOnlySpan<char> text, out MerchantNo value)
    {
        var isOne = text.Length == 15 && Characters.AreLettersOrDigits(text);
        value = isOne ? new MerchantNo(text) : default;
        return isOne;
    }

    /// <summary>Takes ASCII characters as <see cref="TryParse"/> does, without a string; padding is refused.</summary>
    public static bool TryRead(ReadOnlySpan<byte> ascii, out MerchantNo value)
    {
        var isOne = ascii.Length == 15 && Characters.AreLettersOrDigits(ascii);
        value = isOne ? new MerchantNo(new PackedText(ascii)) : default;
        return isOne;
    }

    /// <summary>Takes the number that all 15 characters are, when they are digits: 0 to 999,999,999,999,999.</summary>
    public static bool TryRead(long number, out MerchantNo value)
    {
        var isOne = number is >= 0 and <= 999_999_999_999_999;
        value = isOne ? new MerchantNo(PackedText.OfDigits((ulong)number, 15)) : default;
        return isOne;
    }

    /// <summary>The 15 characters.</summary>
    public override string ToString() => _text.ToString();
}
