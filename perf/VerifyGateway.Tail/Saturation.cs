using System.Globalization;
using System.Text.RegularExpressions;
using VerifyGateway.CheckWire;
using VerifyGateway.TestKit;

namespace VerifyGateway.Tail;

/// <summary>What a gateway answers a second when as much is asked at all times as it likes: h2load, one terminal.</summary>
internal static partial class Saturation
{
    public const int Connections = 8;
    public const int Streams = 32;

    /// <summary>Asks until so many are answered; checks a second.</summary>
    public static async Task<double> OfAsync(Gateway gateway, int requests)
    {
        using var folder = new TempFolder();
        await File.WriteAllBytesAsync(folder.File("check.bin"), new Check().Of(gateway.Terminals / 2).ToArray());
        var (code, output) = await ChildProcess.RunAsync(
            "h2load",
            ["-n", Text(requests), "-c", Text(Connections), "-m", Text(Streams), "-t", "1", "-d", folder.File("check.bin"), "-H", "content-type: application/grpc", "-H", "te: trailers", gateway.Grpc + CheckFrames.Path[1..]],
            TimeSpan.FromMinutes(5));
        var rate = RateLine().Match(output);
        // Its statuses are those of HTTP: that gRPC's are right too, the gateway's own counts say.
        return code == 0 && rate.Success && output.Contains($" {requests} succeeded", StringComparison.Ordinal)
            ? double.Parse(rate.Groups[1].Value, CultureInfo.InvariantCulture)
            : throw new InvalidOperationException($"h2load ended with {code}:\n{output}");

        static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
    }

    [GeneratedRegex(@", ([\d.]+) req/s")]
    private static partial Regex RateLine();
}
