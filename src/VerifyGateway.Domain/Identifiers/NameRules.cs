using System.Buffers;

namespace VerifyGateway.Domain.Identifiers;

/// <summary>
/// What names that callers give must look like, for whoever takes them in and for whoever stores them. Each function names the first
/// rule that a text breaks, or gives null. Pure, safe from any thread.
/// </summary>
public static class NameRules
{
    /// <summary>The length of an id is not 1 to 64.</summary>
    public static readonly IdentifierRule IdLength = new("ENTITY_ID_LENGTH", "An id has 1 to 64 characters.");

    /// <summary>A character of an id is neither letter, digit, dot, hyphen nor underscore.</summary>
    public static readonly IdentifierRule IdCharset = new("ENTITY_ID_CHARSET", "An id holds letters A-Z, a-z, digits, dots, hyphens and underscores only.");

    /// <summary>The id has the form of a document's or a card's number.</summary>
    public static readonly IdentifierRule IdPersonal =
        new("ENTITY_ID_PERSONAL", "An id is not the number of an identity document or of a card (12 or more digits, with or without a final X).");

    /// <summary>The length of a request id is not 1 to 64.</summary>
    public static readonly IdentifierRule RequestLength = new("REQUEST_ID_LENGTH", "A request id has 1 to 64 characters.");

    /// <summary>A character of a request id is neither letter, digit, dot, colon, hyphen nor underscore.</summary>
    public static readonly IdentifierRule RequestCharset =
        new("REQUEST_ID_CHARSET", "A request id holds letters A-Z, a-z, digits, dots, colons, hyphens and underscores only.");

    /// <summary>Not 64 lower-case hexadecimal digits.</summary>
    public static readonly IdentifierRule HashForm = new("HASH_FORM", "A keyed hash has 64 hexadecimal digits 0-9, a-f.");

    private static readonly SearchValues<char> OfIds =
        SearchValues.Create("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz.-_");

    private static readonly SearchValues<char> OfRequestIds =
        SearchValues.Create("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz.:-_");

    /// <summary>Of the acquirer's own id of an identity, a hold, or a person who acts for it: never a number of a document or card.</summary>
    public static IdentifierRule? BrokenById(string text) =>
        text.Length is < 1 or > 64 ? IdLength
        : text.AsSpan().ContainsAnyExcept(OfIds) ? IdCharset
        : LooksPersonal(text) ? IdPersonal
        : null;

    /// <summary>Of what a caller calls one write by.</summary>
    public static IdentifierRule? BrokenByRequestId(string text) =>
        text.Length is < 1 or > 64 ? RequestLength : text.AsSpan().ContainsAnyExcept(OfRequestIds) ? RequestCharset : null;

    /// <summary>Of a keyed hash (HMAC-SHA256) of the number of a document or card.</summary>
    public static IdentifierRule? BrokenByKeyedHash(string text) => text.Length == 64 && text.All(char.IsAsciiHexDigitLower) ? null : HashForm;

    /// <summary>True when a text has no control characters and no halves of characters, which would be stored as others.</summary>
    public static bool IsOneLine(string text)
    {
        foreach (var rune in text.EnumerateRunes())
        {
            // The enumeration gives U+FFFD for a half.
            if (rune.Value is 0xFFFD or < 0x20 or (>= 0x7F and <= 0x9F))
            {
                return false;
            }
        }

        return true;
    }

    private static bool LooksPersonal(ReadOnlySpan<char> text)
    {
        var digits = text[^1] is 'X' or 'x' ? text[..^1] : text;
        return digits.Length >= 12 && !digits.ContainsAnyExceptInRange('0', '9');
    }
}
