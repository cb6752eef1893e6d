using System.CommandLine;
using System.Globalization;
using VerifyGateway.Cli.Output;
using VerifyGateway.Storage.Maintenance;

namespace VerifyGateway.Cli.Store;

/// <summary>vgctl store purge.</summary>
internal static class PurgeCommand
{
    /// <summary>The rules that the options ask for.</summary>
    public static IReadOnlyList<RetentionRule> Rules(int feedDays, int years, bool forgetImports)
    {
        var rules = RetentionRule.Defaults.Select(rule => rule switch
        {
            { Kind: RetentionKind.Feed } => RetentionRule.OfDays(RetentionKind.Feed, feedDays),
            { IsLaw: true } => RetentionRule.OfYears(rule.Kind, years),
            _ => rule,
        });
        return forgetImports ? [.. rules, RetentionRule.ForgetImports] : [.. rules];
    }

    public static async Task<int> RunAsync(StoreOption option, ParseResult parsed, IReadOnlyList<RetentionRule> rules, bool isDry, int batchRows, CancellationToken cancel)
    {
        await using var store = await option.OpenJobsAsync(parsed, cancel);
        var done = 0L;
        var results = isDry
            ? await Purge.CountAsync(store, rules, cancel)
            : await ProgressView.RunAsync("purge", "rows", view => Purge.RunAsync(store, rules, batchRows, rows => view.Tell(done += rows, null), cancel));
        Console.WriteLine($"{store.Place}: {(isDry ? "would remove" : "removed")}");
        foreach (var (rule, rows) in results)
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {rows,12:N0}  {rule.Kind,-16}  kept {rule}"));
        }

        var state = await store.ReadStateAsync(cancel);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"  feed from revision {state.FeedFloor + 1}, history from revision {state.HistoryFloor}, audit trail from line {state.AuditFloorSeq + 1}"));
        return ExitCodes.Ok;
    }
}
