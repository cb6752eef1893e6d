using Microsoft.Data.Sqlite;
using VerifyGateway.Caching.Store;
using VerifyGateway.Storage.Maintenance;
using VerifyGateway.Storage.Sql;

namespace VerifyGateway.Storage.Sqlite;

/// <summary>The jobs of the embedded store, on connections of their own, beside gateways that have the file open.</summary>
public sealed class SqliteMaintenance : IMaintenanceDatabase
{
    private static readonly TimeSpan WriteWait = TimeSpan.FromMinutes(1);

    private readonly string _path;
    private readonly SqliteConnection _writer;

    private SqliteMaintenance(string path, SqliteConnection writer) => (_path, _writer) = (path, writer);

    /// <inheritdoc />
    public string Place => _path;

    /// <summary>Opens a store for its jobs; it must exist and have the newest schema.</summary>
    /// <param name="path">The database file.</param>
    /// <param name="time">The clock that rules of retention and the audit trail go by.</param>
    /// <exception cref="StoreUnusableException">The file cannot be used, or has an older schema; it is as it was.</exception>
    public static IStoreMaintenance Open(string path, TimeProvider time)
    {
        path = Path.GetFullPath(path);
        // Opening and closing it looks at the file in the same way as a gateway does, and brings its schema up to date.
        SqliteStore.Open(new SqliteStoreOptions { Path = path, CreateIfMissing = false, WriteWait = WriteWait }, time).Dispose();
        return new StoreMaintenance(new SqliteMaintenance(path, SqliteFile.OpenWriter(path, WriteWait)), time);
    }

    /// <inheritdoc />
    Task<T> IMaintenanceDatabase.ReadAsync<T>(Func<ISqlSession, Task<T>> work, CancellationToken cancel) => GuardAsync(async () =>
    {
        using var connection = SqliteFile.OpenReader(_path);
        SqliteFile.Execute(connection, "BEGIN");
        using var session = new SqliteSession(connection, cancel);
        return await work(session);
    });

    /// <inheritdoc />
    Task<T> IMaintenanceDatabase.WriteAsync<T>(Func<ISqlSession, Task<T>> work, CancellationToken cancel) => GuardAsync(async () =>
    {
        SqliteFile.Execute(_writer, "BEGIN IMMEDIATE");
        try
        {
            using var session = new SqliteSession(_writer, cancel);
            var result = await work(session);
            SqliteFile.Execute(_writer, "COMMIT");
            return result;
        }
        catch
        {
            if (SqliteFile.IsInTransaction(_writer))
            {
                SqliteFile.Execute(_writer, "ROLLBACK");
            }

            throw;
        }
    });

    /// <inheritdoc />
    Task IMaintenanceDatabase.CheckFilesAsync(Action<string> found, CancellationToken cancel) => GuardAsync(() =>
    {
        using var connection = SqliteFile.OpenReader(_path);
        SqliteFileSearch.Run(connection, found, cancel);
        return Task.FromResult(true);
    });

    /// <summary>Closes the file.</summary>
    public ValueTask DisposeAsync()
    {
        _writer.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task<T> GuardAsync<T>(Func<Task<T>> work)
    {
        try
        {
            return await work();
        }
        catch (SqliteException failed)
        {
            throw new StoreUnavailableException($"Working on '{_path}' failed: {failed.Message}", failed);
        }
    }
}
