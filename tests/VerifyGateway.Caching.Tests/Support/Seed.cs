using System.Globalization;

namespace VerifyGateway.Caching.Tests.Support;

/// <summary>Random numbers of a test whose seed is printed; VG_TEST_SEED makes a run again.</summary>
internal static class Seed
{
    public static Random Next(ITestOutputHelper output)
    {
        var given = Environment.GetEnvironmentVariable("VG_TEST_SEED");
        var seed = given is null ? Random.Shared.Next() : int.Parse(given, CultureInfo.InvariantCulture);
        output.WriteLine($"VG_TEST_SEED={seed}");
        return new Random(seed);
    }
}
