using System.Diagnostics.CodeAnalysis;

namespace VerifyGateway.Domain.Identifiers;

/// <summary>A merchant category code (ISO 18245, GB/T 20548): 4 digits. Equality is ordinal; the default is "not known".</summary>
public readonly record struct CategoryCode
{
    /// <summary>Not 4 digits.</summary>
    public static readonly IdentifierRule Form = new("MCC_FORM", "A merchant category code has 4 digits.");

    private readonly PackedText _text;

    private CategoryCode(ReadOnlySpan<char> text) => _text = new PackedText(text);

    private CategoryCode(PackedText text) => _text = text;

    /// <summary>Takes the text if it is a category; otherwise names the rule that it breaks.</summary>
    public static bool TryParse(string text, out CategoryCode value, [NotNullWhen(false)] out IdentifierRule? broken)
    {
        broken = text.Length != 4 || text.AsSpan().ContainsAnyExceptInRange('0', '9') ? Form : null;
        value = broken is null ? new CategoryCode(text) : default;
        return broken is null;
    }

    /// <summary>Takes ASCII characters as <see cref="TryParse"/> does, without a string.</summary>
    public static bool TryRead(ReadOnlySpan<byte> ascii, out CategoryCode value)
    {
        var isOne = ascii.Length == 4 && Characters.AreDigits(ascii);
        value = isOne ? new CategoryCode(new PackedText(ascii)) : default;
        return isOne;
    }

    /// <summary>The four digits as a number, 0 to 9999; -1 when not known.</summary>
    public int Number => _text.IsEmpty ? -1 : ((_text[0] - '0') * 1_000) + ((_text[1] - '0') * 100) + ((_text[2] - '0') * 10) + (_text[3] - '0');

    /// <summary>The category of a number that <see cref="Number"/> gave, without allocation; the default for any other.</summary>
    public static CategoryCode FromNumber(int number) => number is >= 0 and <= 9_999 ? new CategoryCode(PackedText.OfDigits((ulong)number, 4)) : default;

    /// <summary>The digits; empty when not known.</summary>
    public override string ToString() => _text.ToString();
}
