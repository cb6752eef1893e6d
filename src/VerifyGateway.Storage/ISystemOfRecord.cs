using VerifyGateway.Caching.Store;
using VerifyGateway.Storage.Rows;
using VerifyGateway.Storage.Writing;

namespace VerifyGateway.Storage;

/// <summary>
/// The system of record: whatever engine keeps it, everything here means the same, and one suite of tests holds all engines to it.
/// Safe from many threads. Every call is bounded in time, and says that the store cannot answer now with
/// <see cref="StoreUnavailableException"/> and with nothing else.
/// </summary>
public interface ISystemOfRecord : IRecordStore, IBindingStore, IHoldStore, IChangeFeed, IGatewayRoster, IAsyncDisposable
{
    /// <summary>Where it is, for people; without a password.</summary>
    string Place { get; }

    /// <summary>
    /// The feed for whoever keeps copies honest: the same, read over connections that nothing else uses, so that long lists and the many
    /// who watch cannot hold it up until copies must not be used any more.
    /// </summary>
    IChangeFeed FeedForCopies { get; }

    /// <summary>Does a write; when this returns, it is durable. Writes of several callers are committed together, each alone to succeed or fail.</summary>
    /// <exception cref="WriteRefusedException">It is refused: nothing of it is kept.</exception>
    /// <exception cref="StoreUnavailableException">It was not done, or it is not known whether it was: then sending it again with its request id tells.</exception>
    Task<CommandResult> WriteAsync(StoreCommand command, CancellationToken cancel = default);

    /// <summary>Runs a long write, in portions of rows but one transaction; other writers of the store wait for its end.</summary>
    /// <exception cref="WriteRefusedException">A rule of the database is broken; nothing is kept.</exception>
    /// <exception cref="StoreUnavailableException">The store cannot write now; nothing is kept, unless the commit itself failed: then only reading tells.</exception>
    Task<T> WriteLongAsync<T>(Func<LongWrite, Task<T>> work, CancellationToken cancel = default);

    /// <summary>The matter of that name; null when there is none.</summary>
    /// <exception cref="StoreUnavailableException">The store cannot answer now.</exception>
    ValueTask<StoredDocument?> FindDocumentAsync(DocumentKey key, CancellationToken cancel = default);

    /// <summary>The hold of that name; null when there is none.</summary>
    /// <exception cref="StoreUnavailableException">The store cannot answer now.</exception>
    ValueTask<StoredHold?> FindHoldAsync(HoldKey key, CancellationToken cancel = default);

    /// <summary>The point that an import has reached; the beginning when there is none.</summary>
    /// <exception cref="StoreUnavailableException">The store cannot answer now.</exception>
    ValueTask<ImportPoint> ReadImportPointAsync(string source, CancellationToken cancel = default);

    /// <summary>
    /// All rows of acquirers, identities, cards, merchants, terminals and holds, in this order and within each in the order of
    /// keys, in one snapshot. Never in memory together.
    /// </summary>
    /// <exception cref="StoreUnavailableException">The store cannot answer now, or holds what is damaged.</exception>
    IAsyncEnumerable<object> ReadAllAsync(CancellationToken cancel = default);
}
