using Npgsql;
using VerifyGateway.Caching.Store;

namespace VerifyGateway.Storage.Postgres;

/// <summary>
/// Connections for reads. Every read has an end, whatever the server does; one that falls to a dead connection is done once more
/// on a fresh one, within the same time. Safe from many threads.
/// </summary>
internal sealed class PostgresPool(NpgsqlDataSource source, TimeSpan statementTimeout, PostgresFailure failure, TimeProvider time) : IAsyncDisposable
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(1);

    /// <summary>Reads. The work must keep to its connection and leave no transaction open; its waiting may be cut off at any time, and it then ends by itself.</summary>
    /// <param name="read">The work.</param>
    /// <param name="cancel">The caller's.</param>
    /// <exception cref="StoreUnavailableException">The store cannot answer now.</exception>
    public async ValueTask<T> ReadAsync<T>(Func<NpgsqlConnection, Task<T>> read, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        var limit = statementTimeout + Grace;
        using var late = new CancellationTokenSource(limit, time);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancel);
        try
        {
            return await Bounded.WaitAsync(TryAsync(read, end.Token), end.Token);
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            cancel.ThrowIfCancellationRequested();
            throw new StoreUnavailableException(failure.Silent(limit));
        }
        catch (Exception failed) when (PostgresFailure.IsOfDatabase(failed))
        {
            throw new StoreUnavailableException(failure.Explain(failed), failed);
        }
    }

    /// <summary>
    /// Opens so many connections at once and leaves them in the pool. When the server does not give them all in time, those that it gave are
    /// closed again: what it allows is for others too.
    /// </summary>
    /// <param name="count">How many.</param>
    /// <param name="limit">The longest that this takes.</param>
    /// <returns>How many the server gave.</returns>
    public async Task<int> FillAsync(int count, TimeSpan limit)
    {
        using var late = new CancellationTokenSource(limit, time);
        var opened = await Task.WhenAll(Enumerable.Range(0, count).Select(_ => TryOpenAsync(late.Token)));
        foreach (var connection in opened.OfType<NpgsqlConnection>())
        {
            await connection.DisposeAsync();
        }

        var given = opened.Count(static connection => connection is not null);
        if (given < count)
        {
            source.Clear();
        }

        return given;
    }

    /// <summary>A connection for work that returns it itself.</summary>
    public Task<NpgsqlConnection> OpenAsync(CancellationToken cancel) => source.OpenConnectionAsync(cancel).AsTask();

    public ValueTask DisposeAsync() => source.DisposeAsync();

    private async Task<NpgsqlConnection?> TryOpenAsync(CancellationToken end)
    {
        try
        {
            return await Bounded.WaitAsync(OpenAsync(end), end);
        }
        catch (Exception failed) when (failed is OperationCanceledException || PostgresFailure.IsOfDatabase(failed))
        {
            return null;
        }
    }

    private async Task<T> TryAsync<T>(Func<NpgsqlConnection, Task<T>> read, CancellationToken end)
    {
        for (var mayTryAgain = true; ; mayTryAgain = false)
        {
            // The token ends the making of a connection, not a statement: see PostgresSettings.
            await using var connection = await source.OpenConnectionAsync(end);
            end.ThrowIfCancellationRequested();
            try
            {
                return await read(connection);
            }
            catch (Exception failed) when (mayTryAgain && PostgresFailure.IsWorthReadingAgain(failed))
            {
                continue;
            }
        }
    }
}
