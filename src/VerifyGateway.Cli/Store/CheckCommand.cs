using System.CommandLine;
using System.Globalization;
using VerifyGateway.Storage.Maintenance;

namespace VerifyGateway.Cli.Store;

/// <summary>vgctl store check.</summary>
internal static class CheckCommand
{
    public static async Task<int> RunAsync(StoreOption option, ParseResult parsed, CancellationToken cancel)
    {
        await using var store = await option.OpenJobsAsync(parsed, cancel);
        var findings = new Findings();
        await store.FindDamageAsync(findings, cancel);
        var audit = await AuditCheck.RunAsync(store, null, cancel);
        if (audit.Finding is { } finding)
        {
            findings.Add($"Audit trail: {finding}");
        }

        foreach (var sentence in findings.Named)
        {
            Console.WriteLine(sentence);
        }

        var state = await store.ReadStateAsync(cancel);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{store.Place}: revision {state.Head}, {findings.RowsChecked:N0} rows and {audit.Lines:N0} lines of the audit trail looked at; {Count(findings)}"));
        return findings.Count == 0 ? ExitCodes.Ok : ExitCodes.BadInput;
    }

    private static string Count(Findings findings) => findings.Count == 0 ? "no damage found"
        : findings.Count == findings.Named.Count ? $"{findings.Count} findings"
        : string.Create(CultureInfo.InvariantCulture, $"{findings.Count:N0} findings, of which the first {findings.Named.Count} are named");
}
