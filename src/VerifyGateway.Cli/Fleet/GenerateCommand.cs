using System.Globalization;
using VerifyGateway.Cli.Generating;
using VerifyGateway.Cli.Output;
using VerifyGateway.Storage.Fleet;
using VerifyGateway.Storage.Rows;

namespace VerifyGateway.Cli.Fleet;

/// <summary>vgctl fleet generate.</summary>
internal static class GenerateCommand
{
    private const int TerminalsBetweenTellings = 10_000;

    public static async Task<int> RunAsync(FleetSpec spec, string path, CancellationToken cancel)
    {
        using var output = new OutputFile(path);
        var lines = await ProgressView.RunAsync("generate", "terminals", view => Write(spec, output.Content, view, cancel));
        output.Commit();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{path}: {spec.Terminals} terminals, {lines} lines"));
        return ExitCodes.Ok;
    }

    private static int Write(FleetSpec spec, Stream to, ProgressView view, CancellationToken cancel)
    {
        using var writer = new FleetWriter(to);
        var terminals = 0;
        foreach (var line in FleetGenerator.Generate(spec))
        {
            writer.Write(line.Row, line.Note);
            if (line.Row is TerminalRow && ++terminals % TerminalsBetweenTellings == 0)
            {
                cancel.ThrowIfCancellationRequested();
                view.Tell(terminals, (double)terminals / spec.Terminals);
            }
        }

        writer.Finish();
        return writer.Lines;
    }
}
