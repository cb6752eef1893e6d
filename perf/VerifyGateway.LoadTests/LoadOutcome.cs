using System.Globalization;
using System.Text;
using System.Text.Json;
using NBomber.Contracts;
using NBomber.Contracts.Stats;

namespace VerifyGateway.LoadTests;

/// <summary>What came of a load test.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Options">What it was told.</param>
/// <param name="Stats">NBomber's figures.</param>
/// <param name="Main">Those of the scenario that stands for the run.</param>
/// <param name="ExitCode">NBomber's code.</param>
/// <param name="Gateways">What the gateways measured meanwhile.</param>
internal sealed record LoadOutcome(string Name, LoadOptions Options, NodeStats Stats, ScenarioStats Main, int ExitCode, GatewayWatch Gateways)
{
    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.CamelCase, WriteIndented = true };

    /// <summary>What the figures alone do not say.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>Half and 99 % of the gateways' own times of CheckStatus, in milliseconds, when they could be read.</summary>
    public (double? Percent50, double? Percent99) ServerMs =>
        Gateways is { Before: { } before, After: { } after } ? (after.QuantileMs(0.5, before), after.QuantileMs(0.99, before)) : (null, null);

    /// <summary>The comparison with the baseline, as the report has it; null when none was asked for, or none could be made.</summary>
    public JsonElement? Comparison { get; init; }

    /// <summary>The checks alone, without the wait for their turn: from the call to its answer.</summary>
    private LatencyStats? Calls => Main.StepStats.FirstOrDefault()?.Ok.Latency;

    /// <summary>How often the main scenario was answered so.</summary>
    public long CountOf(string statusCode) => (Main.Ok.StatusCodes.Find(statusCode)?.Count ?? 0) + (Main.Fail.StatusCodes.Find(statusCode)?.Count ?? 0);

    /// <summary>Writes summary.json and summary.md beside the reports, and says it all.</summary>
    public async Task WriteAsync(TextWriter output)
    {
        Directory.CreateDirectory(Options.Folder);
        var (server50, server99) = ServerMs;
        await File.WriteAllTextAsync(Path.Combine(Options.Folder, "summary.json"), JsonSerializer.Serialize(new
        {
            Scenario = Name,
            ExitCode,
            Main.AllOkCount,
            Main.AllFailCount,
            PerSecond = Main.Ok.Request.RPS,
            LatencyMs = new { Main.Ok.Latency.Percent50, Main.Ok.Latency.Percent99, Max = Main.Ok.Latency.MaxMs },
            CallMs = Calls is { } calls ? new { calls.Percent50, calls.Percent99, Max = calls.MaxMs } : null,
            ServerMs = new { Percent50 = server50, Percent99 = server99 },
            StatusCodes = Main.Ok.StatusCodes.Concat(Main.Fail.StatusCodes).Select(static code => new { code.StatusCode, code.IsError, code.Count }),
            ServerTimeline = Gateways.Slices,
            Gateways = Gateways.After?.Builds,
            Comparison,
            Notes,
        }, Json));
        await File.WriteAllTextAsync(Path.Combine(Options.Folder, "summary.md"), Row() + "\n");
        await output.WriteLineAsync(Text());
    }

    /// <summary>A row of the table of perf/results/load.md.</summary>
    public string Row() => string.Create(CultureInfo.InvariantCulture,
        $"| {Name} | {Verdict(ExitCode)} | {Main.AllOkCount:N0} | {Main.AllFailCount:N0} | {Main.Ok.Request.RPS:N0} | {Main.Ok.Latency.Percent50:0.00} | {Main.Ok.Latency.Percent99:0.00} | {Main.Ok.Latency.MaxMs:0.0} | {Ms(Calls?.Percent99)} | {Ms(ServerMs.Percent99)} | {string.Join("; ", AllNotes)} |");

    /// <summary>What an exit code says.</summary>
    public static string Verdict(int exitCode) => exitCode switch
    {
        0 => "passed",
        98 => "invalid",
        99 => "threshold failed",
        105 => "interrupted",
        _ => "failed",
    };

    private IEnumerable<string> AllNotes => Options.Baseline is null ? Notes : [.. Notes, ComparisonNote()];

    /// <summary>How many figures have changed, and which for the worse.</summary>
    private string ComparisonNote()
    {
        if (Comparison is not { } comparison)
        {
            return "not compared with the baseline: the run has no report in JSON that holds a comparison";
        }

        var changes = comparison.GetProperty("changes").EnumerateArray().ToLookup(static change => change.GetProperty("judgement").GetString());
        var worse = changes["Worse"].Select(static change =>
            $"{change.GetProperty("scenarioName").GetString()}: {change.GetProperty("figure").GetString()} {change.GetProperty("before").GetDouble().ToString(CultureInfo.InvariantCulture)} → {change.GetProperty("now").GetDouble().ToString(CultureInfo.InvariantCulture)}");
        var caveats = comparison.GetProperty("caveats").EnumerateArray().Select(static caveat => $"; {caveat.GetString()}");
        return string.Create(CultureInfo.InvariantCulture,
            $"against the baseline: {changes["Better"].Count()} better, {changes["Worse"].Count()} worse, {changes["Noise"].Count()} within ±{Options.Noise:0.##} %{(changes["Worse"].Any() ? $"; worse: {string.Join(", ", worse)}" : "")}{string.Concat(caveats)}");
    }

    private string Text()
    {
        var (server50, server99) = ServerMs;
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"{Name}: {Verdict(ExitCode)} (exit code {ExitCode}): {Main.AllOkCount:N0} ok, {Main.AllFailCount:N0} failed, {Main.Ok.Request.RPS:N1} a second");
        text.AppendLine(CultureInfo.InvariantCulture, $"  from the intended start   p50 {Main.Ok.Latency.Percent50:0.00} ms, p99 {Main.Ok.Latency.Percent99:0.00} ms, longest {Main.Ok.Latency.MaxMs:0.00} ms");
        if (Calls is { } calls)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"  from the call             p50 {calls.Percent50:0.00} ms, p99 {calls.Percent99:0.00} ms, longest {calls.MaxMs:0.00} ms");
        }

        text.AppendLine(CultureInfo.InvariantCulture, $"  by the gateway's metrics  p50 {Ms(server50)} ms, p99 {Ms(server99)} ms");
        foreach (var note in AllNotes)
        {
            text.AppendLine("  " + note);
        }

        return text.Append("  reports: ").Append(Path.GetFullPath(Options.Folder)).ToString();
    }

    private static string Ms(double? ms) => ms?.ToString("0.00", CultureInfo.InvariantCulture) ?? "–";
}
