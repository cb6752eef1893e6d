namespace VerifyGateway.Domain.Reasons;

/// <summary>Names of values as people and programs read them: <c>TERMINAL_NOT_REGISTERED</c>, the words of the wire without their prefix.</summary>
public static class Codes
{
    /// <summary>The code of a value.</summary>
    public static string Of<TEnum>(TEnum value)
        where TEnum : struct, Enum => OfName(value.ToString());

    /// <summary>The value with that code; false when there is none. Codes are compared ordinally.</summary>
    public static bool TryParse<TEnum>(string code, out TEnum value)
        where TEnum : struct, Enum
    {
        foreach (var candidate in Enum.GetValues<TEnum>())
        {
            if (Of(candidate) == code)
            {
                value = candidate;
                return true;
            }
        }

        value = default;
        return false;
    }

    /// <summary>The code of a name: an underscore before each capital but the first, and all in capitals.</summary>
    internal static string OfName(string name) =>
        string.Concat(name.Select((letter, at) => at > 0 && char.IsAsciiLetterUpper(letter) ? "_" + letter : char.ToUpperInvariant(letter).ToString()));
}
