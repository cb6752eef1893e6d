namespace VerifyGateway.Caching.Store;

/// <summary>The change feed of the system of record: the totally ordered, gap-free log of committed changes. Reads are of the primary, never of a standby that may lag behind. Safe from many threads.</summary>
public interface IChangeFeed
{
    /// <summary>Reads the entries of the change feed after a revision (0 for the beginning), at most <paramref name="limit"/> (1 to 100,000) of them, and its head, in one snapshot.</summary>
    /// <exception cref="OutOfRetentionException">Entries after that revision are gone, or the revision is higher than the head.</exception>
    /// <exception cref="StoreUnavailableException">The store cannot answer now, or the feed is damaged.</exception>
    ValueTask<FeedPage> ReadFeedAsync(long afterRevision, int limit, CancellationToken cancel = default);

    /// <summary>The head of the change feed: the revision of the newest committed change, 0 when there is none.</summary>
    /// <exception cref="StoreUnavailableException">The store cannot answer now.</exception>
    ValueTask<long> ReadHeadAsync(CancellationToken cancel = default);

    /// <summary>
    /// Returns when the store has signalled that the head may be past a revision, or when the time is over, whichever is first: a
    /// signal can be lost, so whoever rests on it polls all the same.
    /// </summary>
    /// <returns>True when there was a signal.</returns>
    ValueTask<bool> WaitForFeedAsync(long afterRevision, TimeSpan atMost, CancellationToken cancel = default);
}
