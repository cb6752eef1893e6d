using Microsoft.Data.Sqlite;
using SQLitePCL;
using VerifyGateway.Storage.Maintenance;
using VerifyGateway.Storage.Sqlite.Migrations;

namespace VerifyGateway.Storage.Sqlite;

/// <summary>What a backup holds.</summary>
/// <param name="State">Where its feed, history and audit trail begin and end.</param>
/// <param name="Bytes">Its size.</param>
public sealed record BackupReport(StoreState State, long Bytes);

/// <summary>
/// Copies a store while it is in use: one snapshot, in steps, by SQLite's backup interface. Writers are not held up; the
/// write-ahead log can grow until the copy is done, for what the snapshot needs of it stays.
/// </summary>
public static class SqliteBackup
{
    /// <summary>Pages of a step, 4 MiB at SQLite's usual page size: how often a backup can be ended and tells how far it is.</summary>
    private const int PagesOfStep = 1024;

    /// <summary>Makes a backup: a file beside the target, searched for damage, on the disk, and only then given the target's name.</summary>
    /// <param name="storePath">The database file; it may be in use.</param>
    /// <param name="targetPath">The file to make, which only its owner can read.</param>
    /// <param name="overwrite">Replaces a target that exists.</param>
    /// <param name="progress">Told the part that is copied, 0 to 1; null when nobody asks.</param>
    /// <param name="cancel">Ends it; nothing is left behind.</param>
    /// <exception cref="StoreUnusableException">The store cannot be read, or is damaged; the target is as it was.</exception>
    /// <exception cref="IOException">The target exists or cannot be written.</exception>
    public static BackupReport Run(string storePath, string targetPath, bool overwrite, Action<double>? progress = null, CancellationToken cancel = default)
    {
        (storePath, targetPath) = (Path.GetFullPath(storePath), Path.GetFullPath(targetPath));
        if (!File.Exists(storePath))
        {
            throw new StoreUnusableException($"The database file '{storePath}' does not exist; name the right file.");
        }

        if (string.Equals(storePath, targetPath, StringComparison.Ordinal))
        {
            throw new IOException($"The backup '{targetPath}' would be the store itself; name another file.");
        }

        StoreFileCheck.RefuseWhatIsNotOurs(storePath);
        return StoreFileCopy.Replace(targetPath, overwrite, part =>
        {
            using (var source = SqliteFile.OpenWriter(storePath, TimeSpan.FromMinutes(1)))
            using (var target = SqliteFile.OpenWriter(part, TimeSpan.FromSeconds(1)))
            {
                Copy(source, target, progress, cancel);
                // One file, without a log beside it.
                _ = SqliteFile.Text(target, "PRAGMA journal_mode = DELETE");
            }

            return new BackupReport(StoreFileCopy.RequireSound(part, "The backup", cancel), new FileInfo(part).Length);
        });
    }

    private static void Copy(SqliteConnection source, SqliteConnection target, Action<double>? progress, CancellationToken cancel)
    {
        // Held for the whole copy: without it, each commit of another connection would have the copy begin anew.
        SqliteFile.Execute(source, "BEGIN");
        _ = MigrationRunner.VersionOf(source);
        using var copy = raw.sqlite3_backup_init(target.Handle, "main", source.Handle, "main");
        if (copy.IsInvalid)
        {
            SqliteException.ThrowExceptionForRC(raw.sqlite3_errcode(target.Handle), target.Handle);
        }

        int outcome;
        while ((outcome = raw.sqlite3_backup_step(copy, PagesOfStep)) == raw.SQLITE_OK)
        {
            cancel.ThrowIfCancellationRequested();
            progress?.Invoke(1 - ((double)raw.sqlite3_backup_remaining(copy) / Math.Max(1, raw.sqlite3_backup_pagecount(copy))));
        }

        if (outcome != raw.SQLITE_DONE)
        {
            SqliteException.ThrowExceptionForRC(outcome, target.Handle);
        }
    }
}
