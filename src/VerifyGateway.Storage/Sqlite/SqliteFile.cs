using System.Globalization;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace VerifyGateway.Storage.Sqlite;

/// <summary>How connections to the database file are made.</summary>
internal static class SqliteFile
{
    /// <summary>Marks a file as ours in its header ("VGW1").</summary>
    public const int ApplicationId = 0x56475731;

    /// <summary>How long a reader waits for the rare moments in which SQLite locks readers out (recovery after a crash).</summary>
    private static readonly TimeSpan ReaderWait = TimeSpan.FromSeconds(1);

    static SqliteFile()
    {
        Batteries_V2.Init();
        // Each connection is used by one thread at a time, so it needs no lock of its own, and nobody reads the counts of memory.
        // Refused where something in the process has used SQLite before: then it is only slower.
        _ = raw.sqlite3_config(raw.SQLITE_CONFIG_MULTITHREAD);
        _ = raw.sqlite3_config(raw.SQLITE_CONFIG_MEMSTATUS, 0);
    }

    /// <summary>The write-ahead log beside a database file.</summary>
    public static string LogOf(string path) => path + "-wal";

    /// <summary>A connection that reads a file which nobody has open, without leaving anything beside it.</summary>
    public static SqliteConnection OpenUntouched(string path) =>
        Open("file:" + Escape(path) + "?immutable=1", SqliteOpenMode.ReadOnly, ReaderWait);

    /// <summary>A connection that reads, and sees what others commit.</summary>
    public static SqliteConnection OpenReader(string path) => Open(path, SqliteOpenMode.ReadOnly, ReaderWait);

    /// <summary>The connection that writes.</summary>
    public static SqliteConnection OpenWriter(string path, TimeSpan wait)
    {
        var connection = Open(path, SqliteOpenMode.ReadWrite, wait);
        try
        {
            // A verdict on money rests on what was committed: the log is synced at every commit, not only at checkpoints.
            Execute(connection, "PRAGMA synchronous = FULL");
            // A bulk load makes the log long; after it, the file shrinks back to this (64 MiB) and is written over.
            _ = Number(connection, "PRAGMA journal_size_limit = 67108864");
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>A connection that writes what a crash may take back: its commits are not synced, those of <see cref="OpenWriter"/> carry them along.</summary>
    public static SqliteConnection OpenUnsynced(string path, TimeSpan wait)
    {
        var connection = Open(path, SqliteOpenMode.ReadWrite, wait);
        try
        {
            Execute(connection, "PRAGMA synchronous = NORMAL");
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Runs statements once; only for texts of this assembly.</summary>
    public static void Execute(SqliteConnection connection, string sql) =>
        SqliteException.ThrowExceptionForRC(raw.sqlite3_exec(connection.Handle, sql), connection.Handle);

    /// <summary>Asks for one number, once; only for texts of this assembly.</summary>
    public static long Number(SqliteConnection connection, string sql)
    {
        using var statement = new Statement(connection, sql);
        return statement.RunNumber();
    }

    /// <summary>Asks for one text, once; only for texts of this assembly.</summary>
    public static string Text(SqliteConnection connection, string sql)
    {
        using var statement = new Statement(connection, sql);
        return statement.One(static row => row.IsNull(0) ? "" : row.Text(0), "");
    }

    /// <summary>True while a transaction is open; SQLite ends one by itself on some disk errors.</summary>
    public static bool IsInTransaction(SqliteConnection connection) => raw.sqlite3_get_autocommit(connection.Handle) == 0;

    private static SqliteConnection Open(string source, SqliteOpenMode mode, TimeSpan wait)
    {
        var settings = new SqliteConnectionStringBuilder
        {
            DataSource = source,
            Mode = mode,
            Pooling = false,
            ForeignKeys = true,
            DefaultTimeout = (int)Math.Ceiling(wait.TotalSeconds),
        };
        var connection = new SqliteConnection(settings.ToString());
        try
        {
            connection.Open();
            Execute(connection, string.Create(CultureInfo.InvariantCulture, $"PRAGMA busy_timeout = {(long)wait.TotalMilliseconds}"));
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private static string Escape(string path) =>
        path.Replace("%", "%25", StringComparison.Ordinal).Replace("?", "%3f", StringComparison.Ordinal).Replace("#", "%23", StringComparison.Ordinal);
}
