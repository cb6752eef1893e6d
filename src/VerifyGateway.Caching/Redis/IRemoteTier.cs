using VerifyGateway.Caching.Store;
using VerifyGateway.Domain.Records;

namespace VerifyGateway.Caching.Redis;

/// <summary>What a remote tier holds of the two records of a check; null where it holds nothing, or could not tell.</summary>
/// <param name="Terminal">Copy of the terminal record.</param>
/// <param name="Merchant">Copy of the merchant record.</param>
public readonly record struct RemotePair(RecordCopy<TerminalRecord>? Terminal, RecordCopy<MerchantRecord>? Merchant);

/// <summary>
/// Copies shared between gateways. Never blocks a thread, never throws for a fault of its own: what cannot be read within the
/// call's limit is not there, and what cannot be written is dropped and counted. Safe from any thread.
/// </summary>
public interface IRemoteTier
{
    /// <summary>Reads the copies of both records of each check, one round trip for all; results in the order of the keys.</summary>
    ValueTask<IReadOnlyList<RemotePair>> ReadAsync(IReadOnlyList<PairKey> keys, CancellationToken cancel);

    /// <summary>Reads the copies of both records of one check; a tier may read them together with those of others who ask at the same time.</summary>
    async ValueTask<RemotePair> ReadAsync(PairKey key, CancellationToken cancel) => (await ReadAsync([key], cancel))[0];

    /// <summary>Offers a copy; it is written soon, and only where nothing newer is held.</summary>
    void Offer(in TerminalKey key, in RecordCopy<TerminalRecord> copy);

    /// <inheritdoc cref="Offer(in TerminalKey, in RecordCopy{TerminalRecord})" />
    void Offer(in MerchantKey key, in RecordCopy<MerchantRecord> copy);

    /// <summary>Offers the copy that an entry of the feed makes.</summary>
    void Offer(FeedEntry entry);
}

/// <summary>The remote tier of a gateway without one: holds nothing.</summary>
public sealed class NoRemoteTier : IRemoteTier
{
    /// <inheritdoc />
    public ValueTask<IReadOnlyList<RemotePair>> ReadAsync(IReadOnlyList<PairKey> keys, CancellationToken cancel) =>
        new(new RemotePair[keys.Count]);

    /// <inheritdoc />
    public void Offer(in TerminalKey key, in RecordCopy<TerminalRecord> copy)
    {
    }

    /// <inheritdoc />
    public void Offer(in MerchantKey key, in RecordCopy<MerchantRecord> copy)
    {
    }

    /// <inheritdoc />
    public void Offer(FeedEntry entry)
    {
    }
}
