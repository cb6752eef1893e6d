using System.Globalization;

namespace VerifyGateway.Domain.Identifiers;

/// <summary>What the 18-character numbers of persons share (GB 11643-1999): birth date at 7 to 14, sex at 17, check character at 18.</summary>
internal static class PersonNumber
{
    private static readonly DateOnly Earliest = new(1800, 1, 1);

    public static bool HasCharset(ReadOnlySpan<char> text) => Characters.AreDigits(text[..17]) && (text[17] == 'X' || char.IsAsciiDigit(text[17]));

    public static bool TryGetBirthDate(ReadOnlySpan<char> text, out DateOnly date) =>
        DateOnly.TryParseExact(text[6..14], "yyyyMMdd", CultureInfo.InvariantCulture, DateTimeStyles.None, out date) && date >= Earliest;

    public static DateOnly BirthDate(string? text) => text is not null && TryGetBirthDate(text, out var date) ? date : default;

    public static bool IsFemale(string? text) => text is not null && (text[16] - '0') % 2 == 0;

    public static bool CheckHolds(ReadOnlySpan<char> text) => CheckDigits.Mod11Radix2(text[..17]) == text[17];

    /// <summary>Full years; who is born on 29 February has the birthday on 1 March of other years.</summary>
    public static int Age(DateOnly birth, DateOnly today) =>
        today.Year - birth.Year - ((today.Month, today.Day).CompareTo((birth.Month, birth.Day)) < 0 ? 1 : 0);
}
