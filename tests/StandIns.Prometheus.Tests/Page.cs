using System.Globalization;
using System.Text;

namespace PrometheusStandIn.Tests;

/// <summary>Pages of metrics as texts, and the numbers on them.</summary>
internal static class Page
{
    public static async Task<string> OfAsync(CollectorRegistry registry, ExpositionFormat format = ExpositionFormat.PrometheusText)
    {
        using var stream = new MemoryStream();
        await registry.CollectAndExportAsTextAsync(stream, format, TestContext.Current.CancellationToken);
        return Encoding.UTF8.GetString(stream.ToArray());
    }

    /// <summary>The number on the line that begins with exactly this identifier; null when there is no such line.</summary>
    public static double? Number(string page, string identifier)
    {
        foreach (var line in page.Split('\n'))
        {
            if (line.StartsWith(identifier + " ", StringComparison.Ordinal))
            {
                return double.Parse(line[(identifier.Length + 1)..].Split(' ')[0], CultureInfo.InvariantCulture);
            }
        }

        return null;
    }

    public static async Task<double?> NumberAsync(CollectorRegistry registry, string identifier) => Number(await OfAsync(registry), identifier);
}
