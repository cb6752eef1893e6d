using System.Globalization;
using VerifyGateway.Cli.Output;
using VerifyGateway.Storage.Sqlite;

namespace VerifyGateway.Cli.Store;

/// <summary>vgctl store backup.</summary>
internal static class BackupCommand
{
    public static async Task<int> RunAsync(string storePath, string path, bool force, CancellationToken cancel)
    {
        var report = await ProgressView.RunAsync("backup", "per mille", view =>
            SqliteBackup.Run(storePath, path, force, part => view.Tell((long)(part * 1000), part), cancel));
        var state = report.State;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{path}: {report.Bytes:N0} bytes, searched for damage, none found"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  revision {state.Head}, of {Instants.Of(state.HeadAtUnixMs)}"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  audit trail up to {state.AuditSeq}:{Convert.ToHexStringLower(state.AuditHash)}"));
        return ExitCodes.Ok;
    }
}
