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

    public static bool AreDigits(ReadOnlySpan<char> text) => !text.ContainsAnyExcept(Digit);

    public static bool AreLettersOrDigits(ReadOnlySpan<char> text) => !text.ContainsAnyExcept(LetterOrDigit);

    public static bool AreOfASerial(ReadOnlySpan<char> text) => !text.ContainsAnyExcept(Serial);
}
