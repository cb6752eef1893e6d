using System.Globalization;
using Spectre.Console;
using VerifyGateway.Domain.Reasons;

namespace VerifyGateway.Cli.Demo;

/// <summary>Prints what a burst has shown: verdicts by reason, where the answers came from, how long they took.</summary>
internal static class BurstReport
{
    private static readonly double[] Percentiles = [50, 90, 99, 99.9, 100];

    /// <summary>Prints the tables.</summary>
    public static void Print(IAnsiConsole console, IReadOnlyCollection<BurstAnswer> answers, TimeSpan took)
    {
        console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{answers.Count:N0} checks in {took.TotalSeconds:F1} s ({answers.Count / took.TotalSeconds:N0}/s, client and gateways on this machine)"));
        PrintVerdicts(console, answers);
        PrintSources(console, answers);
        PrintLatency(console, answers);
        var surprises = answers.Where(it => it.Surprise is not null).ToList();
        console.WriteLine(surprises.Count == 0 ? "Every verdict was the expected one." : $"{surprises.Count} verdicts were not the expected ones:");
        foreach (var surprise in surprises.Take(10))
        {
            console.WriteLine("  " + surprise.Surprise);
        }
    }

    private static void PrintVerdicts(IAnsiConsole console, IReadOnlyCollection<BurstAnswer> answers)
    {
        var table = Table("reason", "checks", "share", "DE39", "prompt");
        foreach (var group in answers.GroupBy(it => it.Reason).OrderByDescending(group => group.Count()))
        {
            var row = ReasonTable.Of(group.Key);
            Add(table, row.Code, Number(group.Count()), Share(group.Count(), answers.Count), row.De39, $"{row.PromptZh} ({row.PromptEn})");
        }

        console.Write(table);
    }

    private static void PrintSources(IAnsiConsole console, IReadOnlyCollection<BurstAnswer> answers)
    {
        var table = Table("answered from", "checks", "share");
        foreach (var group in answers.GroupBy(it => it.Source).OrderByDescending(group => group.Count()))
        {
            Add(table, group.Key.ToString(), Number(group.Count()), Share(group.Count(), answers.Count));
        }

        console.Write(table);
    }

    private static void PrintLatency(IAnsiConsole console, IReadOnlyCollection<BurstAnswer> answers)
    {
        var sorted = answers.Select(it => it.LatencyMs).Order().ToArray();
        var table = Table("answered within (client's clock)", "ms");
        foreach (var percentile in Percentiles)
        {
            var at = Math.Min(sorted.Length - 1, (int)(sorted.Length * percentile / 100));
            Add(table, percentile == 100 ? "all" : string.Create(CultureInfo.InvariantCulture, $"{percentile} %"), sorted[at].ToString("F2", CultureInfo.InvariantCulture));
        }

        console.Write(table);
    }

    private static Table Table(params string[] columns)
    {
        var table = new Table { Border = TableBorder.Simple };
        table.AddColumns(columns);
        return table;
    }

    /// <summary>Adds cells as plain text: what is data is never markup.</summary>
    private static void Add(Table table, params string[] cells) => table.AddRow(cells.Select(Markup.Escape).ToArray());

    private static string Number(int count) => count.ToString("N0", CultureInfo.InvariantCulture);

    private static string Share(int count, int all) => (100.0 * count / all).ToString("F1", CultureInfo.InvariantCulture) + " %";
}
