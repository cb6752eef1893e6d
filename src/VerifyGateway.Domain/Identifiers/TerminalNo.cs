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

    private readonly string? _text;

    private TerminalNo(string text) => _text = text;

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

    /// <summary>The 8 characters.</summary>
    public override string ToString() => _text ?? "";
}
