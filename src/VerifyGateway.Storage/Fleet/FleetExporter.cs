using Microsoft.Data.Sqlite;
using VerifyGateway.Caching.Store;
using VerifyGateway.Storage.Sqlite;

namespace VerifyGateway.Storage.Fleet;

/// <summary>
/// Writes all of a store as a fleet file: one snapshot, kind after kind, so that what a line refers to stands above it, and in the
/// order of keys, so that the same content gives the same bytes.
/// </summary>
public static class FleetExporter
{
    /// <summary>Writes the store to a stream; returns how many lines. Runs on the caller's thread; writers of the store never wait for it.</summary>
    /// <param name="store">The store.</param>
    /// <param name="to">Takes the file; stays open.</param>
    /// <param name="progress">Takes the number of lines now and then.</param>
    /// <param name="cancel">Ends the export with an <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="StoreUnavailableException">The store cannot be read, or holds what is damaged.</exception>
    /// <exception cref="IOException">The stream cannot be written.</exception>
    public static int Export(SqliteStore store, Stream to, Action<int> progress, CancellationToken cancel = default)
    {
        try
        {
            using var connection = SqliteFile.OpenReader(store.Path);
            using var writer = new FleetWriter(to);
            SqliteFile.Execute(connection, "BEGIN");
            foreach (var (sql, read) in FleetQueries.All)
            {
                Write(connection, sql, read, writer, progress, cancel);
            }

            SqliteFile.Execute(connection, "COMMIT");
            writer.Finish();
            return writer.Lines;
        }
        catch (SqliteException failed)
        {
            throw new StoreUnavailableException($"Reading '{store.Path}' failed: {failed.Message}", failed);
        }
    }

    private static void Write(
        SqliteConnection connection, string sql, Func<SqliteDataReader, object> read, FleetWriter writer, Action<int> progress, CancellationToken cancel)
    {
        const int LinesBetweenTellings = 10_000;
        using var statement = new Statement(connection, sql);
        using var row = statement.Query();
        while (row.Read())
        {
            cancel.ThrowIfCancellationRequested();
            writer.Write(read(row));
            if (writer.Lines % LinesBetweenTellings == 0)
            {
                progress(writer.Lines);
            }
        }
    }
}
