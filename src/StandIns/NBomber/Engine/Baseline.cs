using System.Text.Json;
using System.Text.Json.Serialization;
using NBomber.Contracts;
using NBomber.Contracts.Stats;
using NBomber.Reports;

namespace NBomber.Engine;

/// <summary>The report of an earlier run, in JSON, that a run is compared with.</summary>
internal sealed class Baseline
{
    private static readonly JsonSerializerOptions Options = new() { PropertyNamingPolicy = JsonNamingPolicy.CamelCase, Converters = { new JsonStringEnumConverter() } };

    /// <summary>The figures that are compared: their names, whether higher is better, and where they are.</summary>
    private static readonly (string Name, bool HigherIsBetter, Func<ScenarioStats, double> Of)[] Figures =
    [
        ("ended well, per second", true, static one => one.Ok.Request.RPS),
        .. Times("latency", static one => one.Ok.Latency),
        .. Times("service time", static one => one.Ok.ServiceTime),
        ("failed, % of all", false, static one => one.AllRequestCount == 0 ? 0 : 100.0 * one.AllFailCount / one.AllRequestCount),
    ];

    private static readonly string[] Parts = ["request", "latency", "serviceTime"];

    private readonly string _path;
    private readonly double _noisePercent;
    private readonly RunVerdict _verdict;
    private readonly NodeStats _stats;

    private Baseline(string path, double noisePercent, RunVerdict verdict, NodeStats stats) => (_path, _noisePercent, _verdict, _stats) = (path, noisePercent, verdict, stats);

    /// <summary>Reads what the context names, and refuses it when it has not the scenarios that are to run; null when it names none.</summary>
    public static Baseline? Of(NBomberContext context, IEnumerable<ScenarioProps> targets)
    {
        if (context.NoisePercent is < 0 or double.NaN or double.PositiveInfinity)
        {
            throw new ArgumentException($"A band of noise of {context.NoisePercent} % is none.");
        }

        if (context.Baseline is not { } path)
        {
            return null;
        }

        var baseline = Read(path, context.NoisePercent);
        string[] missing = [.. targets.Where(target => target.Run is not null && !baseline._stats.ScenarioStats.Exists(target.ScenarioName)).Select(target => $"'{target.ScenarioName}'")];
        return missing.Length == 0 ? baseline : throw new ArgumentException(
            $"The baseline '{path}' has no scenario {string.Join(", ", missing)}; it has {string.Join(", ", baseline._stats.ScenarioStats.Select(one => $"'{one.ScenarioName}'"))}.");
    }

    /// <summary>The run beside the baseline.</summary>
    public ComparisonStats Compare(NodeStats now) => new()
    {
        BaselineFile = _path,
        Baseline = _stats.TestInfo,
        NoisePercent = _noisePercent,
        Caveats = [.. Caveats(now)],
        Changes = [.. now.ScenarioStats.SelectMany(scenario => Figures.Select(figure => Change(scenario, figure.Name, figure.Of(_stats.ScenarioStats.Get(scenario.ScenarioName)), figure.Of(scenario), figure.HigherIsBetter)))],
    };

    private static Baseline Read(string path, double noisePercent)
    {
        try
        {
            var text = File.ReadAllText(path);
            using var json = JsonDocument.Parse(text);
            if (TryGet(json.RootElement, "schemaVersion", JsonValueKind.Number, out var version) && !(version.TryGetInt32(out var number) && number == JsonReport.SchemaVersion))
            {
                throw new ArgumentException($"The baseline '{path}' has the schema version {version}, and this program reads {JsonReport.SchemaVersion}.");
            }

            if (version.ValueKind != JsonValueKind.Number || !TryGet(json.RootElement, "stats", JsonValueKind.Object, out var stats) || !HasFigures(stats))
            {
                throw new ArgumentException($"The baseline '{path}' is no report of a run: the one that is meant is the JSON that is named like the run.");
            }

            var verdict = TryGet(json.RootElement, "exitCode", JsonValueKind.Number, out var code) && code.TryGetInt32(out var exitCode) ? (RunVerdict)exitCode : RunVerdict.Failed;
            return new Baseline(path, noisePercent, verdict, stats.Deserialize<NodeStats>(Options)!);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new ArgumentException($"The baseline '{path}' cannot be read: {unreadable.Message}", unreadable);
        }
        catch (JsonException malformed)
        {
            throw new ArgumentException($"The baseline '{path}' is no report of a run: {malformed.Message}", malformed);
        }
    }

