using Microsoft.Data.Sqlite;
using VerifyGateway.Storage.Maintenance;
using VerifyGateway.Storage.Sqlite.Migrations;

namespace VerifyGateway.Storage.Sqlite;

/// <summary>Database files that are there whole or not at all.</summary>
internal static class StoreFileCopy
{
    /// <summary>Makes a file beside its place, writes it out to the disk and moves it there.</summary>
    /// <param name="path">Its place.</param>
    /// <param name="overwrite">Replaces what is there.</param>
    /// <param name="make">Makes the content of the file that it is given, which is empty.</param>
    /// <param name="beforeMove">Run when everything is ready; null for nothing.</param>
    /// <exception cref="IOException">The place is taken, or cannot be written.</exception>
    /// <exception cref="StoreUnusableException">SQLite cannot make or read a file.</exception>
    public static T Replace<T>(string path, bool overwrite, Func<string, T> make, Action? beforeMove = null)
    {
        if (Directory.Exists(path) || (File.Exists(path) && !overwrite))
        {
            throw new IOException($"'{path}' exists already; name another file, or replace it with --force.");
        }

        var part = path + ".part";
        Remove(part);
        try
        {
            var settings = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite };
            if (!OperatingSystem.IsWindows())
            {
                settings.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            }

            new FileStream(part, settings).Dispose();
            var result = make(part);
            using (var file = new FileStream(part, FileMode.Open, FileAccess.ReadWrite))
            {
                file.Flush(flushToDisk: true);
            }

            beforeMove?.Invoke();
            File.Move(part, path, overwrite);
            return result;
        }
        catch (SqliteException failed)
        {
            throw StoreFileCheck.Explain(part, failed);
        }
        finally
        {
            Remove(part);
        }
    }

    /// <summary>Reads where everything begins and ends in a file that nobody has open, when nothing is wrong with it.</summary>
    /// <exception cref="StoreUnusableException">Something is.</exception>
    public static StoreState RequireSound(string path, string what, CancellationToken cancel)
    {
        using var connection = SqliteFile.OpenUntouched(path);
        var findings = new List<string>();
        SqliteFileSearch.Run(connection, findings.Add, cancel);
        if (findings.Count == 0 && FindState(connection) is null)
        {
            findings.Add("it has lost the row that says where its feed ends.");
        }

        return findings.Count == 0
            ? FindState(connection)!
            : throw new StoreUnusableException($"{what} is damaged, and nothing was changed: {findings[0]}{(findings.Count > 1 ? $" (and {findings.Count - 1} findings more)" : "")}");
    }

    /// <summary>Where everything begins and ends; null when the file does not say it.</summary>
    public static StoreState? FindState(SqliteConnection connection)
    {
        const int FirstWithFloors = 4;
        if (MigrationRunner.VersionOf(connection) < FirstWithFloors)
        {
            return new StoreState(SqliteFile.Number(connection, "SELECT head FROM feed_head"), 0, 0, 0, 0, 0, new byte[32], 0, new byte[32]);
        }

        using var find = new Statement(connection, StoreState.Sql);
        return find.One<StoreState?>(StoreState.Of, null);
    }

    /// <summary>Removes a database file and what SQLite keeps beside it.</summary>
    public static void Remove(string path)
    {
        foreach (var end in new[] { "", "-wal", "-shm", "-journal" })
        {
            File.Delete(path + end);
        }
    }
}
