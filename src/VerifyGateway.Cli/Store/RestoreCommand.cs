using System.Globalization;
using VerifyGateway.Storage.Sqlite;

namespace VerifyGateway.Cli.Store;

/// <summary>vgctl store restore.</summary>
internal static class RestoreCommand
{
    public static async Task<int> RunAsync(string backup, string storePath, bool force, CancellationToken cancel)
    {
        var report = await Task.Run(() => SqliteRestore.Run(backup, storePath, force, TimeProvider.System, cancel), cancel);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{storePath}: restored, revision {report.State.Head} of {Instants.Of(report.State.HeadAtUnixMs)}; store id {report.StoreId}"));
        Console.WriteLine(report is { LostRevisions: > 0 and var lost, Replaced: { } replaced }
            ? string.Create(CultureInfo.InvariantCulture, $"  lost: {lost} revisions, {report.State.Head + 1} to {replaced.Head} of the store that was replaced, the last of {Instants.Of(replaced.HeadAtUnixMs)}")
            : report.LostRevisions == 0 ? "  lost: nothing; the store that was replaced had no later revision"
            : "  lost: whatever was written after that; there was no store that could be read to compare with");
        return ExitCodes.Ok;
    }
}
