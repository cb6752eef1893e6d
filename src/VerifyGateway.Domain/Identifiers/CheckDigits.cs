namespace VerifyGateway.Domain.Identifiers;

/// <summary>The check digits of the standards. Each method takes text whose characters are already known to be in the scheme's set.</summary>
internal static class CheckDigits
{
    /// <summary>The 31 characters of a unified social credit code (GB 32100-2015) in the order of their values; I, O, S, V and Z look like others.</summary>
    public const string CreditCodeCharacters = "0123456789ABCDEFGHJKLMNPQRTUWXY";

    private static ReadOnlySpan<byte> OrganisationWeights => [3, 7, 9, 10, 5, 8, 4, 2];

    private static ReadOnlySpan<byte> MrzWeights => [7, 3, 1];

    /// <summary>The check character after 17 digits, ISO 7064 MOD 11-2: a digit or X (GB 11643-1999).</summary>
    public static char Mod11Radix2(ReadOnlySpan<char> digits)
    {
        // Horner's form of the weights 2^17 .. 2^1: the same as the standard's 7 9 10 5 8 4 2 1 6 3 7 9 10 5 8 4 2.
        var sum = 0;
        foreach (var c in digits)
        {
            sum = (sum + (c - '0')) * 2 % 11;
        }

        return "0123456789X"[(12 - sum) % 11];
    }

    /// <summary>The check character after the 17 characters of a unified social credit code: modulus 31, weights 3^0 .. 3^16.</summary>
    public static char Mod31Radix3(ReadOnlySpan<char> text)
    {
        var (sum, weight) = (0, 1);
        foreach (var c in text)
        {
            sum += CreditCodeCharacters.IndexOf(c, StringComparison.Ordinal) * weight;
            weight = weight * 3 % 31;
        }

        return CreditCodeCharacters[(31 - sum % 31) % 31];
    }

    /// <summary>The check character after the 8 characters of an organisation code (GB 11714): 10 is written X and 11 is written 0.</summary>
    public static char Organisation(ReadOnlySpan<char> text)
    {
        var sum = 0;
        for (var i = 0; i < OrganisationWeights.Length; i++)
        {
            sum += ValueOf(text[i]) * OrganisationWeights[i];
        }

        return "0123456789X"[(11 - sum % 11) % 11];
    }

    /// <summary>The check digit after 14 digits, ISO 7064 MOD 11,10 (GS 15-2006).</summary>
    public static char Mod11And10(ReadOnlySpan<char> digits)
    {
        var carry = 10;
        foreach (var c in digits)
        {
            var sum = (carry + (c - '0')) % 10;
            carry = (sum == 0 ? 10 : sum) * 2 % 11;
        }

        return (char)('0' + (11 - carry) % 10);
    }

    /// <summary>Whether the last of the digits is the check digit of those before it (ISO/IEC 7812-1, Luhn).</summary>
    public static bool IsLuhn(ReadOnlySpan<char> digits)
    {
        var sum = 0;
        for (var i = 0; i < digits.Length; i++)
        {
            var digit = digits[digits.Length - 1 - i] - '0';
            var doubled = i % 2 == 0 ? digit : digit * 2;
            sum += doubled > 9 ? doubled - 9 : doubled;
        }

        return sum % 10 == 0;
    }

    /// <summary>The check digit of a field of a machine readable zone (ICAO Doc 9303-3): weights 7, 3, 1; A is 10 .. Z is 35, the filler is 0.</summary>
    public static int Mrz(ReadOnlySpan<char> field)
    {
        var sum = 0;
        for (var i = 0; i < field.Length; i++)
        {
            sum += ValueOf(field[i]) * MrzWeights[i % MrzWeights.Length];
        }

        return sum % 10;
    }

    private static int ValueOf(char c) => c switch
    {
        '<' => 0,
        <= '9' => c - '0',
        _ => c - 'A' + 10,
    };
}
