using System.Buffers;
using System.Globalization;
using System.Text;

namespace Prometheus;

/// <summary>
/// Writes one page of metrics. Lines are put together in memory and go to the stream in large pieces, at moments when no number is
/// being read: a slow reader of the page holds up nobody but himself.
/// </summary>
internal sealed class PageWriter(Stream stream, ExpositionFormat format)
{
    private const int Large = 16 * 1024;
    private const string TotalSuffix = "_total";

    private readonly ArrayBufferWriter<byte> _buffer = new(2 * Large);

    private bool IsOpenMetrics => format == ExpositionFormat.OpenMetricsText;

    /// <summary>The lines that introduce a metric. OpenMetrics names a counter without its suffix, and calls one that has none unknown.</summary>
    public void WriteHeader(Collector metric)
    {
        var (name, type) = (metric.Name, metric.PageType);
        if (IsOpenMetrics && type == "counter")
        {
            (name, type) = name.EndsWith(TotalSuffix, StringComparison.Ordinal) ? (name[..^TotalSuffix.Length], type) : (name, "unknown");
        }

        var help = string.IsNullOrWhiteSpace(metric.Help) ? "" : PageText.Escape(metric.Help, quotes: IsOpenMetrics);
        Write($"# HELP {name} {help}\n# TYPE {name} {type}\n");
    }

    public void WriteSample(string name, string suffix, byte[] labels, double value, Exemplar? exemplar)
    {
        WriteIdentifier(name, suffix, labels, null);
        Write(value);
        EndLine(exemplar);
    }

    public void WriteCount(string name, string suffix, byte[] labels, long count)
    {
        WriteIdentifier(name, suffix, labels, null);
        Write(count);
        EndLine(null);
    }

    public void WriteBucket(string name, byte[] labels, (byte[] Text, byte[] OpenMetrics) bound, long count, Exemplar? exemplar)
    {
        WriteIdentifier(name, "_bucket", labels, IsOpenMetrics ? bound.OpenMetrics : bound.Text);
        Write(count);
        EndLine(exemplar);
    }

    public ValueTask FlushIfLargeAsync(CancellationToken cancel) => _buffer.WrittenCount < Large ? default : FlushAsync(cancel);

    /// <summary>Ends the page and sends what is left of it.</summary>
    public async Task EndAsync(CancellationToken cancel)
    {
        if (IsOpenMetrics)
        {
            Write("# EOF\n"u8);
        }

        await FlushAsync(cancel);
        await stream.FlushAsync(cancel);
    }

    private async ValueTask FlushAsync(CancellationToken cancel)
    {
        await stream.WriteAsync(_buffer.WrittenMemory, cancel);
        _buffer.ResetWrittenCount();
    }

    private void WriteIdentifier(string name, string suffix, byte[] labels, byte[]? bound)
    {
        Write(name);
        Write(suffix);
        if (labels.Length > 0 || bound is not null)
        {
            Write("{"u8);
            Write(labels);
            if (bound is not null)
            {
                Write(labels.Length > 0 ? ",le=\""u8 : "le=\""u8);
                Write(bound);
                Write("\""u8);
            }

            Write("}"u8);
        }

        Write(" "u8);
    }

    private void EndLine(Exemplar? exemplar)
    {
        if (exemplar is not null && IsOpenMetrics)
        {
            var separator = " # {"u8;
            foreach (var label in exemplar.Labels)
            {
                Write(separator);
                Write(label.Name);
                Write("=\""u8);
                Write(PageText.Escape(label.Value, quotes: true));
                Write("\""u8);
                separator = ","u8;
            }

            Write("} "u8);
            Write(exemplar.ObservedValue);
            Write(" "u8);
            Write(exemplar.ObservedAt);
        }

        Write("\n"u8);
    }

    private void Write(ReadOnlySpan<byte> bytes) => _buffer.Write(bytes);

    private void Write(string text)
    {
        if (text.Length > 0)
        {
            PrometheusConstants.ExportEncoding.GetBytes(text.AsSpan(), _buffer);
        }
    }

    private void Write(double value) => _buffer.Advance(PageText.Write(value, format, _buffer.GetSpan(PageText.LongestNumber)));

    private void Write(long value)
    {
        value.TryFormat(_buffer.GetSpan(PageText.LongestNumber), out var length, default, CultureInfo.InvariantCulture);
        _buffer.Advance(length);
    }
}
