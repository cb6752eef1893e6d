using System.CommandLine;
using System.Globalization;
using VerifyGateway.Cli.Output;
using VerifyGateway.Storage.Maintenance;

namespace VerifyGateway.Cli.Store;

/// <summary>vgctl store rotate-keys.</summary>
internal static class RotateCommand
{
    public static async Task<int> RunAsync(StoreOption option, ParseResult parsed, string keyPath, int batchRows, TimeSpan pause, CancellationToken cancel)
    {
        var keys = HashKeyFile.Load(keyPath);
        await using var store = await option.OpenJobsAsync(parsed, cancel);
        var (rows, left) = await ProgressView.RunAsync("rotate", "rows", view => KeyRotation.RunAsync(
            store, keys, batchRows, pause, TimeProvider.System, at => view.Tell(at.Rows, at.Total == 0 ? null : Math.Min(1, (double)at.Rows / at.Total)), cancel));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{store.Place}: {rows:N0} rows brought to key {keys.Current}"));
        foreach (var count in await store.CountKeysAsync(cancel))
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {count.Rows,12:N0}  {count.What,-10}  under key {count.Key}"));
        }

        if (left > 0)
        {
            Console.WriteLine("Somebody goes on writing under an earlier key: give every gateway and loader the new file of keys, and run this again.");
        }

        return left == 0 ? ExitCodes.Ok : ExitCodes.BadInput;
    }
}
