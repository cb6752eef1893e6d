using System.Text.Json;
using System.Text.Json.Serialization;
using NBomber.Contracts.Stats;

namespace NBomber.Reports;

/// <summary>The report for machines: all figures, named as in the contracts.</summary>
internal static class JsonReport
{
    /// <summary>Grows when a name changes its meaning or goes away.</summary>
    public const int SchemaVersion = 1;

    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Converters = { new JsonStringEnumConverter() },
        WriteIndented = true,
    };

    public static string Of(NodeStats stats) => JsonSerializer.Serialize(new { SchemaVersion, ExitCode = (int)stats.Verdict, Stats = stats }, Options);
}
