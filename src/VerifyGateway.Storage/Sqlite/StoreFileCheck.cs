using System.Buffers.Binary;
using Microsoft.Data.Sqlite;
using VerifyGateway.Storage.Sqlite.Migrations;

namespace VerifyGateway.Storage.Sqlite;

/// <summary>
/// Looks at a database file before anything is written to it, and refuses what is not ours, damaged or newer than this program.
/// A refused file is left as it was, byte for byte.
/// </summary>
internal static class StoreFileCheck
{
    /// <summary>Files up to this size are searched for damage when they are opened; beyond, that would take too long to start.</summary>
    public const long LargestSearched = 256L * 1024 * 1024;

    private const int HeaderBytes = 100;
    private const int NotADatabase = 26;
    private const int Corrupt = 11;
    private const int CannotOpen = 14;
    private const int NoPermission = 3;
    private const int ReadOnlyFile = 8;
    private const int Busy = 5;
    private const int Locked = 6;

    /// <summary>Returns when the file is ours, or missing, or empty; throws <see cref="StoreUnusableException"/> otherwise.</summary>
    public static void RefuseWhatIsNotOurs(string path)
    {
        var folder = Path.GetDirectoryName(path);
        if (!Directory.Exists(folder))
        {
            throw new StoreUnusableException($"The folder of the database file '{path}' does not exist; make the folder, or name a database file in one that exists.");
        }

        if (Directory.Exists(path))
        {
            throw new StoreUnusableException($"The database file '{path}' is a folder; name a file in it.");
        }

        var file = new FileInfo(path);
        var log = new FileInfo(SqliteFile.LogOf(path));
        if (!file.Exists || file.Length == 0)
        {
            if (log is { Exists: true, Length: > 0 })
            {
                throw new StoreUnusableException($"The database file '{path}' is missing or empty although its log '{log.FullName}' holds changes; put the database file back beside its log, or restore a backup and remove the log.");
            }

            return;
        }

        if (log.Exists)
        {
            RefuseByContent(path, untouched: false);
            return;
        }

        CheckWithoutLog(path, file);
    }

    /// <summary>Turns an exception that ended the opening of a file into the sentence for the operator.</summary>
    public static StoreUnusableException Explain(string path, Exception cause) => cause switch
    {
        StoreUnusableException already => already,
        SqliteException { SqliteErrorCode: NotADatabase } => NotSqlite(path, cause),
        SqliteException { SqliteErrorCode: Corrupt } => Damaged(path, "SQLite calls it malformed", cause),
        SqliteException { SqliteErrorCode: CannotOpen or NoPermission or ReadOnlyFile } or UnauthorizedAccessException =>
            new StoreUnusableException($"The database file '{path}' or its folder may not be read and written by user '{Environment.UserName}'; give that user the right to both.", cause),
        SqliteException { SqliteErrorCode: Busy or Locked } =>
            new StoreUnusableException($"The database file '{path}' is locked by another program; end that program, or name another database file.", cause),
        _ => new StoreUnusableException($"The database file '{path}' cannot be opened ({cause.Message.TrimEnd('.')}); check the disk and the file system, or restore a backup.", cause),
    };

    /// <summary>
    /// Nobody has the file open, so it is read without the log and the shared memory that SQLite would otherwise make beside it.
    /// Should somebody open it at this very moment, the finding may be wrong; then the file is looked at again as one in use.
    /// </summary>
    private static void CheckWithoutLog(string path, FileInfo before)
    {
        try
        {
            RefuseByHeader(path);
            RefuseByContent(path, untouched: true);
        }
        catch (StoreUnusableException)
        {
            var after = new FileInfo(path);
            var changed = after.Length != before.Length || after.LastWriteTimeUtc != before.LastWriteTimeUtc;
            if (!changed && !File.Exists(SqliteFile.LogOf(path)))
            {
                throw;
            }

            RefuseByContent(path, untouched: false);
        }
    }

    private static void RefuseByHeader(string path)
    {
        Span<byte> header = stackalloc byte[HeaderBytes];
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        var read = file.ReadAtLeast(header, HeaderBytes, throwOnEndOfStream: false);
        if (read < HeaderBytes || !header.StartsWith("SQLite format 3\0"u8))
        {
            throw NotSqlite(path, null);
        }

        // The page size 65536 is written as 1. The page count is valid when it was written with the last change.
        long pageSize = BinaryPrimitives.ReadUInt16BigEndian(header[16..]) is var size && size == 1 ? 65536 : size;
        long pages = BinaryPrimitives.ReadUInt32BigEndian(header[28..]);
        var pagesAreValid = header[24..28].SequenceEqual(header[92..96]);
        if (pagesAreValid && file.Length < pages * pageSize)
        {
            throw Damaged(path, $"it holds {file.Length} bytes where its header says {pages * pageSize}", null);
        }
    }

    private static void RefuseByContent(string path, bool untouched)
    {
        try
        {
            using var connection = untouched ? SqliteFile.OpenUntouched(path) : SqliteFile.OpenReader(path);
            var application = SqliteFile.Number(connection, "PRAGMA application_id");
            if (application == 0 && SqliteFile.Number(connection, "SELECT count(*) FROM sqlite_schema") == 0)
            {
                // A start that was cut off before its first transaction: as good as a missing file.
                return;
            }

            if (application != SqliteFile.ApplicationId)
            {
                throw new StoreUnusableException($"The database file '{path}' belongs to another program (application id 0x{application:X8}, not 0x{SqliteFile.ApplicationId:X8}); name another file.");
            }

            RefuseBySchema(path, MigrationRunner.VersionOf(connection));
            if (new FileInfo(path).Length <= LargestSearched && SqliteFile.Text(connection, "PRAGMA quick_check(1)") is var finding && finding != "ok")
            {
                throw Damaged(path, finding.ReplaceLineEndings(" ").TrimEnd('.'), null);
            }
        }
        catch (SqliteException failed)
        {
            throw Explain(path, failed);
        }
    }

    private static void RefuseBySchema(string path, int version)
    {
        if (version < 1)
        {
            throw Damaged(path, "it is marked as ours but names no schema", null);
        }

        if (version > MigrationRunner.NewestVersion)
        {
            throw new StoreUnusableException($"The database file '{path}' has schema {version}, and this program knows schemas up to {MigrationRunner.NewestVersion}; start the newer program that wrote it, or restore a backup from before.");
        }
    }

    private static StoreUnusableException NotSqlite(string path, Exception? cause) =>
        new($"The file '{path}' is not a SQLite database; name another file, or restore a backup.", cause);

    private static StoreUnusableException Damaged(string path, string how, Exception? cause) =>
        new($"The database file '{path}' is damaged ({how}); restore a backup.", cause);
}
