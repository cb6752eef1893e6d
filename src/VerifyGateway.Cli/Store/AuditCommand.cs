using System.CommandLine;
using System.Globalization;
using VerifyGateway.Storage.Maintenance;

namespace VerifyGateway.Cli.Store;

/// <summary>vgctl store verify-audit.</summary>
internal static class AuditCommand
{
    public static async Task<int> RunAsync(StoreOption option, ParseResult parsed, AuditMark? expected, CancellationToken cancel)
    {
        await using var store = await option.OpenJobsAsync(parsed, cancel);
        var report = await AuditCheck.RunAsync(store, expected, cancel);
        if (report.Finding is { } finding)
        {
            Console.WriteLine(finding);
            Console.WriteLine($"The last line that fits: {report.End}");
            return ExitCodes.BadInput;
        }

        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{store.Place}: {report.Lines:N0} lines fit, {report.LinesWithFeed:N0} of them compared with the change feed{(expected is null ? "" : $"; line {expected.Seq} is the one that was noted")}"));
        Console.WriteLine($"Keep this outside of the store, and give it to a later run with --expect: {report.End}");
        return ExitCodes.Ok;
    }
}
