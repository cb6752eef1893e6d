using System.Globalization;

namespace VerifyGateway.Domain.Tests;

/// <summary>
/// A source of random values whose seed is printed, so that a failure can be repeated: set VG_SEED to the number printed.
/// </summary>
internal static class Seed
{
    /// <summary>A new source; its seed goes to the test's output.</summary>
    public static Random New(ITestOutputHelper output)
    {
        var asked = Environment.GetEnvironmentVariable("VG_SEED");
        var seed = asked is null ? Random.Shared.Next() : int.Parse(asked, CultureInfo.InvariantCulture);
        output.WriteLine($"VG_SEED={seed}");
        return new Random(seed);
    }

    /// <summary>A text of the given length, each character one of the alphabet's.</summary>
    public static string Text(this Random random, string alphabet, int length) =>
        string.Create(length, (random, alphabet), static (text, from) =>
        {
            for (var i = 0; i < text.Length; i++)
            {
                text[i] = from.alphabet[from.random.Next(from.alphabet.Length)];
            }
        });

    /// <summary>One of the values.</summary>
    public static T Of<T>(this Random random, params ReadOnlySpan<T> values) => values[random.Next(values.Length)];
}
