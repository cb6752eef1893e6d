using System.Text;
using VerifyGateway.Domain.Reasons;

namespace VerifyGateway.Storage.Fleet;

/// <summary>The codes of an enum as the wire contract spells them, without the enum's prefix: WindDown is WIND_DOWN.</summary>
internal static class EnumCodes<T>
    where T : struct, Enum
{
    private static readonly (T Value, string Code, byte[] Utf8)[] Table =
        [.. Enum.GetValues<T>().Select(static value => (value, Codes.Of(value), Encoding.UTF8.GetBytes(Codes.Of(value))))];

    /// <summary>All codes.</summary>
    public static IReadOnlyCollection<string> All { get; } = [.. Table.Select(static row => row.Code)];

    public static bool TryParse(ReadOnlySpan<byte> code, out T value)
    {
        foreach (var row in Table)
        {
            if (code.SequenceEqual(row.Utf8))
            {
                value = row.Value;
                return true;
            }
        }

        value = default;
        return false;
    }

    /// <summary>The code of a value.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The enum has no such value.</exception>
    public static ReadOnlySpan<byte> Of(T value)
    {
        foreach (var row in Table)
        {
            if (EqualityComparer<T>.Default.Equals(row.Value, value))
            {
                return row.Utf8;
            }
        }

        throw new ArgumentOutOfRangeException(nameof(value), value, "The value has no code.");
    }
}
