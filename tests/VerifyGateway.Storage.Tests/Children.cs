using System.Globalization;
using VerifyGateway.Domain.Records;
using VerifyGateway.TestKit;

namespace VerifyGateway.Storage.Tests;

/// <summary>What this executable does when a test starts it as a child process.</summary>
internal static class Children
{
    public const string Write = "child-write";
    public const string Open = "child-open";

    public static ChildProcess Start(string what, string path) => ChildProcess.Start(Environment.ProcessPath!, [what, path]);

    /// <summary>Writes batches without end and prints the head after each commit.</summary>
    public static async Task<int> WriteUntilKilledAsync(string path)
    {
        await using var store = Make.Store(path);
        for (var n = 1; ; n++)
        {
            var turn = n;
            var result = await store.WriteAsync(batch => WriteTurn(batch, turn));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"head {result.Head}"));
        }
    }

    /// <summary>Opens the store, prints its id, and closes it.</summary>
    public static async Task<int> OpenAsync(string path)
    {
        await using var store = Make.Store(path);
        Console.WriteLine("store " + store.StoreId);
        return 0;
    }

    private static void WriteTurn(RowBatch batch, int turn)
    {
        batch.UpsertIdentity(Make.Identity("ID-1", turn % 2 == 0 ? IdentityState.Verified : IdentityState.Revoked));
        for (var i = 1; i <= 20; i++)
        {
            batch.UpsertMerchant(Make.Merchant(i, "ID-1", turn % 3 == 0 ? MerchantState.WindDown : MerchantState.Active));
            batch.UpsertTerminal(Make.Terminal(i, i, turn % 2 == 0 ? TerminalState.Active : TerminalState.Suspended));
        }
    }
}
