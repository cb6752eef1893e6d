using System.Globalization;
using System.Text.RegularExpressions;

namespace VerifyGateway.LoadTests;

/// <summary>What the gateways say of themselves at an instant: counts of CheckStatus by its time, their memory, and what they were built from.</summary>
/// <param name="Buckets">Calls that took at most so many seconds, of all gateways.</param>
/// <param name="WorkingSetBytes">Memory of all gateways.</param>
/// <param name="Builds">Of each gateway: version, commit, runtime, packages.</param>
internal sealed partial record ServerFigures(IReadOnlyDictionary<double, double> Buckets, double WorkingSetBytes, IReadOnlyList<string[]> Builds)
{
    private static readonly string[] BuildLabels = ["version", "revision", "runtime", "packages"];

    private const string Times = "grpc_server_handling_seconds_bucket";

    /// <summary>Reads the metrics pages; null when there is none, or one does not answer.</summary>
    public static async Task<ServerFigures?> ReadAsync(IReadOnlyList<Uri> operations)
    {
        if (operations.Count == 0)
        {
            return null;
        }

        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(5) };
        try
        {
            var pages = new List<string>();
            foreach (var address in operations)
            {
                pages.Add(await http.GetStringAsync(new Uri(address, "/metrics")));
            }

            return Of(pages);
        }
        catch (Exception unreachable) when (unreachable is HttpRequestException or TaskCanceledException)
        {
            return null;
        }
    }

    /// <summary>Reads the text of metrics pages.</summary>
    public static ServerFigures Of(IEnumerable<string> pages)
    {
        var (buckets, memory, builds) = (new SortedDictionary<double, double>(), 0.0, new List<string[]>());
        foreach (var line in pages.SelectMany(static page => page.Split('\n')))
        {
            if (line.StartsWith("process_working_set_bytes ", StringComparison.Ordinal))
            {
                memory += Number(line);
            }
            else if (line.StartsWith("verifygateway_build_info{", StringComparison.Ordinal))
            {
                var labels = Label().Matches(line).ToLookup(static label => label.Groups[1].Value, static label => label.Groups[2].Value);
                builds.Add([.. BuildLabels.Select(label => labels[label].FirstOrDefault() ?? "")]);
            }
            else if (line.StartsWith(Times, StringComparison.Ordinal) && line.Contains("grpc_method=\"CheckStatus\"", StringComparison.Ordinal) && Bound().Match(line) is { Success: true } bound)
            {
                var upTo = bound.Groups[1].Value == "+Inf" ? double.PositiveInfinity : double.Parse(bound.Groups[1].Value, CultureInfo.InvariantCulture);
                buckets[upTo] = buckets.GetValueOrDefault(upTo) + Number(line);
            }
        }

        return new ServerFigures(buckets, memory, builds);
    }

    /// <summary>
    /// The share of the calls since an earlier instant that took at most so long, in milliseconds, evenly spread within a bucket as
    /// Prometheus takes it; null when there were none, the highest bound when it lies beyond.
    /// </summary>
    public double? QuantileMs(double share, ServerFigures before)
    {
        var counts = Buckets.OrderBy(static bucket => bucket.Key).Select(bucket => (UpTo: bucket.Key, Count: bucket.Value - before.Buckets.GetValueOrDefault(bucket.Key))).ToArray();
        if (counts.Length == 0 || counts[^1].Count <= 0)
        {
            return null;
        }

        var (rank, from, below) = (share * counts[^1].Count, 0.0, 0.0);
        foreach (var (upTo, count) in counts)
        {
            if (count >= rank)
            {
                return double.IsInfinity(upTo) ? from * 1_000 : (from + ((upTo - from) * (rank - below) / Math.Max(1, count - below))) * 1_000;
            }

            (from, below) = (upTo, count);
        }

        return from * 1_000;
    }

    /// <summary>Calls since an earlier instant.</summary>
    public double CallsSince(ServerFigures before) => Buckets.GetValueOrDefault(double.PositiveInfinity) - before.Buckets.GetValueOrDefault(double.PositiveInfinity);

    private static double Number(string line) => double.Parse(line.AsSpan(line.LastIndexOf(' ') + 1), CultureInfo.InvariantCulture);

    [GeneratedRegex("""le="([^"]+)"}""")]
    private static partial Regex Bound();

    [GeneratedRegex("""(\w+)="([^"]*)" *[,}]""")]
    private static partial Regex Label();
}
