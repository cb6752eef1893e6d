using System.Text;

namespace VerifyGateway.Storage.Seeding;

/// <summary>The codes of an enum as the wire contract spells them, without the enum's prefix: WindDown is WIND_DOWN.</summary>
internal static class EnumCodes<T>
    where T : struct, Enum
{
    private static readonly Dictionary<string, T> ByCode = Enum.GetValues<T>().ToDictionary(CodeOf, StringComparer.Ordinal);

    /// <summary>All codes.</summary>
    public static IReadOnlyCollection<string> All => ByCode.Keys;

    public static bool TryParse(string code, out T value) => ByCode.TryGetValue(code, out value);

    private static string CodeOf(T value)
    {
        var code = new StringBuilder();
        foreach (var letter in value.ToString())
        {
            if (char.IsAsciiLetterUpper(letter) && code.Length > 0)
            {
                code.Append('_');
            }

            code.Append(char.ToUpperInvariant(letter));
        }

        return code.ToString();
    }
}
