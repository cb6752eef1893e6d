using System.Globalization;
using VerifyGateway.Cli.Output;
using VerifyGateway.Storage.Fleet;
using VerifyGateway.Storage.Sqlite;

namespace VerifyGateway.Cli.Fleet;

/// <summary>vgctl fleet export.</summary>
internal static class ExportCommand
{
    public static async Task<int> RunAsync(string storePath, string path, CancellationToken cancel)
    {
        await using var store = SqliteStore.Open(new SqliteStoreOptions { Path = storePath, CreateIfMissing = false }, TimeProvider.System);
        using var output = new OutputFile(path);
        var lines = await ProgressView.RunAsync("export", "lines", view => FleetExporter.ExportAsync(store, output.Content, at => view.Tell(at, null), cancel));
        output.Commit();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{path}: {lines} lines"));
        return ExitCodes.Ok;
    }
}
