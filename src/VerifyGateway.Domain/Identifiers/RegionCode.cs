using System.Diagnostics.CodeAnalysis;

namespace VerifyGateway.Domain.Identifiers;

/// <summary>
/// A region of China (GB/T 2260): 6 digits, the first two a province that exists. Counties come and go, and old codes stay on
/// papers, so no more than the province is looked up. Equality is ordinal; the default is "not known".
/// </summary>
public readonly record struct RegionCode
{
    /// <summary>Not 6 digits.</summary>
    public static readonly IdentifierRule Form = new("REGION_FORM", "A region (GB/T 2260) has 6 digits.");

    /// <summary>The province does not exist.</summary>
    public static readonly IdentifierRule Province = new("REGION_PROVINCE", "A region (GB/T 2260) begins with the two digits of a province.");

    private readonly PackedText _text;

    private RegionCode(ReadOnlySpan<char> text) => _text = new PackedText(text);

    private RegionCode(PackedText text) => _text = text;

    /// <summary>Takes the text if it is a region; otherwise names the first rule that it breaks.</summary>
    public static bool TryParse(string text, out RegionCode value, [NotNullWhen(false)] out IdentifierRule? broken)
    {
        broken = text.Length != 6 || text.AsSpan().ContainsAnyExceptInRange('0', '9') ? Form : IsProvince(text) ? null : Province;
        value = broken is null ? new RegionCode(text) : default;
        return broken is null;
    }

    /// <summary>Takes ASCII characters as <see cref="TryParse"/> does, without a string.</summary>
    public static bool TryRead(ReadOnlySpan<byte> ascii, out RegionCode value)
    {
        var isOne = ascii.Length == 6 && Characters.AreDigits(ascii) && IsProvince(ascii[0] - '0', ascii[1] - '0');
        value = isOne ? new RegionCode(new PackedText(ascii)) : default;
        return isOne;
    }

    /// <summary>The region of a number that <see cref="Number"/> gave, without allocation; the default for any other.</summary>
    public static RegionCode FromNumber(int number) =>
        number is >= 110_000 and <= 999_999 && IsProvince(number / 100_000, number / 10_000 % 10) ? new RegionCode(PackedText.OfDigits((ulong)number, 6)) : default;

    /// <summary>The six digits as a number; 0 when not known.</summary>
    public int Number
    {
        get
        {
            var number = 0;
            for (var at = 0; at < 6 && !_text.IsEmpty; at++)
            {
                number = (number * 10) + (_text[at] - '0');
            }

            return number;
        }
    }

    /// <summary>True when the other region is this one or lies in it: a code that ends in 0000 is a whole province, one that ends in 00 a whole city.</summary>
    public bool Contains(RegionCode other)
    {
        var (mine, others) = (Number, other.Number);
        return mine != 0 && others != 0 && (mine % 10_000 == 0 ? others / 10_000 == mine / 10_000 : mine % 100 == 0 ? others / 100 == mine / 100 : others == mine);
    }

    /// <summary>The digits; empty when not known.</summary>
    public override string ToString() => _text.ToString();

    /// <summary>Whether the first two characters, which are digits, are a province.</summary>
    internal static bool IsProvince(ReadOnlySpan<char> digits) => IsProvince(digits[0] - '0', digits[1] - '0');

    private static bool IsProvince(int area, int province) => area switch
    {
        1 or 6 => province is >= 1 and <= 5,
        2 => province is >= 1 and <= 3,
        3 => province is >= 1 and <= 7,
        4 => province is >= 1 and <= 6,
        5 => province is >= 0 and <= 4,
        7 => province == 1,
        8 => province is >= 1 and <= 3,
        _ => false,
    };
}
