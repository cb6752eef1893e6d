using System.Runtime.CompilerServices;
using Microsoft.Data.Sqlite;
using VerifyGateway.Caching.Store;
using VerifyGateway.Storage.Sql;

namespace VerifyGateway.Storage.Sqlite;

/// <summary>Reads all rows of a file, on a connection of its own.</summary>
internal static class SqliteDump
{
    private static readonly IReadOnlyList<(string Sql, Func<ISqlRow, object> Read)> Tables =
    [
        ($"SELECT {StoredColumns.Acquirer} FROM acquirer ORDER BY acquirer_id", StoredColumns.AcquirerOf),
        ($"SELECT {StoredColumns.Identity} FROM identity ORDER BY acquirer_id, identity_id", static row => StoredColumns.IdentityOf(row).Row),
        ($"SELECT {StoredColumns.Card} FROM settlement_card ORDER BY acquirer_id, fingerprint", StoredColumns.CardOf),
        ($"SELECT {StoredColumns.Merchant} FROM {StoredColumns.FromMerchant} ORDER BY m.acquirer_id, m.merchant_no", static row => StoredColumns.MerchantOf(row).Row),
        ($"SELECT {StoredColumns.Terminal} FROM terminal ORDER BY acquirer_id, terminal_sn", static row => StoredColumns.TerminalOf(row).Row),
        ($"SELECT {StoredColumns.Hold} FROM hold ORDER BY acquirer_id, hold_id", static row => StoredColumns.HoldOf(row).Row),
    ];

    /// <summary>All rows in one snapshot; the thread that asks for the next row reads it from the disk.</summary>
    /// <exception cref="StoreUnavailableException">The file cannot be read, or holds what is damaged.</exception>
    public static async IAsyncEnumerable<object> ReadAllAsync(string path, [EnumeratorCancellation] CancellationToken cancel)
    {
        await Task.CompletedTask;
        using var connection = Guard(path, () => Begin(path));
        foreach (var (sql, read) in Tables)
        {
            using var rows = Guard(path, () => new Statement(connection, sql));
            while (Guard(path, rows.Read))
            {
                cancel.ThrowIfCancellationRequested();
                yield return read(rows);
            }
        }
    }

    private static SqliteConnection Begin(string path)
    {
        var connection = SqliteFile.OpenReader(path);
        SqliteFile.Execute(connection, "BEGIN");
        return connection;
    }

    private static T Guard<T>(string path, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (SqliteException failed)
        {
            throw new StoreUnavailableException($"Reading '{path}' failed: {failed.Message}", failed);
        }
    }
}
