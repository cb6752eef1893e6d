using Microsoft.Data.Sqlite;
using VerifyGateway.Storage.Maintenance;
using VerifyGateway.Storage.Sqlite.Migrations;

namespace VerifyGateway.Storage.Sqlite;

/// <summary>What a restore has brought back.</summary>
/// <param name="State">Where the feed, history and audit trail of the backup begin and end.</param>
/// <param name="StoreId">The id that the restored store has from now on.</param>
/// <param name="Replaced">The same of the store that was replaced; null when there was none or it could not be read.</param>
public sealed record RestoreReport(StoreState State, string StoreId, StoreState? Replaced)
{
    /// <summary>How many revisions of the replaced store are lost; null when that is not known.</summary>
    public long? LostRevisions => Replaced is null ? null : Math.Max(0, Replaced.Head - State.Head);
}

/// <summary>Puts a backup in the place of a store.</summary>
public static class SqliteRestore
{
    private const int Busy = 5;
    private const int Locked = 6;

    /// <summary>
    /// Restores a backup. The restored store has a new id, so that copies in caches that were made after the backup are never
    /// taken for copies of it, a new key of page tokens, the newest schema, and a line in its audit trail.
    /// </summary>
    /// <param name="backupPath">The backup; only read.</param>
    /// <param name="storePath">The place of the store.</param>
    /// <param name="overwrite">Replaces a store that exists; no program may have it open.</param>
    /// <param name="time">The clock of the audit trail.</param>
    /// <param name="cancel">Ends it; the store is as it was.</param>
    /// <exception cref="StoreUnusableException">The backup is damaged or none, or another program has the store open; nothing was changed.</exception>
    /// <exception cref="IOException">The store exists, or a file cannot be read or written.</exception>
    public static RestoreReport Run(string backupPath, string storePath, bool overwrite, TimeProvider time, CancellationToken cancel = default)
    {
        (backupPath, storePath) = (Path.GetFullPath(backupPath), Path.GetFullPath(storePath));
        var file = new FileInfo(backupPath);
        if (!file.Exists || file.Length == 0)
        {
            throw new StoreUnusableException($"The backup '{backupPath}' does not exist or is empty; name the right file.");
        }

        if (File.Exists(SqliteFile.LogOf(backupPath)))
        {
            throw new StoreUnusableException($"'{backupPath}' is not a backup but a store in use, or one that was not closed: it has a log beside it. Make a backup of it, and restore that.");
        }

        RequireOurs(backupPath);
        using var replaced = new ReplacedStore(storePath);
        return StoreFileCopy.Replace(
            storePath, overwrite,
            part =>
            {
                File.Copy(backupPath, part, overwrite: true);
                var state = StoreFileCopy.RequireSound(part, $"The backup '{backupPath}'", cancel);
                return new RestoreReport(state, Rename(part, state, time), replaced.Close());
            },
            replaced.RemoveLog);
    }

    private static void RequireOurs(string backupPath)
    {
        try
        {
            StoreFileCheck.RefuseWhatIsNotOurs(backupPath);
        }
        catch (StoreUnusableException refused)
        {
            throw new StoreUnusableException($"This backup cannot be restored, and nothing was changed. {refused.Message}", refused);
        }
    }

    /// <summary>Gives the copy a name of its own.</summary>
    private static string Rename(string part, StoreState state, TimeProvider time)
    {
        using var connection = SqliteFile.OpenWriter(part, TimeSpan.FromSeconds(1));
        MigrationRunner.Run(connection, time);
        SqliteFile.Execute(connection, "BEGIN IMMEDIATE");
        var old = SqliteFile.Text(connection, "SELECT store_id FROM meta");
        SqliteFile.Execute(connection, "UPDATE meta SET store_id = lower(hex(randomblob(16))), page_key = randomblob(32)");
        using var session = new SqliteSession(connection, CancellationToken.None);
        // A session on a file ends every step at once, on this thread: nothing is waited for.
        AuditWriting.AppendAsync(session, "restore", $"backup of store {old}, up to revision {state.Head}", time.GetUtcNow().ToUnixTimeMilliseconds()).GetAwaiter().GetResult();
        SqliteFile.Execute(connection, "COMMIT");
        return SqliteFile.Text(connection, "SELECT store_id FROM meta");
    }

    /// <summary>The store that is to be replaced, if there is one that can be read, kept from other programs until it is.</summary>
    private sealed class ReplacedStore(string path) : IDisposable
    {
        private SqliteConnection? _connection;

        /// <summary>Takes it from others; says where its feed and the rest ended.</summary>
        /// <exception cref="StoreUnusableException">Another program has it open.</exception>
        public StoreState? Close()
        {
            if (!File.Exists(path))
            {
                return null;
            }

            try
            {
                _connection = SqliteFile.OpenWriter(path, TimeSpan.FromSeconds(1));
                SqliteFile.Execute(_connection, "PRAGMA locking_mode = EXCLUSIVE");
                // Only who is alone with a file can leave the mode of the write-ahead log; what the log holds is in the file then.
                if (SqliteFile.Text(_connection, "PRAGMA journal_mode = DELETE") != "wal")
                {
                    SqliteFile.Execute(_connection, "BEGIN EXCLUSIVE");
                    return StoreFileCopy.FindState(_connection);
                }
            }
            catch (SqliteException damaged) when (damaged.SqliteErrorCode is not (Busy or Locked))
            {
                // It is damaged, or older than this: that may be why a backup is to take its place.
                return null;
            }
            catch (SqliteException)
            {
                // In use, as is said below.
            }

            throw new StoreUnusableException($"Another program has the store '{path}' open: end it first. Nothing was changed.");
        }

        /// <summary>Removes what SQLite keeps beside the old file, which must not be taken for the new one's.</summary>
        public void RemoveLog()
        {
            File.Delete(path + "-wal");
            File.Delete(path + "-shm");
            File.Delete(path + "-journal");
        }

        public void Dispose() => _connection?.Dispose();
    }
}
