using VerifyGateway.Storage.Sql;

namespace VerifyGateway.Storage.Maintenance;

/// <summary>What the jobs need of an engine. Everything else about them is the same for all engines. One job at a time.</summary>
internal interface IMaintenanceDatabase : IAsyncDisposable
{
    /// <summary>Where it is, for people; without a password.</summary>
    string Place { get; }

    /// <summary>Reads in one snapshot; writers are not held up.</summary>
    /// <exception cref="Caching.Store.StoreUnavailableException">The database cannot be read now.</exception>
    Task<T> ReadAsync<T>(Func<ISqlSession, Task<T>> work, CancellationToken cancel);

    /// <summary>Does work in one transaction that holds the lock of the head from its beginning, and commits it: nobody else writes meanwhile.</summary>
    /// <exception cref="Caching.Store.StoreUnavailableException">The database cannot be written now; nothing is kept, unless the commit itself failed.</exception>
    Task<T> WriteAsync<T>(Func<ISqlSession, Task<T>> work, CancellationToken cancel);

    /// <summary>What the engine itself finds wrong with its files, a sentence each.</summary>
    Task CheckFilesAsync(Action<string> found, CancellationToken cancel);
}