    /// <summary>Whether all is there that is compared; a null in its place would end the run when it is over.</summary>
    private static bool HasFigures(JsonElement stats) =>
        TryGet(stats, "testInfo", JsonValueKind.Object, out _) && TryGet(stats, "nodeInfo", JsonValueKind.Object, out _)
        && TryGet(stats, "scenarioStats", JsonValueKind.Array, out var scenarios) && scenarios.EnumerateArray().All(static scenario =>
            TryGet(scenario, "scenarioName", JsonValueKind.String, out _) && TryGet(scenario, "loadSimulationStats", JsonValueKind.Object, out _)
            && TryGet(scenario, "ok", JsonValueKind.Object, out var ok)
            && Parts.All(part => TryGet(ok, part, JsonValueKind.Object, out _)));

    private static bool TryGet(JsonElement of, string name, JsonValueKind kind, out JsonElement found)
    {
        found = default;
        return of.ValueKind == JsonValueKind.Object && of.TryGetProperty(name, out found) && found.ValueKind == kind;
    }

    private IEnumerable<string> Caveats(NodeStats now)
    {
        foreach (var (whose, verdict) in new[] { ("the baseline's", _verdict), ("this run's", now.Verdict) })
        {
            if (verdict is not (RunVerdict.Passed or RunVerdict.ThresholdFailed))
            {
                yield return $"{whose} verdict is {verdict}: its figures may say nothing";
            }
        }

        foreach (var scenario in now.ScenarioStats)
        {
            var (load, before) = (scenario.LoadSimulationStats.SimulationName, _stats.ScenarioStats.Get(scenario.ScenarioName).LoadSimulationStats.SimulationName);
            if (load != before)
            {
                yield return $"{scenario.ScenarioName}: the load is '{load}', and was '{before}'";
            }
        }

        var (here, there) = (MachineOf(now), MachineOf(_stats));
        if (here != there)
        {
            yield return $"the machine is {here}, and was {there}";
        }
    }

    private FigureChange Change(ScenarioStats scenario, string name, double before, double now, bool higherIsBetter)
    {
        var isNoise = Math.Abs(now - before) <= _noisePercent / 100 * before;
        return new FigureChange
        {
            ScenarioName = scenario.ScenarioName,
            Figure = name,
            Before = Math.Round(before, 4),
            Now = Math.Round(now, 4),
            ChangePercent = before > 0 ? Math.Round(100 * (now - before) / before, 2) : now > 0 ? null : 0,
            Judgement = isNoise ? ChangeJudgement.Noise : now > before == higherIsBetter ? ChangeJudgement.Better : ChangeJudgement.Worse,
        };
    }

    private static string MachineOf(NodeStats stats) => $"{stats.NodeInfo.CoresCount} processors, {stats.Environment.Cpu}, {stats.NodeInfo.DotNetVersion}";

    private static IEnumerable<(string Name, bool HigherIsBetter, Func<ScenarioStats, double> Of)> Times(string name, Func<ScenarioStats, LatencyStats> of) =>
    [
        ($"{name} p50, ms", false, one => of(one).Percent50), ($"{name} p75, ms", false, one => of(one).Percent75), ($"{name} p95, ms", false, one => of(one).Percent95),
        ($"{name} p99, ms", false, one => of(one).Percent99), ($"{name} p99.9, ms", false, one => of(one).Percent999),
    ];
}
