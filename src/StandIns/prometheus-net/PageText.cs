using System.Globalization;
using System.Text;

namespace Prometheus;

/// <summary>How numbers and texts are written on the page.</summary>
internal static class PageText
{
    /// <summary>The longest text of a double or a long.</summary>
    public const int LongestNumber = 32;

    public static string Escape(string text, bool quotes)
    {
        if (text.AsSpan().IndexOfAny('\\', '\n', '"') < 0)
        {
            return text;
        }

        var escaped = new StringBuilder(text).Replace("\\", "\\\\").Replace("\n", "\\n");
        return (quotes ? escaped.Replace("\"", "\\\"") : escaped).ToString();
    }

    /// <summary>
    /// The shortest text that reads back as the same number. OpenMetrics shows by a point or an exponent that a number is not an integer.
    /// </summary>
    public static int Write(double value, ExpositionFormat format, Span<byte> to)
    {
        if (!double.IsFinite(value))
        {
            var word = double.IsNaN(value) ? "NaN"u8 : value > 0 ? "+Inf"u8 : "-Inf"u8;
            word.CopyTo(to);
            return word.Length;
        }

        if (format == ExpositionFormat.OpenMetricsText && value == 0)
        {
            "0.0"u8.CopyTo(to);
            return 3;
        }

        value.TryFormat(to, out var length, "g", CultureInfo.InvariantCulture);
        if (format == ExpositionFormat.OpenMetricsText && to[..length].IndexOfAny((byte)'.', (byte)'e') < 0)
        {
            ".0"u8.CopyTo(to[length..]);
            length += 2;
        }

        return length;
    }

    /// <summary>The value of the label <c>le</c> in both formats.</summary>
    public static (byte[] Text, byte[] OpenMetrics) BoundLabel(double bound)
    {
        Span<byte> buffer = stackalloc byte[LongestNumber];
        return (buffer[..Write(bound, ExpositionFormat.PrometheusText, buffer)].ToArray(),
            buffer[..Write(bound, ExpositionFormat.OpenMetricsText, buffer)].ToArray());
    }
}
