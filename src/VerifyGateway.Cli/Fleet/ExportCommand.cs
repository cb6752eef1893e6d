using System.Globalization;
using VerifyGateway.Cli.Output;
using VerifyGateway.Storage;
using VerifyGateway.Storage.Fleet;

namespace VerifyGateway.Cli.Fleet;

/// <summary>vgctl fleet export.</summary>
internal static class ExportCommand
{
    public static async Task<int> RunAsync(Func<Task<ISystemOfRecord>> open, string path, CancellationToken cancel)
    {
        await using var store = await open();
        using var output = new OutputFile(path);
        var lines = await ProgressView.RunAsync("export", "lines", view => FleetExporter.ExportAsync(store, output.Content, at => view.Tell(at, null), cancel));
        output.Commit();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{path}: {lines} lines"));
        return ExitCodes.Ok;
    }
}
