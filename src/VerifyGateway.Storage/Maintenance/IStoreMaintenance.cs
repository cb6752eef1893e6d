using VerifyGateway.Caching.Store;

namespace VerifyGateway.Storage.Maintenance;

/// <summary>
/// The jobs that keep a store in order over the years, beside <see cref="ISystemOfRecord"/> and while gateways use it. Every write
/// of a job is a short transaction under the lock of the head, as those of gateways are, and leaves a line in the audit trail.
/// One job at a time; from any thread.
/// </summary>
public interface IStoreMaintenance : IAsyncDisposable
{
    /// <summary>Where the store is, for people; without a password.</summary>
    string Place { get; }

    /// <summary>Where the feed, the history and the audit trail begin and end.</summary>
    /// <exception cref="StoreUnavailableException">The store cannot be read now.</exception>
    Task<StoreState> ReadStateAsync(CancellationToken cancel = default);

    /// <summary>Reads lines of the audit trail after one of them, in one snapshot.</summary>
    /// <param name="afterSeq">The line after which to begin, 0 for the beginning.</param>
    /// <param name="limit">The most lines, 1 to 10,000.</param>
    /// <param name="cancel">Ends the reading.</param>
    /// <exception cref="StoreUnavailableException">The store cannot be read now.</exception>
    Task<AuditPage> ReadAuditAsync(long afterSeq, int limit, CancellationToken cancel = default);

    /// <summary>Looks for damage in everything but the audit trail, in one snapshot.</summary>
    /// <param name="findings">Takes what is found.</param>
    /// <param name="cancel">Ends the search.</param>
    /// <exception cref="StoreUnavailableException">The store cannot be read now.</exception>
    Task FindDamageAsync(Findings findings, CancellationToken cancel = default);

    /// <summary>How many rows a rule of retention would remove now.</summary>
    /// <exception cref="StoreUnavailableException">The store cannot be read now.</exception>
    Task<long> CountExpiredAsync(RetentionRule rule, CancellationToken cancel = default);

    /// <summary>Removes rows by a rule of retention, in one transaction with the move of the floor that goes with it.</summary>
    /// <param name="rule">The rule.</param>
    /// <param name="from">Where the batch before has ended; the default for the first.</param>
    /// <param name="limit">About how many rows, 1 to 100,000.</param>
    /// <param name="cancel">Ends the waiting; the batch under way may happen all the same.</param>
    /// <exception cref="StoreUnavailableException">The store cannot be written now.</exception>
    Task<PurgeBatch> PurgeAsync(RetentionRule rule, PurgePoint from, int limit, CancellationToken cancel = default);

    /// <summary>How many hashes of each kind stand under each key.</summary>
    /// <exception cref="StoreUnavailableException">The store cannot be read now.</exception>
    Task<IReadOnlyList<KeyedRows>> CountKeysAsync(CancellationToken cancel = default);

    /// <summary>Brings hashes to the current key, in one transaction.</summary>
    /// <param name="keys">The keys.</param>
    /// <param name="from">Where the batch before has ended; the default for the first.</param>
    /// <param name="limit">The most rows, 1 to 100,000.</param>
    /// <param name="cancel">Ends the waiting; the batch under way may happen all the same.</param>
    /// <exception cref="UnknownHashKeyException">A row stands under a key that the file does not name; nothing is changed.</exception>
    /// <exception cref="StoreUnavailableException">The store cannot be written now.</exception>
    Task<RotationResult> RotateAsync(HashKeys keys, RotationPoint from, int limit, CancellationToken cancel = default);
}
