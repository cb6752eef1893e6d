using System.Text.Json;

namespace VerifyGateway.LoadTests.Tests;

/// <summary>What the program adds to the reports: the gateways' own figures, and the comparison with an earlier run.</summary>
public sealed class ReportTests(Gateways gateways) : IDisposable
{
    private const string Short = "--warm-up 300ms --p99-ms 5000 --terminals 100 --first 4000 --rate 50 --duration 2500ms ";
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task GatewaysFigures_OfTheLoadAndOfEachSecond_AreBesideTheClients()
    {
        var result = (await gateways.RunAsync("steady", Short)).Done();
        using var summary = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(result.Folder, "summary.json")));
        var slices = summary.RootElement.GetProperty("serverTimeline").EnumerateArray().ToArray();
        Assert.InRange(slices.Length, 1, 5);
        Assert.InRange(slices.Sum(static slice => slice.GetProperty("calls").GetDouble()), 30, 125);
        var build = summary.RootElement.GetProperty("gateways")[0].EnumerateArray().Select(static part => part.GetString()!).ToArray();
        Assert.StartsWith(".NET ", build[2], StringComparison.Ordinal);

        using var report = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(result.Folder, "steady.json")));
        var tables = report.RootElement.GetProperty("plugins").EnumerateArray().ToDictionary(static table => table.GetProperty("table").GetString()!, static table => table.GetProperty("rows"));
        var rows = tables["By the gateways' metrics, beside the client's"].EnumerateArray().ToDictionary(static row => row[0].GetString()!, static row => row);
        Assert.Equal(125, rows["client, whole iterations"][1].GetInt32());
        Assert.Equal(125, rows["gateways, CheckStatus"][1].GetDouble());
        Assert.InRange(rows["gateways, CheckStatus"][3].GetDouble(), 0.001, 5_000);
        Assert.Equal(build[0], tables["Gateways"][0][0].GetString());
        Assert.All(new[] { "steady.html", "steady.md", "steady.txt" }, file => Assert.Contains("gateways, CheckStatus", File.ReadAllText(Path.Combine(result.Folder, file)), StringComparison.Ordinal));
    }

    [Fact]
    public async Task Baseline_IsComparedInSummaryAndReports()
    {
        await gateways.RunAsync("steady", Short);
        var baseline = _folder.File("before.json");
        File.Copy(Path.Combine(gateways.FolderOf("steady"), "steady.json"), baseline);

        // The rate is what it was; half of it is not.
        var same = await gateways.RunAsync("steady", Short + $"--baseline {baseline} --noise 20");
        Assert.Matches(@"against the baseline: \d+ better, \d+ worse, \d+ within ±20 %", same.Output);
        Assert.Equal("Noise", Rate(same.Folder).GetProperty("judgement").GetString());
        Assert.Contains("against the baseline", await File.ReadAllTextAsync(Path.Combine(same.Folder, "summary.md")), StringComparison.Ordinal);

        var half = await gateways.RunAsync("steady", Short.Replace("--rate 50", "--rate 25", StringComparison.Ordinal) + $"--baseline {baseline}");
        Assert.Equal("Worse", Rate(half.Folder).GetProperty("judgement").GetString());
        Assert.Equal(-50, Rate(half.Folder).GetProperty("changePercent").GetDouble(), 2.0);
        Assert.Contains("checks: ended well, per second 5", half.Output, StringComparison.Ordinal);
        Assert.Contains("the load is", half.Output, StringComparison.Ordinal);
        Assert.All(new[] { "steady.html", "steady.md", "steady.txt" }, file => Assert.Contains("WORSE", File.ReadAllText(Path.Combine(half.Folder, file)), StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("{}", "is no report of a run")]
    [InlineData("""{"schemaVersion":7,"stats":{}}""", "schema version 7")]
    [InlineData("""{"schemaVersion":1,"stats":{"testInfo":{},"nodeInfo":{},"scenarioStats":[]}}""", "has no scenario 'checks'")]
    public async Task Baseline_ThatIsNone_EndsWithTheCodeForThatAndNoLoad(string content, string problem)
    {
        var gateway = gateways.Processes[0];
        await File.WriteAllTextAsync(_folder.File("b.json"), content);
        var handled = await gateway.MetricAsync("grpc_server_handled_total", "CheckStatus");
        var (exitCode, output) = await RunAsync($"--baseline {_folder.File("b.json")}");
        Assert.Equal(104, exitCode);
        Assert.Contains(problem, output, StringComparison.Ordinal);
        Assert.Equal(handled, await gateway.MetricAsync("grpc_server_handled_total", "CheckStatus"));
    }

    [Fact]
    public async Task Baseline_ThatIsNotThere_EndsWithTheCodeForThat() => Assert.Equal(104, (await RunAsync($"--baseline {_folder.File("missing.json")}")).ExitCode);

    private async Task<(int ExitCode, string Output)> RunAsync(string options)
    {
        using var output = new StringWriter();
        var exitCode = await LoadProgram.RunAsync(gateways.ArgumentsOf("steady", 1, Short + options), output);
        return (exitCode, output.ToString());
    }

    private static JsonElement Rate(string folder)
    {
        using var summary = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "summary.json")));
        return summary.RootElement.GetProperty("comparison").GetProperty("changes")[0].Clone();
    }
}
