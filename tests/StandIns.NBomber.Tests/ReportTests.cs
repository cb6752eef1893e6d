using System.Globalization;
using System.Text.Json;
using System.Xml.Linq;

namespace NBomberStandIn.Tests;

/// <summary>Every report can be read by what reads its kind, and holds both latencies, whatever names are in it.</summary>
public sealed class ReportTests : IDisposable
{
    private const string HostileName = "a<b>&\"c\" | d, e";

    private readonly TempFolder _folder = new();
    private readonly VirtualRun _run = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Files_AreThoseAskedForAndTheOneForMachines()
    {
        var stats = await RunAsync(run => run.WithReportFormats(ReportFormat.Html, ReportFormat.Csv, ReportFormat.Html));
        Assert.Equal(["r.csv", "r.html", "r.json"], Directory.GetFiles(_folder.Path).Select(Path.GetFileName).Where(name => !name!.EndsWith(".hgrm", StringComparison.Ordinal)).Order());
        Assert.Equal([ReportFormat.Html, ReportFormat.Csv], stats.ReportFiles.Select(file => file.ReportFormat));
        Assert.All(stats.ReportFiles, file => Assert.Equal(File.ReadAllText(file.FilePath), file.ReportContent));
    }

    [Fact]
    public async Task WithoutReports_WritesNothing()
    {
        await RunAsync(run => run.WithoutReports());
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Path));
    }

    [Fact]
    public async Task Json_HasTheFiguresOfTheRun()
    {
        var stats = await RunAsync();
        using var json = JsonDocument.Parse(Read("json"));
        Assert.Equal((1, 99), (json.RootElement.GetProperty("schemaVersion").GetInt32(), json.RootElement.GetProperty("exitCode").GetInt32()));
        var root = json.RootElement.GetProperty("stats");
        Assert.Equal("ThresholdFailed", root.GetProperty("verdict").GetString());
        var ok = root.GetProperty("scenarioStats")[0].GetProperty("ok");
        Assert.Equal(stats.ScenarioStats[0].Ok.Latency.Percent99, ok.GetProperty("latency").GetProperty("percent99").GetDouble());
        Assert.Equal(stats.ScenarioStats[0].Ok.ServiceTime.Percent99, ok.GetProperty("serviceTime").GetProperty("percent99").GetDouble());
        Assert.Equal(HostileName, root.GetProperty("scenarioStats")[0].GetProperty("scenarioName").GetString());
        Assert.Equal(stats.ScenarioStats[0].Timeline.Length, root.GetProperty("scenarioStats")[0].GetProperty("timeline").GetArrayLength());
    }

    [Fact]
    public async Task Csv_HasALineForEverySecond()
    {
        var stats = await RunAsync();
        var lines = Read("csv").Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(stats.ScenarioStats.Sum(scenario => scenario.Timeline.Length) + 1, lines.Length);
        var head = lines[0].Split(',');
        foreach (var line in lines.Skip(1))
        {
            var cells = Cells(line);
            Assert.Equal(head.Length, cells.Count);
            Assert.Contains(cells[0], new[] { HostileName, "closed" });
            Assert.All(cells.Skip(1).Where(cell => cell.Length > 0), cell => double.Parse(cell, CultureInfo.InvariantCulture));
            Assert.Equal(cells[0] == "closed", cells[2].Length == 0);
        }

        Assert.Equal(stats.ScenarioStats[0].AllOkCount, lines.Skip(1).Select(Cells).Where(cells => cells[0] == HostileName).Sum(cells => int.Parse(cells[3], CultureInfo.InvariantCulture)));
    }

    [Fact]
    public async Task Markdown_TablesHaveAsManyCellsInEveryRow()
    {
        await RunAsync();
        string? above = null;
        var rows = 0;
        foreach (var line in Read("md").Split('\n').Select(line => line.TrimEnd('\r')))
        {
            var cells = line.StartsWith('|') ? line.Replace("\\|", "", StringComparison.Ordinal).Count(letter => letter == '|') : 0;
            if (cells > 0 && above is not null)
            {
                Assert.Equal(above.Replace("\\|", "", StringComparison.Ordinal).Count(letter => letter == '|'), cells);
                rows++;
            }

            above = cells > 0 ? line : null;
        }

        Assert.True(rows > 15);
        Assert.Contains("THRESHOLD FAILED", Read("md"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Text_HasBothLatenciesAndTheVerdict()
    {
        await RunAsync();
        var text = Read("txt");
        Assert.StartsWith("THRESHOLD FAILED", text, StringComparison.Ordinal);
        Assert.Contains("latency, from the intended start", text, StringComparison.Ordinal);
        Assert.Contains("service time, from the actual start", text, StringComparison.Ordinal);
        Assert.Contains(HostileName, text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Html_IsWellFormedAndNeedsNothingFromElsewhere()
    {
        await RunAsync();
        var html = Read("html");
        var page = XDocument.Parse(html["<!DOCTYPE html>".Length..]);
        Assert.Equal(HostileName, page.Descendants("h2").First().Value);
        foreach (var outside in new[] { "http:", "https:", "src=", "href=", "url(", "@import", "<script", "<link" })
        {
            Assert.DoesNotContain(outside, html, StringComparison.OrdinalIgnoreCase);
        }
    }

    [Fact]
    public async Task Html_PlotsStayInsideTheirFramesAndShowBothLatencies()
    {
        await RunAsync();
        var page = XDocument.Parse(Read("html")["<!DOCTYPE html>".Length..]);
        var plots = page.Descendants("figure").ToArray();
        Assert.Equal(6, plots.Length);
        foreach (var plot in plots)
        {
            var svg = plot.Elements("svg").Single();
            var box = ((string)svg.Attribute("viewBox")!).Split(' ').Select(int.Parse).ToArray();
            foreach (var path in svg.Elements("path"))
            {
                var numbers = ((string)path.Attribute("d")!).Split(['M', 'L', 'Z', ' '], StringSplitOptions.RemoveEmptyEntries)
                    .Select(number => double.Parse(number, CultureInfo.InvariantCulture)).ToArray();
                Assert.NotEmpty(numbers);
                Assert.All(numbers.Where((_, index) => index % 2 == 0), x => Assert.InRange(x, 0, box[2]));
                Assert.All(numbers.Where((_, index) => index % 2 == 1), y => Assert.InRange(y, 0, box[3]));
            }
        }

        Assert.All(plots.Where((_, index) => index % 3 != 0), plot =>
        {
            Assert.Contains(plot.Descendants("path"), path => ((string)path.Attribute("class")!).Contains("latency", StringComparison.Ordinal));
            Assert.Contains(plot.Descendants("path"), path => ((string)path.Attribute("class")!).Contains("service", StringComparison.Ordinal));
        });
    }

    [Fact]
    public async Task Html_ASecondBetweenTwoWithoutAnswers_IsADot()
    {
        // Answers come in the first second and in the third only.
        await _run.RunAsync(Reporting, _run.Scenario("gaps", 100, Simulation.Inject(10, Times.Second, Times.Seconds(0.5)), Simulation.Pause(Times.Seconds(1.5)),
            Simulation.Inject(10, Times.Second, Times.Seconds(0.5)), Simulation.Pause(Times.Seconds(2))));
        var figures = XDocument.Parse(Read("html")["<!DOCTYPE html>".Length..]).Descendants("figure").ToArray();
        Assert.Equal(2 * 4, figures[1].Descendants("circle").Count());
        Assert.Empty(figures[2].Descendants("circle"));
    }

    [Fact]
    public async Task Html_DistributionEndsAtTheSlowestOfAll()
    {
        var number = 0;
        await _run.RunAsync(Reporting, _run.Scenario("tail", _ => _run.Clock.Delay(TimeSpan.FromMilliseconds(number++ == 500 ? 1_000 : 10)), Simulation.Inject(100, Times.Second, Times.Seconds(10))));
        var plot = XDocument.Parse(Read("html")["<!DOCTYPE html>".Length..]).Descendants("figure").Single(figure => figure.Value.StartsWith("Distribution", StringComparison.Ordinal)).Element("svg")!;
        var marks = plot.Elements("text").Where(text => (string?)text.Attribute("class") == "mark").ToArray();
        var end = marks.Single(mark => mark.Value == "100 %");
        var slowest = marks.Single(mark => mark.Value == "1,000");
        var points = plot.Elements("path").Where(path => ((string)path.Attribute("class")!).Contains("line", StringComparison.Ordinal))
            .Select(path => ((string)path.Attribute("d")!).Split('L')[^1].Split(' ').Select(number => double.Parse(number, CultureInfo.InvariantCulture)).ToArray()).ToArray();
        Assert.Equal(2, points.Length);
        Assert.All(points, last => Assert.Equal((double)end.Attribute("x")!, last[0], 0.2));
        Assert.All(points, last => Assert.Equal((double)slowest.Attribute("y")! - 4, last[1], 1.5));
    }

    [Fact]
    public async Task Folder_ThatCannotBeWritten_IsAWarningAndNoCrash()
    {
        await File.WriteAllTextAsync(_folder.File("in the way"), "");
        var stats = await RunAsync(run => run.WithReportFolder(_folder.File("in the way")));
        Assert.Empty(stats.ReportFiles);
        Assert.Contains(stats.Warnings, warning => warning.Contains("was not written", StringComparison.Ordinal));
        Assert.Equal(RunVerdict.ThresholdFailed, stats.Verdict);
    }

    [Fact]
    public async Task InvalidRun_SaysSoInEveryReport()
    {
        await _run.RunAsync(run => Reporting(run).WithMaxWorkUnderWay(1), _run.Scenario("over", 100, Simulation.Inject(50, Times.Second, Times.Seconds(3))));
        Assert.All(new[] { "html", "md", "txt" }, ending => Assert.Contains("INVALID", Read(ending), StringComparison.Ordinal));
        Assert.Contains("\"verdict\": \"Invalid\"", Read("json"), StringComparison.Ordinal);
        Assert.Contains("INVALID", _run.Output, StringComparison.Ordinal);
    }

    private Task<NodeStats> RunAsync(Func<NBomberContext, NBomberContext>? with = null) => _run.RunAsync(
        run => (with ?? (same => same))(Reporting(run)),
        Scenario.Create(HostileName, async context =>
            {
                await Step.Run("step <1>", context, async () =>
                {
                    await _run.Clock.Delay(Times.Seconds(0.02));
                    return Response.Ok(statusCode: "200", sizeBytes: 7);
                });
                return context.InvocationNumber % 10 == 0 ? Response.Fail(statusCode: "5|3", message: "two\nlines | \"quoted\" <tag>") : Response.Ok(statusCode: "200");
            })
            .WithoutWarmUp()
            .WithLoadSimulations(Simulation.RampingInject(60, Times.Second, Times.Seconds(6)), Simulation.Pause(Times.Seconds(2)), Simulation.Inject(60, Times.Second, Times.Seconds(4)))
            .WithThresholds(Threshold.Create(stats => stats.Fail.Request.Count == 0), Threshold.Create("step <1>", step => step.Ok.Request.Count > 0)),
        _run.Scenario("closed", 40, Simulation.KeepConstant(3, Times.Seconds(5))));

    private NBomberContext Reporting(NBomberContext run) => run.WithReportFolder(_folder.Path).WithReportFileName("r")
        .WithReportFormats(ReportFormat.Html, ReportFormat.Md, ReportFormat.Csv, ReportFormat.Txt);

    private string Read(string ending) => File.ReadAllText(_folder.File($"r.{ending}"));

    private static List<string> Cells(string line)
    {
        List<string> cells = [""];
        var quoted = false;
        for (var index = 0; index < line.Length; index++)
        {
            if (line[index] == '"' && quoted && index + 1 < line.Length && line[index + 1] == '"')
            {
                cells[^1] += line[index++];
            }
            else if (line[index] == '"')
            {
                quoted = !quoted;
            }
            else if (line[index] == ',' && !quoted)
            {
                cells.Add("");
            }
            else
            {
                cells[^1] += line[index];
            }
        }

        return cells;
    }
}
