using System.Diagnostics.CodeAnalysis;

namespace VerifyGateway.Domain.Identifiers;

/// <summary>A terminal number (ISO 8583 DE41, ans8): 8 letters or digits, unique only within its merchant. Equality is ordinal.</summary>
public readonly record struct TerminalNo
{
    /// <summary>The length is not 8.</summary>
    public static readonly IdentifierRule Length = new("TID_LENGTH", "A terminal number (DE41) has 8 characters.");

    /// <summary>A character is neither letter nor digit.</summary>
    public static readonly IdentifierRule Charset = new("TID_CHARSET", "A terminal number (DE41) holds letters A-Z, a-z and digits only.");

    /// <summary>The number is 00000000, which stands for "none".</summary>
    public static readonly IdentifierRule AllZero = new("TID_ALL_ZERO", "A terminal number (DE41) is not 00000000.");

    private readonly PackedText _text;

    private TerminalNo(ReadOnlySpan<char> text) => _text = new PackedText(text);

    private TerminalNo(PackedText text) => _text = text;

    /// <summary>Takes the text if it is a terminal number; otherwise names the first rule that it breaks.</summary>
    public static bool TryParse(string text, out TerminalNo value, [NotNullWhen(false)] out IdentifierRule? broken)
    {
        broken = text.Length != 8 ? Length
            : !Characters.AreLettersOrDigits(text) ? Charset
            : text == "00000000" ? AllZero
            : null;
        value = broken is null ? new TerminalNo(text) : default;
        return broken is null;
    }

    /// <summary>Writes the characters; the default writes NULs.</summary>
    /// <param name="target">8 characters.</param>
    public void CopyTo(Span<char> target)
    {
        for (var at = 0; at < 8; at++)
        {
            target[at] = _text[at];
        }
    }

    /// <summary>Takes characters as <see cref="TryParse"/> does, without a string; padding is refused.</summary>
    public static bool TryRead(ReadOnlySpan<char> text, out TerminalNo value)
    {
        var isOne = text.Length == 8 && Characters.AreLettersOrDigits(text) && !text.SequenceEqual("00000000");
        value = isOne ? new TerminalNo(text) : default;
        return isOne;
    }

    /// <summary>Takes ASCII characters as <see cref="TryParse"/> does, without a string; padding is refused.</summary>
    public static bool TryRead(ReadOnlySpan<byte> ascii, out TerminalNo value)
    {
        var isOne = ascii.Length == 8 && Characters.AreLettersOrDigits(ascii) && !ascii.SequenceEqual("00000000"u8);
        value = isOne ? new TerminalNo(new PackedText(ascii)) : default;
        return isOne;
    }

    /// <summary>Takes the number that all 8 characters are, when they are digits: 1 to 99,999,999.</summary>
    public static bool TryRead(long number, out TerminalNo value)
    {
        var isOne = number is >= 1 and <= 99_999_999;
        value = isOne ? new TerminalNo(PackedText.OfDigits((ulong)number, 8)) : default;
        return isOne;
    }

    /// <summary>The 8 characters.</summary>
    public override string ToString() => _text.ToString();
}
