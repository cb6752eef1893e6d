using Microsoft.Data.Sqlite;
using VerifyGateway.Caching.Store;

namespace VerifyGateway.Storage.Sqlite;

/// <summary>The one writer of this process: one connection, one transaction at a time.</summary>
internal sealed class StoreWriter(string path, TimeSpan wait, TimeProvider time) : IAsyncDisposable
{
    private readonly SemaphoreSlim _turn = new(1, 1);
    private WriterConnection? _connection;
    private bool _closed;

    /// <summary>Runs <paramref name="work"/> in one transaction: all of it is committed, with its entries in the feed, or nothing.</summary>
    public async ValueTask<WriteResult> RunAsync(Action<WriteBatch> work, CancellationToken cancel)
    {
        await _turn.WaitAsync(cancel);
        try
        {
            return _closed ? throw new StoreUnavailableException("The store is closed.") : Run_NeedsTurn(work, cancel);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Lets the write in progress end, refuses later ones, and closes the connection.</summary>
    public async ValueTask DisposeAsync()
    {
        await _turn.WaitAsync();
        _closed = true;
        _connection?.Dispose();
        _connection = null;
        _turn.Release();
    }

    private WriteResult Run_NeedsTurn(Action<WriteBatch> work, CancellationToken cancel)
    {
        var connection = Begin_NeedsTurn();
        try
        {
            var batch = new WriteBatch(connection, cancel);
            batch.Bulk.NowUnixMs = time.GetUtcNow().ToUnixTimeMilliseconds();
            work(batch);
            if (batch.FirstRefusal is { } refusal && !batch.MayLeaveOut)
            {
                throw new WriteRefusedException(refusal.Rule, refusal.Message, refusal);
            }

            var result = batch.Finish(time.GetUtcNow().ToUnixTimeMilliseconds());
            connection.Commit.Execute();
            return result;
        }
        catch (Exception failed)
        {
            RollBack_NeedsTurn(connection);
            if (failed is SqliteException)
            {
                throw new StoreUnavailableException($"Writing '{path}' failed: {failed.Message}", failed);
            }

            throw;
        }
    }

    private WriterConnection Begin_NeedsTurn()
    {
        try
        {
            _connection ??= new WriterConnection(path, wait);
            _connection.Begin.Execute();
            return _connection;
        }
        catch (SqliteException failed)
        {
            throw new StoreUnavailableException($"Writing '{path}' cannot begin: {failed.Message}", failed);
        }
    }

    private void RollBack_NeedsTurn(WriterConnection connection)
    {
        try
        {
            if (connection.IsInTransaction)
            {
                connection.Rollback.Execute();
            }
        }
        catch (SqliteException)
        {
            // Closing ends the transaction too; the next write opens a new connection.
            connection.Dispose();
            _connection = null;
        }
    }
}
