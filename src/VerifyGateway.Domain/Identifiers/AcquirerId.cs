using System.Diagnostics.CodeAnalysis;

namespace VerifyGateway.Domain.Identifiers;

/// <summary>An acquiring institution (ISO 8583 DE32, n..11): 8 to 11 digits, leading zeros count, no check digit. Equality is ordinal.</summary>
public readonly record struct AcquirerId
{
    /// <summary>The length is not 8 to 11.</summary>
    public static readonly IdentifierRule Length = new("ACQ_LENGTH", "An acquirer id (DE32) has 8 to 11 digits.");

    /// <summary>A character is not a digit.</summary>
    public static readonly IdentifierRule Charset = new("ACQ_CHARSET", "An acquirer id (DE32) holds digits only.");

    private readonly string? _text;

    private AcquirerId(string text) => _text = text;

    /// <summary>Takes the text if it is an acquirer id; otherwise names the first rule that it breaks.</summary>
    public static bool TryParse(string text, out AcquirerId value, [NotNullWhen(false)] out IdentifierRule? broken)
    {
        broken = text.Length is < 8 or > 11 ? Length : !Characters.AreDigits(text) ? Charset : null;
        value = broken is null ? new AcquirerId(text) : default;
        return broken is null;
    }

    /// <summary>The digits.</summary>
    public override string ToString() => _text ?? "";
}
