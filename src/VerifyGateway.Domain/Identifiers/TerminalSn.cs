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

    /// <summary>The vendor, 6 digits (filler zeros and the vendor's number); empty for the default.</summary>
    public string VendorCode => _text?[..6] ?? "";

    /// <summary>The type of the terminal, 1 to 13, for example 2 a traditional POS, 4 a smart POS, 10 a barcode terminal; 0 for the default.</summary>
    public int TypeCode => _text is null ? 0 : TypeOf(_text);

    /// <summary>The vendor's own serial; empty for the default.</summary>
    public string VendorSerial => _text?[8..] ?? "";

    /// <summary>Takes the text if it is a terminal serial number; otherwise names the first rule that it breaks.</summary>
    public static bool TryParse(string text, out TerminalSn value, [NotNullWhen(false)] out IdentifierRule? broken)
    {
        broken = FirstBroken(text);
        value = broken is null ? new TerminalSn(text) : default;
        return broken is null;
    }

    /// <summary>True when ASCII characters are a terminal serial number, without making one.</summary>
    public static bool IsOne(ReadOnlySpan<byte> ascii) =>
        ascii.Length is >= 9 and <= 50 && Characters.AreDigits(ascii[..8]) && Characters.AreOfASerial(ascii[8..])
        && !ascii.StartsWith("000000"u8) && ((ascii[6] - '0') * 10) + ascii[7] - '0' is >= 1 and <= 13;

    /// <summary>
    /// For receipts and other papers: vendor, type and the last 2 characters, as far as 4 are hidden. A number of fewer than 12
    /// characters shows less of its beginning, and a hyphen is not shown.
    /// </summary>
    public Mask ToMask() => Mask.Hiding(_text, first: 8, last: 2);

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

        return TypeOf(text) is < 1 or > 13 ? Type : null;
    }

    private static int TypeOf(ReadOnlySpan<char> text) => int.Parse(text[6..8], NumberStyles.None, CultureInfo.InvariantCulture);
}
