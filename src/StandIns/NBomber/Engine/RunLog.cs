using System.Globalization;
using NBomber.Contracts;
using Serilog;
using Serilog.Core;
using Serilog.Events;
using Serilog.Formatting.Display;

namespace NBomber.Engine;

/// <summary>
/// The log that scenarios write to, beside the reports; there is no file before there is a line. It holds so many characters at most: a
/// line for each iteration of a long run would fill the disk.
/// </summary>
internal sealed class RunLog(string path, long mostChars) : ILogEventSink, IDisposable
{
    /// <summary>What the log of a run holds.</summary>
    public const long MostChars = 20_000_000;

    private static readonly MessageTemplateTextFormatter Format =
        new("{Timestamp:yyyy-MM-dd HH:mm:ss.fff zzz} [{Level:u3}] {Message:lj}{NewLine}{Exception}", CultureInfo.InvariantCulture);

    private readonly Lock _gate = new();
    private StreamWriter? _file;
    private long _chars;
    private bool _isOver;

    /// <summary>The logger of a run: the one that was asked for, or one into a file; one that keeps nothing when there are no reports.</summary>
    public static Logger Of(NBomberContext context, string path)
    {
        if (context.LoggerConfig is { } asked)
        {
            return asked().CreateLogger();
        }

        var log = new LoggerConfiguration().MinimumLevel.Is(context.MinimumLogLevel);
        return (context.ReportFormats.Count == 0 ? log : log.WriteTo.Sink(new RunLog(path, MostChars))).CreateLogger();
    }

    /// <inheritdoc />
    public void Emit(LogEvent logEvent)
    {
        using var text = new StringWriter(CultureInfo.InvariantCulture);
        Format.Format(logEvent, text);
        lock (_gate)
        {
            if (_isOver)
            {
                return;
            }

            if (_file is null)
            {
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                _file = new StreamWriter(path, append: false) { AutoFlush = true };
            }

            _chars += text.GetStringBuilder().Length;
            _isOver = _chars > mostChars;
            _file.Write(_isOver ? "This log is full; what came later is not in it." + Environment.NewLine : text.ToString());
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        lock (_gate)
        {
            _isOver = true;
            _file?.Dispose();
        }
    }
}
