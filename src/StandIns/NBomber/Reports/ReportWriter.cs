using System.Text;
using NBomber.Contracts;
using NBomber.Contracts.Stats;

namespace NBomber.Reports;

/// <summary>
/// Writes the reports, each whole or not at all: into a file beside it, which then takes its place. On the way they are written
/// beside the load, so that even a run that is killed leaves some behind.
/// </summary>
internal sealed class ReportWriter(NBomberContext context, string sessionId)
{
    private readonly string _folder = Path.GetFullPath(context.ReportFolder ?? Path.Combine("reports", sessionId));
    private readonly string _name = context.ReportFileName ?? $"nbomber_report_{sessionId}";
    private readonly List<string> _distributions = [];
    private Task _onTheWay = Task.CompletedTask;

    /// <summary>Where the reports are.</summary>
    public IEnumerable<string> Paths => context.ReportFormats.Count == 0 ? [] : [.. context.ReportFormats.Select(PathOf), PathOf("json"), .. _distributions];

    /// <summary>Where the log is, when something was logged.</summary>
    public string LogPath => PathOf("log");

    /// <summary>Writes all that was asked for; says what could not be written, and goes on with the rest.</summary>
    public ReportFile[] Write(NodeStats stats, Action<string> onProblem)
    {
        // It would overwrite the final report with an older one.
        _onTheWay.GetAwaiter().GetResult();
        if (context.ReportFormats.Count == 0)
        {
            return [];
        }

        var files = new List<ReportFile>();
        foreach (var format in context.ReportFormats)
        {
            if (TryWrite(PathOf(format), () => TextOf(format, stats), onProblem) is { } text)
            {
                files.Add(new ReportFile { FilePath = PathOf(format), ReportFormat = format, ReportContent = text });
            }
        }

        _ = TryWrite(PathOf("json"), () => JsonReport.Of(stats), onProblem);
        foreach (var (ending, text) in HdrFiles.Of(stats))
        {
            if (TryWrite(PathOf(ending), text, onProblem) is not null)
            {
                _distributions.Add(PathOf(ending));
            }
        }

        return [.. files];
    }

    /// <summary>Writes a report of a run that is not over, on another thread; not at all while the last one is still being written.</summary>
    public void WriteOnTheWay(NodeStats stats)
    {
        if (_onTheWay.IsCompleted && context.ReportFormats.Count > 0)
        {
            _onTheWay = Task.Run(() =>
            {
                foreach (var format in context.ReportFormats)
                {
                    _ = TryWrite(PathOf(format), () => TextOf(format, stats), static _ => { });
                }

                _ = TryWrite(PathOf("json"), () => JsonReport.Of(stats), static _ => { });
            });
        }
    }

    private static string TextOf(ReportFormat format, NodeStats stats) => format switch
    {
        ReportFormat.Html => HtmlReport.Of(stats),
        ReportFormat.Md => MarkdownReport.Of(stats),
        ReportFormat.Csv => CsvReport.Of(stats),
        _ => TextReport.Of(stats),
    };

    private static string? TryWrite(string path, Func<string> write, Action<string> onProblem)
    {
        try
        {
            var text = write();
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path + ".part", text, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
            File.Move(path + ".part", path, overwrite: true);
            return text;
        }
        catch (Exception problem)
        {
            onProblem($"the report {path} was not written: {problem.Message}");
            return null;
        }
    }

    private string PathOf(ReportFormat format) => PathOf(format switch
    {
        ReportFormat.Html => "html",
        ReportFormat.Md => "md",
        ReportFormat.Csv => "csv",
        _ => "txt",
    });

    private string PathOf(string ending) => Path.Combine(_folder, $"{_name}.{ending}");
}
