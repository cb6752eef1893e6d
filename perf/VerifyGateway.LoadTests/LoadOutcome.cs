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
/// <param name="Before">The gateways' figures when the counted part began, when there are any.</param>
/// <param name="After">And afterwards.</param>
internal sealed record LoadOutcome(string Name, LoadOptions Options, NodeStats Stats, ScenarioStats Main, int ExitCode, ServerFigures? Before, ServerFigures? After)
{
    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.CamelCase, WriteIndented = true };

    /// <summary>What the figures alone do not say.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>Half and 99 % of the gateways' own times of CheckStatus, in milliseconds, when they could be read.</summary>
    public (double? Percent50, double? Percent99) ServerMs => After is null || Before is null ? (null, null) : (After.QuantileMs(0.5, Before), After.QuantileMs(0.99, Before));

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
            Notes,
        }, Json));
        await File.WriteAllTextAsync(Path.Combine(Options.Folder, "summary.md"), Row() + "\n");
        await output.WriteLineAsync(Text());
    }

    /// <summary>A row of the table of perf/results/load.md.</summary>
    public string Row() => string.Create(CultureInfo.InvariantCulture,
        $"| {Name} | {Verdict(ExitCode)} | {Main.AllOkCount:N0} | {Main.AllFailCount:N0} | {Main.Ok.Request.RPS:N0} | {Main.Ok.Latency.Percent50:0.00} | {Main.Ok.Latency.Percent99:0.00} | {Main.Ok.Latency.MaxMs:0.0} | {Ms(Calls?.Percent99)} | {Ms(ServerMs.Percent99)} | {string.Join("; ", Notes)} |");

    /// <summary>What an exit code says.</summary>
    public static string Verdict(int exitCode) => exitCode switch
    {
        0 => "passed",
        98 => "invalid",
        99 => "threshold failed",
        105 => "interrupted",
        _ => "failed",
    };

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
        foreach (var note in Notes)
        {
            text.AppendLine("  " + note);
        }

        return text.Append("  reports: ").Append(Path.GetFullPath(Options.Folder)).ToString();
    }

    private static string Ms(double? ms) => ms?.ToString("0.00", CultureInfo.InvariantCulture) ?? "–";
}
