using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using VerifyGateway.Domain.Identifiers;

namespace VerifyGateway.Storage.Rows;

/// <summary>
/// The acquirer's own id of an identity or of a hold: 1 to 64 letters, digits, dots, hyphens or underscores. A number of an
/// identity document or of a card is refused: it would be personal data. Equality is ordinal.
/// </summary>
public readonly record struct EntityId
{
    /// <summary>The length is not 1 to 64.</summary>
    public static readonly IdentifierRule Length = new("ID_LENGTH", "An id has 1 to 64 characters.");

    /// <summary>A character is neither letter, digit, dot, hyphen nor underscore.</summary>
    public static readonly IdentifierRule Charset = new("ID_CHARSET", "An id holds letters A-Z, a-z, digits, dots, hyphens and underscores only.");

    /// <summary>The id has the form of a document's or a card's number.</summary>
    public static readonly IdentifierRule Personal =
        new("ID_PERSONAL", "An id is not the number of an identity document or of a card (12 or more digits, with or without a final X).");

    private static readonly SearchValues<char> Allowed =
        SearchValues.Create("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz.-_");

    private readonly string? _text;

    private EntityId(string text) => _text = text;

    /// <summary>Takes the text if it is an id; otherwise names the first rule that it breaks.</summary>
    public static bool TryParse(string text, out EntityId value, [NotNullWhen(false)] out IdentifierRule? broken)
    {
        broken = text.Length is < 1 or > 64 ? Length
            : text.AsSpan().ContainsAnyExcept(Allowed) ? Charset
            : LooksPersonal(text) ? Personal
            : null;
        value = broken is null ? new EntityId(text) : default;
        return broken is null;
    }

    /// <summary>The characters.</summary>
    public override string ToString() => _text ?? "";

    private static bool LooksPersonal(ReadOnlySpan<char> text)
    {
        var digits = text[^1] is 'X' or 'x' ? text[..^1] : text;
        return digits.Length >= 12 && !digits.ContainsAnyExceptInRange('0', '9');
    }
}
