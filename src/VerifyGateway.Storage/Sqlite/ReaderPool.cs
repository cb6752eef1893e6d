using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;
using VerifyGateway.Caching.Store;

namespace VerifyGateway.Storage.Sqlite;

/// <summary>
/// A bounded set of reader connections. SQLite reads are calls into a library, so they run on the caller's thread and end
/// synchronously; only waiting for a free connection is asynchronous.
/// </summary>
internal sealed class ReaderPool(string path, int size) : IAsyncDisposable
{
    private readonly SemaphoreSlim _slots = new(size, size);
    private readonly ConcurrentBag<ReaderConnection> _idle = [];
    private volatile bool _closed;

    /// <summary>Runs a read on a free connection.</summary>
    /// <exception cref="StoreUnavailableException">The read failed, or the store is closed.</exception>
    public async ValueTask<T> RunAsync<T>(Func<ReaderConnection, T> read, CancellationToken cancel)
    {
        await _slots.WaitAsync(cancel);
        try
        {
            return Run(read);
        }
        finally
        {
            _slots.Release();
        }
    }

    /// <summary>Lets reads in progress end, refuses later ones, and closes the connections.</summary>
    public async ValueTask DisposeAsync()
    {
        _closed = true;
        for (var i = 0; i < size; i++)
        {
            await _slots.WaitAsync();
        }

        while (_idle.TryTake(out var connection))
        {
            connection.Dispose();
        }

        // Waiters wake up and find the store closed.
        _slots.Release(size);
    }

    private T Run<T>(Func<ReaderConnection, T> read)
    {
        if (_closed)
        {
            throw new StoreUnavailableException("The store is closed.");
        }

        ReaderConnection? connection = null;
        try
        {
            if (!_idle.TryTake(out connection))
            {
                connection = new ReaderConnection(path);
            }

            var result = read(connection);
            _idle.Add(connection);
            return result;
        }
        catch (SqliteException failed)
        {
            // The connection may be in any state: the next read opens a new one.
            connection?.Dispose();
            throw new StoreUnavailableException($"Reading '{path}' failed: {failed.Message}", failed);
        }
        catch (Exception other)
        {
            if (other is OperationCanceledException or StoreUnavailableException or OutOfRetentionException)
            {
                _idle.Add(connection!);
            }
            else
            {
                connection?.Dispose();
            }

            throw;
        }
    }
}
