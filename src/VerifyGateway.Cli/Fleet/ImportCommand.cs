using System.Globalization;
using VerifyGateway.Cli.Output;
using VerifyGateway.Storage;
using VerifyGateway.Storage.Fleet;

namespace VerifyGateway.Cli.Fleet;

/// <summary>vgctl fleet import.</summary>
internal static class ImportCommand
{
    public static async Task<int> RunAsync(string path, Func<Task<ISystemOfRecord>> open, bool strict, CancellationToken cancel)
    {
        using (File.OpenRead(path))
        {
            // A file that cannot be read is told before a store is made for it.
        }

        await using var store = await open();
        var result = await ProgressView.RunAsync("import", "lines", view => FleetImporter.ImportAsync(
            store, path,
            new FleetImportOptions
            {
                Strict = strict,
                Report = problem => view.Say(problem.ToString()),
                Progress = at => view.Tell(at.Line, at.BytesTotal == 0 ? 1 : (double)at.BytesRead / at.BytesTotal),
            },
            cancel));
        foreach (var notice in result.Notices)
        {
            Console.WriteLine($"Accepted: {notice}");
        }

        if (result.ResumedAfterLine > 0)
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Went on after line {result.ResumedAfterLine}, where an earlier run was cut off."));
        }

        Console.WriteLine(result.IsCommitted
            ? string.Create(CultureInfo.InvariantCulture, $"{path}: {result.Records} records, {result.BadLines} bad lines, {result.ChangedRecords} entries in the change feed")
            : string.Create(CultureInfo.InvariantCulture, $"{path}: {result.BadLines} bad lines; nothing of it was imported"));
        return result.BadLines == 0 ? ExitCodes.Ok : ExitCodes.BadInput;
    }
}
