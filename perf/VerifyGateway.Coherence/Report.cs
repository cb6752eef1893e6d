using System.Globalization;

namespace VerifyGateway.Coherence;

/// <summary>Prints Markdown.</summary>
internal static class Report
{
    public static void Say(FormattableString line) => Console.WriteLine(FormattableString.Invariant(line));

    /// <summary>What is measured and what is wanted, each row with its own words.</summary>
    public static void Head(string title, params string[] columns)
    {
        Say($"");
        Say($"## {title}");
        Say($"");
        Say($"| {string.Join(" | ", columns)} |");
        Say($"|---|{string.Concat(Enumerable.Repeat("---:|", columns.Length - 1))}");
    }

    /// <summary>Median (least–most).</summary>
    public static string Spread(IEnumerable<double> values, string format = "0.00")
    {
        double[] sorted = [.. values.Order()];
        return string.Create(CultureInfo.InvariantCulture, $"{Text(Median(sorted))} ({Text(sorted[0])}–{Text(sorted[^1])})");

        string Text(double value) => value.ToString(format, CultureInfo.InvariantCulture);
    }

    public static double Median(IReadOnlyList<double> sorted) =>
        sorted.Count % 2 == 1 ? sorted[sorted.Count / 2] : (sorted[(sorted.Count / 2) - 1] + sorted[sorted.Count / 2]) / 2;

    /// <summary>The least value that so large a share of the values does not exceed.</summary>
    public static double Percentile(IReadOnlyList<double> sorted, double share) => sorted[Math.Clamp((int)Math.Ceiling(sorted.Count * share) - 1, 0, sorted.Count - 1)];
}
