using System.Diagnostics.CodeAnalysis;
using VerifyGateway.Domain.Identifiers;

namespace VerifyGateway.Storage.Rows;

/// <summary>
/// What a caller calls one write by, so that it can be sent again without being done again: 1 to 64 letters, digits, dots, colons,
/// hyphens or underscores, unique within an acquirer. Equality is ordinal.
/// </summary>
public readonly record struct RequestId
{
    private readonly string? _text;

    private RequestId(string text) => _text = text;

    /// <summary>Takes the text if it is a request id; otherwise names the first rule that it breaks.</summary>
    public static bool TryParse(string text, out RequestId value, [NotNullWhen(false)] out IdentifierRule? broken)
    {
        broken = NameRules.BrokenByRequestId(text);
        value = broken is null ? new RequestId(text) : default;
        return broken is null;
    }

    /// <summary>An id that nobody else has.</summary>
    public static RequestId NewUnique() => new("auto:" + Guid.NewGuid().ToString("N"));

    /// <summary>The characters.</summary>
    public override string ToString() => _text ?? "";
}
