using System.Diagnostics.CodeAnalysis;
using VerifyGateway.Domain.Identifiers;

namespace VerifyGateway.Storage.Rows;

/// <summary>
/// The acquirer's own id of an identity or of a hold: 1 to 64 letters, digits, dots, hyphens or underscores. A number of an
/// identity document or of a card is refused: it would be personal data. Equality is ordinal.
/// </summary>
public readonly record struct EntityId
{
    private readonly string? _text;

    private EntityId(string text) => _text = text;

    /// <summary>Takes the text if it is an id; otherwise names the first rule that it breaks.</summary>
    public static bool TryParse(string text, out EntityId value, [NotNullWhen(false)] out IdentifierRule? broken)
    {
        broken = NameRules.BrokenById(text);
        value = broken is null ? new EntityId(text) : default;
        return broken is null;
    }

    /// <summary>The characters.</summary>
    public override string ToString() => _text ?? "";
}
