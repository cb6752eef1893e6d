using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using VerifyGateway.Domain.Identifiers;

namespace VerifyGateway.Storage.Rows;

/// <summary>
/// What a caller calls one write by, so that it can be sent again without being done again: 1 to 64 letters, digits, dots, colons,
/// hyphens or underscores, unique within an acquirer. Equality is ordinal.
/// </summary>
public readonly record struct RequestId
{
    /// <summary>The length is not 1 to 64.</summary>
    public static readonly IdentifierRule Length = new("REQUEST_ID_LENGTH", "A request id has 1 to 64 characters.");

    /// <summary>A character is neither letter, digit, dot, colon, hyphen nor underscore.</summary>
    public static readonly IdentifierRule Charset =
        new("REQUEST_ID_CHARSET", "A request id holds letters A-Z, a-z, digits, dots, colons, hyphens and underscores only.");

    private static readonly SearchValues<char> Allowed =
        SearchValues.Create("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz.:-_");

    private readonly string? _text;

    private RequestId(string text) => _text = text;

    /// <summary>Takes the text if it is a request id; otherwise names the first rule that it breaks.</summary>
    public static bool TryParse(string text, out RequestId value, [NotNullWhen(false)] out IdentifierRule? broken)
    {
        broken = text.Length is < 1 or > 64 ? Length : text.AsSpan().ContainsAnyExcept(Allowed) ? Charset : null;
        value = broken is null ? new RequestId(text) : default;
        return broken is null;
    }

    /// <summary>An id that nobody else has.</summary>
    public static RequestId NewUnique() => new("auto:" + Guid.NewGuid().ToString("N"));

    /// <summary>The characters.</summary>
    public override string ToString() => _text ?? "";
}
