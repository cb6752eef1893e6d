using System.Buffers;

namespace VerifyGateway.Domain.Identifiers;

/// <summary>Sets of characters that identifiers are made of.</summary>
internal static class Characters
{
    private static readonly SearchValues<char> Digit = SearchValues.Create("0123456789");

    private static readonly SearchValues<char> LetterOrDigit =
        SearchValues.Create("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    private static readonly SearchValues<char> Serial =
        SearchValues.Create("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-");

    private static readonly SearchValues<char> Capital = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZ");

    private static readonly SearchValues<char> DigitOrCapital = SearchValues.Create("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ");

    private static readonly SearchValues<char> Zone = SearchValues.Create("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ<");

    private static readonly SearchValues<byte> AsciiDigit = SearchValues.Create("0123456789"u8);

    private static readonly SearchValues<byte> AsciiLetterOrDigit =
        SearchValues.Create("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"u8);

    private static readonly SearchValues<byte> AsciiSerial =
        SearchValues.Create("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-"u8);

    public static bool AreDigits(ReadOnlySpan<byte> ascii) => !ascii.ContainsAnyExcept(AsciiDigit);

    public static bool AreLettersOrDigits(ReadOnlySpan<byte> ascii) => !ascii.ContainsAnyExcept(AsciiLetterOrDigit);

    public static bool AreOfASerial(ReadOnlySpan<byte> ascii) => !ascii.ContainsAnyExcept(AsciiSerial);

    public static bool AreDigits(ReadOnlySpan<char> text) => !text.ContainsAnyExcept(Digit);

    public static bool AreLettersOrDigits(ReadOnlySpan<char> text) => !text.ContainsAnyExcept(LetterOrDigit);

    public static bool AreCapitals(ReadOnlySpan<char> text) => !text.ContainsAnyExcept(Capital);

    public static bool AreDigitsOrCapitals(ReadOnlySpan<char> text) => !text.ContainsAnyExcept(DigitOrCapital);

    public static bool AreOfAZone(ReadOnlySpan<char> text) => !text.ContainsAnyExcept(Zone);

    public static bool AreOfASerial(ReadOnlySpan<char> text) => !text.ContainsAnyExcept(Serial);
}
