using System.Data;
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

    public static string Of(NodeStats stats) => JsonSerializer.Serialize(
        new { SchemaVersion, ExitCode = (int)stats.Verdict, Stats = stats, Plugins = stats.PluginStats.SelectMany(static set => set.Tables.Cast<DataTable>()).Select(TableOf) }, Options);

    private static object TableOf(DataTable table) => new
    {
        Table = table.TableName,
        Columns = table.Columns.Cast<DataColumn>().Select(static column => column.ColumnName),
        Rows = table.Rows.Cast<DataRow>().Select(static row => row.ItemArray.Select(static cell => cell is DBNull ? null : cell)),
    };
}
