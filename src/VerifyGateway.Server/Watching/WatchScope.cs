using VerifyGateway.Caching.Store;
using VerifyGateway.Domain.Records;
using VerifyGateway.V1;

namespace VerifyGateway.Server.Watching;

/// <summary>
/// Which changes concern one watcher, and what it needs beside them. Who watches one terminal has the record of that terminal's
/// merchant only: when the terminal moves, the new merchant's is read from the store, as it stood then. One thread at a time.
/// </summary>
internal sealed class WatchScope(WatchQuery query, IBindingStore store, WatchWriter writer)
{
    private readonly string? _merchant = query.Merchant?.ToString();
    private readonly string? _sn = query.Sn?.ToString();
    private string? _merchantOfTerminal;

    /// <summary>Says which merchant the one terminal that is watched is bound to, when that is known already; null when there is no such terminal.</summary>
    public void BindTo(string? merchantNo) => _merchantOfTerminal = merchantNo;

    /// <summary>Looks up which merchant the one terminal that is watched was bound to at a revision; nothing to do for other watchers.</summary>
    /// <exception cref="OutOfRetentionException">That is no longer kept.</exception>
    public async ValueTask BindAsOfAsync(long revision, CancellationToken cancel)
    {
        if (query.Sn is not null)
        {
            BindTo((await FindAsync(revision, cancel))?.Terminal.MerchantNo.ToString());
        }
    }

    /// <summary>Adds what an entry changes to an event, when it concerns the watcher.</summary>
    /// <exception cref="StoreUnavailableException">The entry does not unpack, or the store does not answer.</exception>
    /// <exception cref="OutOfRetentionException">What stood at the entry's revision is no longer kept.</exception>
    public async ValueTask AddAsync(FeedEntry entry, WatchEvent to, CancellationToken cancel)
    {
        if (entry.Acquirer != query.Acquirer)
        {
            return;
        }

        if (entry.Entity == FeedEntity.Merchant)
        {
            if (_sn is not null ? entry.Key == _merchantOfTerminal : _merchant is null || entry.Key == _merchant)
            {
                to.Merchants.Add(writer.Write(MerchantOf(entry), entry.HolderMask, entry.SettlementCardMask, entry.Revision));
            }
        }
        else if (_sn is null || entry.Key == _sn)
        {
            var record = TerminalOf(entry);
            var merchant = record.MerchantNo.ToString();
            if (_merchant is not null && merchant != _merchant && entry.LeftMerchantNo != _merchant)
            {
                return;
            }

            if (_sn is not null && merchant != _merchantOfTerminal)
            {
                await AddMerchantOfTerminalAsync(entry.Revision, to, cancel);
                BindTo(merchant);
            }

            to.Terminals.Add(writer.Write(record, entry.Revision));
        }
    }

    private async ValueTask AddMerchantOfTerminalAsync(long revision, WatchEvent to, CancellationToken cancel)
    {
        if (await FindAsync(revision, cancel) is { Merchant: { } merchant } view)
        {
            to.Merchants.Add(writer.Write(merchant, view.HolderMask, view.SettlementCardMask, view.MerchantRevision));
        }
    }

    private async ValueTask<BindingView?> FindAsync(long revision, CancellationToken cancel) =>
        (await store.FindAsOfAsync([new BindingLookup(query.Acquirer, query.Sn, default, default)], AsOf.AtRevision(revision), cancel)).Bindings[0];

    private static MerchantRecord MerchantOf(FeedEntry entry) => RecordCodec.TryUnpack(entry.Packed.Span, out MerchantRecord record) ? record : throw Damaged(entry);

    private static TerminalRecord TerminalOf(FeedEntry entry) => RecordCodec.TryUnpack(entry.Packed.Span, out TerminalRecord record) ? record : throw Damaged(entry);

    private static StoreUnavailableException Damaged(FeedEntry entry) => new($"The change feed is damaged at revision {entry.Revision}: its record does not unpack.");
}
