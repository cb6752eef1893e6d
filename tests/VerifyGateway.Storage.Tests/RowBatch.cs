using VerifyGateway.Storage.Rows;
using VerifyGateway.Storage.Writing;

namespace VerifyGateway.Storage.Tests;

/// <summary>Rows that a test writes in one command, one after the other.</summary>
internal sealed class RowBatch(Action<object> put)
{
    public void UpsertIdentity(IdentityRow row) => put(row);

    public void UpsertMerchant(MerchantRow row) => put(row);

    public void UpsertTerminal(TerminalRow row) => put(row);

    public void PlaceHold(HoldRow row) => put(row);
}

/// <summary>Writes of tests.</summary>
internal static class RowBatches
{
    /// <summary>Runs the work in a command; what it throws there is what the write throws.</summary>
    public static async ValueTask<WriteResult> WriteAsync(this ISystemOfRecord store, Action<RowBatch> work, CancellationToken cancel = default)
    {
        // Once to learn which rows it looks at, once in the command.
        var rows = new List<object>();
        try
        {
            work(new RowBatch(rows.Add));
        }
        catch (Exception)
        {
            // The command throws the same.
        }

        var command = new StoreCommand(CommandOrigin.Own("test", "write rows"), Wanted.For(rows), unit => work(new RowBatch(row => unit.Put(row))));
        var done = await store.WriteAsync(command, cancel);
        return new WriteResult(done.ChangedRecords, done.Revision);
    }
}
