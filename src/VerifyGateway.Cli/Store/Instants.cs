using System.Globalization;

namespace VerifyGateway.Cli.Store;

/// <summary>Instants for people: in China's zone.</summary>
internal static class Instants
{
    /// <summary>An instant in Unix milliseconds; 0 is that of a store without changes.</summary>
    public static string Of(long unixMs) => unixMs == 0
        ? "no known time"
        : DateTimeOffset.FromUnixTimeMilliseconds(unixMs).ToOffset(TimeSpan.FromHours(8)).ToString("yyyy-MM-ddTHH:mm:sszzz", CultureInfo.InvariantCulture);
}
