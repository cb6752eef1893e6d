using VerifyGateway.Caching.Store;

namespace VerifyGateway.Storage.Postgres;

/// <summary>The change feed over the connections of one pool. Safe from many threads.</summary>
internal sealed class PostgresFeed(PostgresPool pool, FeedSignal signal, TimeProvider time) : IChangeFeed
{
    /// <inheritdoc />
    public ValueTask<FeedPage> ReadFeedAsync(long afterRevision, int limit, CancellationToken cancel = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(afterRevision);
        StoreLimits.RequireEntries(limit, nameof(limit));
        return pool.ReadAsync(connection => PostgresReads.FeedAsync(connection, afterRevision, limit), cancel);
    }

    /// <inheritdoc />
    public ValueTask<long> ReadHeadAsync(CancellationToken cancel = default) => pool.ReadAsync(PostgresReads.HeadAsync, cancel);

    /// <inheritdoc />
    public ValueTask<bool> WaitForFeedAsync(long afterRevision, TimeSpan atMost, CancellationToken cancel = default) =>
        signal.WaitAsync(afterRevision, atMost, time, cancel);
}
