using System.Globalization;
using NBomber.Measuring;

namespace NBomberStandIn.Tests;

/// <summary>The files of distributions can be read by what reads .hgrm, and say what the figures say.</summary>
public sealed class HdrTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly VirtualRun _run = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Files_AreOfEachScenarioAndStep_AndSayWhatTheFiguresSay()
    {
        var stats = await RunAsync();
        var scenario = stats.ScenarioStats[0];
        Assert.Equal(["r.a_b.latency.hgrm", "r.a_b.service.hgrm", "r.a_b.step-work.service.hgrm"], Directory.GetFiles(_folder.Path, "*.hgrm").Select(Path.GetFileName).Order());
        AssertSays(scenario.Ok.Latency, scenario.AllOkCount, "r.a_b.latency.hgrm");
        AssertSays(scenario.Ok.ServiceTime, scenario.AllOkCount, "r.a_b.service.hgrm");
        AssertSays(scenario.StepStats[0].Ok.Latency, scenario.StepStats[0].Ok.Request.Count, "r.a_b.step-work.service.hgrm");
        Assert.True(scenario.Ok.Latency.Percent50 > 2 * scenario.Ok.ServiceTime.Percent50 && scenario.Ok.Latency.MaxMs > 2 * scenario.Ok.ServiceTime.MaxMs, "the test wants two different distributions");
        Assert.Contains("r.a_b.latency.hgrm", _run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Names_ThatBecomeOne_HaveFilesOfTheirOwn()
    {
        await _run.RunAsync(Reporting, _run.Scenario("a b", 5, Simulation.Inject(10, Times.Second, Times.Second)), _run.Scenario("a/b", 9, Simulation.Inject(10, Times.Second, Times.Second)));
        Assert.Equal(5, Parse(File.ReadAllText(_folder.File("r.a_b.latency.hgrm"))).Max, 0.1);
        Assert.Equal(9, Parse(File.ReadAllText(_folder.File("r.a_b-2.latency.hgrm"))).Max, 0.1);
    }

    [Fact]
    public async Task NothingThatEndedWell_HasNoFile()
    {
        await _run.RunAsync(Reporting, Scenario.Create("s", _ => Task.FromResult<IResponse>(Response.Fail())).WithoutWarmUp().WithLoadSimulations(Simulation.Inject(10, Times.Second, Times.Second)));
        Assert.Empty(Directory.GetFiles(_folder.Path, "*.hgrm"));
    }

    [Fact]
    public void Text_InACultureWithCommas_HasPoints()
    {
        var before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo("de-DE");
            var histogram = new Histogram();
            histogram.Record(1_500_000);
            var text = HdrText.Of(histogram.Read());
            Assert.DoesNotContain(text.Split('\n').Where(line => !line.StartsWith('#')), line => line.Contains(',', StringComparison.Ordinal));
            Assert.Equal(1.5, Parse(text).Max, 0.02);
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    private Task<NodeStats> RunAsync()
    {
        var number = 0;
        return _run.RunAsync(run => Reporting(run).WithMaxWorkUnderWay(1), Scenario.Create("a b", async context => await Step.Run("work", context, async () =>
            {
                await _run.Clock.Delay(TimeSpan.FromMilliseconds(5 + (number++ % 50 == 49 ? 300 : 0)));
                return Response.Ok();
            }))
            .WithoutWarmUp()
            .WithLoadSimulations(Simulation.Inject(100, Times.Second, Times.Seconds(10))));
    }

    private NBomberContext Reporting(NBomberContext run) => run.WithReportFolder(_folder.Path).WithReportFileName("r").WithReportFormats(ReportFormat.Txt);

    private void AssertSays(LatencyStats figures, int count, string file)
    {
        var (points, total, max, mean) = Parse(File.ReadAllText(_folder.File(file)));
        Assert.Equal((count, (long)count), (total, points[^1].Count));
        Assert.Equal(figures.MaxMs, max, figures.MaxMs * 0.012);
        Assert.Equal(figures.MeanMs, mean, figures.MeanMs * 0.012);
        Assert.Equal(1, points[^1].Share);
        for (var index = 1; index < points.Count; index++)
        {
            Assert.True(points[index].Share >= points[index - 1].Share && points[index].Value >= points[index - 1].Value && points[index].Count >= points[index - 1].Count);
        }

        foreach (var (share, expected) in new[] { (0.5, figures.Percent50), (0.75, figures.Percent75), (0.9, figures.Percent90), (0.95, figures.Percent95), (0.99, figures.Percent99) })
        {
            // The first point that holds at least so much: as many values as there are decide, not the lines that happen to be printed.
            var at = points.First(point => point.Count >= Math.Ceiling(share * count));
            Assert.Equal(expected, at.Value, expected * 0.021);
        }
    }

    /// <summary>As plotters read it: a head, four columns, of which the last line lacks one, and a trailer that begins with #.</summary>
    private static (List<(double Value, double Share, long Count)> Points, int Total, double Max, double Mean) Parse(string text)
    {
        var lines = text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(["Value", "Percentile", "TotalCount", "1/(1-Percentile)"], lines[0].Split(' ', StringSplitOptions.RemoveEmptyEntries));
        var points = new List<(double, double, long)>();
        foreach (var cells in lines.Skip(1).Where(line => line[0] != '#').Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)))
        {
            var share = Number(cells[1]);
            points.Add((Number(cells[0]), share, long.Parse(cells[2], CultureInfo.InvariantCulture)));
            if (share < 1 && cells.Length == 4)
            {
                Assert.Equal(1 / (1 - share), Number(cells[3]), 0.01 / (1 - share));
            }
            else
            {
                Assert.Equal((1, 3), (share, Math.Min(cells.Length, 3)));
            }
        }

        string Trailer(string name) => lines.Single(line => line[0] == '#' && line.Contains(name + " ", StringComparison.Ordinal)).Split(name, 2)[1].Trim(' ', '=').Split([',', ']'])[0].Trim();
        Assert.Equal(3, lines.Count(line => line[0] == '#'));
        return (points, int.Parse(Trailer("Total count"), CultureInfo.InvariantCulture), Number(Trailer("Max")), Number(Trailer("[Mean")));
    }

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
