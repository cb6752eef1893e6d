using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace VerifyGateway.Domain.Identifiers;

/// <summary>
/// The serial number of a terminal (TUSN, 终端唯一标识): 6 digits of vendor, 2 digits of type (01 to 13), then the vendor's own
/// serial; 9 to 50 characters in all. No check digit: its integrity comes from the serial number's cryptogram. Case counts.
/// </summary>
public readonly record struct TerminalSn
{
    /// <summary>The length is not 9 to 50.</summary>
    public static readonly IdentifierRule Length = new("SN_LENGTH", "A terminal serial number (TUSN) has 9 to 50 characters.");

    /// <summary>One of the first 8 characters is not a digit, or a later one is not a letter, a digit or a hyphen.</summary>
    public static readonly IdentifierRule Charset =
        new("SN_CHARSET", "A terminal serial number (TUSN) begins with 8 digits and goes on with letters, digits or hyphens.");

    /// <summary>The vendor code is 000000.</summary>
    public static readonly IdentifierRule Vendor = new("SN_VENDOR", "The vendor code (characters 1 to 6) of a terminal serial number is not 000000.");

    /// <summary>The type is not 01 to 13.</summary>
    public static readonly IdentifierRule Type = new("SN_TYPE", "The type (characters 7 and 8) of a terminal serial number is 01 to 13.");

    private readonly string? _text;

    private TerminalSn(string text) => _text = text;

    /// <summary>Takes the text if it is a terminal serial number; otherwise names the first rule that it breaks.</summary>
    public static bool TryParse(string text, out TerminalSn value, [NotNullWhen(false)] out IdentifierRule? broken)
    {
        broken = FirstBroken(text);
        value = broken is null ? new TerminalSn(text) : default;
        return broken is null;
    }

    /// <summary>The characters.</summary>
    public override string ToString() => _text ?? "";

    private static IdentifierRule? FirstBroken(ReadOnlySpan<char> text)
    {
        if (text.Length is < 9 or > 50)
        {
            return Length;
        }

        if (!Characters.AreDigits(text[..8]) || !Characters.AreOfASerial(text[8..]))
        {
            return Charset;
        }

        if (text.StartsWith("000000"))
        {
            return Vendor;
        }

        return int.Parse(text[6..8], NumberStyles.None, CultureInfo.InvariantCulture) is < 1 or > 13 ? Type : null;
    }
}
