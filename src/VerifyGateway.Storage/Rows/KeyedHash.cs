using System.Diagnostics.CodeAnalysis;
using VerifyGateway.Domain.Identifiers;

namespace VerifyGateway.Storage.Rows;

/// <summary>
/// The HMAC-SHA256 of the number of a document or a card, as 64 lower-case hexadecimal digits: equal numbers are found to be
/// equal, and without the key no number can be tried out against it. The default is "not known".
/// </summary>
public readonly record struct KeyedHash
{
    /// <summary>Bytes of a hash.</summary>
    public const int Size = 32;

    private readonly string? _text;

    private KeyedHash(string text) => _text = text;

    /// <summary>True when there is no hash.</summary>
    public bool IsEmpty => _text is null;

    /// <summary>Takes the text if it is a hash; otherwise names the rule that it breaks.</summary>
    public static bool TryParse(string text, out KeyedHash value, [NotNullWhen(false)] out IdentifierRule? broken)
    {
        broken = NameRules.BrokenByKeyedHash(text);
        value = broken is null ? new KeyedHash(text) : default;
        return broken is null;
    }

    /// <summary>A hash of these 32 bytes.</summary>
    public static KeyedHash Of(ReadOnlySpan<byte> bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(bytes.Length, Size, nameof(bytes));
        return new KeyedHash(Convert.ToHexStringLower(bytes));
    }

    /// <summary>The 32 bytes; null when there is no hash.</summary>
    public byte[]? ToBytes() => _text is null ? null : Convert.FromHexString(_text);

    /// <summary>The hexadecimal digits; empty when there is no hash.</summary>
    public override string ToString() => _text ?? "";
}

/// <summary>The name of the key that a hash was made with: 1 to 16 letters, digits or hyphens. Never the key. The default is "none".</summary>
public readonly record struct HashKeyId
{
    /// <summary>Not a name of a key.</summary>
    public static readonly IdentifierRule Form = new("KEY_ID_FORM", "The name of a key has 1 to 16 letters A-Z, a-z, digits or hyphens.");

    private readonly string? _text;

    private HashKeyId(string text) => _text = text;

    /// <summary>Takes the text if it is a name of a key; otherwise names the rule that it breaks.</summary>
    public static bool TryParse(string text, out HashKeyId value, [NotNullWhen(false)] out IdentifierRule? broken)
    {
        broken = text.Length is >= 1 and <= 16 && text.All(static c => char.IsAsciiLetterOrDigit(c) || c == '-') ? null : Form;
        value = broken is null ? new HashKeyId(text) : default;
        return broken is null;
    }

    /// <summary>The characters; empty when there is none.</summary>
    public override string ToString() => _text ?? "";
}
