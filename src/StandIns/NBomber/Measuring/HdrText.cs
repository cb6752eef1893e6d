using System.Globalization;
using HdrHistogram;

namespace NBomber.Measuring;

/// <summary>A distribution as the text that plotters of HdrHistogram read (.hgrm), in milliseconds.</summary>
internal static class HdrText
{
    /// <summary>As finely as the figures are counted: within 1 % would be two digits, and the third costs nothing.</summary>
    private const int Digits = 3;

    private const int TicksPerHalfDistance = 5;

    public static string Of(HistogramSnapshot counts)
    {
        var histogram = new LongHistogram(1, Buckets.Highest, Digits);
        foreach (var (value, count) in counts.Values())
        {
            histogram.RecordValueWithCount(value, count);
        }

        using var text = new StringWriter(CultureInfo.InvariantCulture) { NewLine = "\n" };
        histogram.OutputPercentileDistribution(text, TicksPerHalfDistance, Figures.NsPerMs);
        return text.ToString();
    }
}
