using VerifyGateway.Caching.Store;
using VerifyGateway.Domain.Identifiers;
using VerifyGateway.Domain.Records;
using VerifyGateway.Storage;
using VerifyGateway.Storage.Rows;
using VerifyGateway.Storage.Writing;

namespace VerifyGateway.TailGateway;

/// <summary>
/// The system of record that the settings name, with one thing changed: the records of the generated fleet are made when they are asked for.
/// Feed, roster and all else are the real store's.
/// </summary>
internal sealed class GeneratedStore(ISystemOfRecord real) : ISystemOfRecord
{
    public string Place => real.Place + ", with records made when they are asked for";

    public string StoreId => real.StoreId;

    public IChangeFeed FeedForCopies => real.FeedForCopies;

    public async ValueTask<IReadOnlyList<RecordPair>> ReadPairsAsync(IReadOnlyList<PairKey> keys, CancellationToken cancel)
    {
        if (!keys.All(static key => GeneratedFleet.Has(key)))
        {
            return await real.ReadPairsAsync(keys, cancel);
        }

        var head = await real.ReadHeadAsync(cancel);
        return [.. keys.Select(key => GeneratedFleet.PairOf(key, head))];
    }

    public ValueTask<FeedPage> ReadFeedAsync(long afterRevision, int limit, CancellationToken cancel = default) => real.ReadFeedAsync(afterRevision, limit, cancel);

    public ValueTask<long> ReadHeadAsync(CancellationToken cancel = default) => real.ReadHeadAsync(cancel);

    public ValueTask<bool> WaitForFeedAsync(long afterRevision, TimeSpan atMost, CancellationToken cancel = default) => real.WaitForFeedAsync(afterRevision, atMost, cancel);

    public ValueTask<BindingSnapshot> FindAsync(IReadOnlyList<BindingLookup> lookups, CancellationToken cancel) => real.FindAsync(lookups, cancel);

    public ValueTask<BindingSnapshot> FindAsOfAsync(IReadOnlyList<BindingLookup> lookups, AsOf asOf, CancellationToken cancel) => real.FindAsOfAsync(lookups, asOf, cancel);

    public ValueTask<BindingPage> ListAsync(BindingFilter filter, int pageSize, string pageToken, CancellationToken cancel) => real.ListAsync(filter, pageSize, pageToken, cancel);

    public ValueTask<MerchantPage> ListMerchantsAsync(AcquirerId acquirer, MerchantNo? after, int limit, CancellationToken cancel) => real.ListMerchantsAsync(acquirer, after, limit, cancel);

    public ValueTask<MerchantPage> FindMerchantAsync(MerchantKey key, CancellationToken cancel) => real.FindMerchantAsync(key, cancel);

    public ValueTask<HoldChange> PlaceHoldAsync(HoldPlacing asked, CancellationToken cancel) => real.PlaceHoldAsync(asked, cancel);

    public ValueTask<HoldChange> LiftHoldAsync(HoldLifting asked, CancellationToken cancel) => real.LiftHoldAsync(asked, cancel);

    public ValueTask<HoldPage> ListHoldsAsync(HoldFilter filter, int pageSize, string pageToken, CancellationToken cancel) => real.ListHoldsAsync(filter, pageSize, pageToken, cancel);

    public ValueTask ReportAsync(GatewayReport report, CancellationToken cancel) => real.ReportAsync(report, cancel);

    public ValueTask<IReadOnlyList<GatewayReport>> ReadAsync(TimeSpan seenWithin, CancellationToken cancel) => real.ReadAsync(seenWithin, cancel);

    public ValueTask RemoveAsync(string gatewayId, CancellationToken cancel) => real.RemoveAsync(gatewayId, cancel);

    public Task<CommandResult> WriteAsync(StoreCommand command, CancellationToken cancel = default) => real.WriteAsync(command, cancel);

    public Task<T> WriteLongAsync<T>(Func<LongWrite, Task<T>> work, CancellationToken cancel = default) => real.WriteLongAsync(work, cancel);

    public ValueTask<StoredDocument?> FindDocumentAsync(DocumentKey key, CancellationToken cancel = default) => real.FindDocumentAsync(key, cancel);

    public ValueTask<StoredHold?> FindHoldAsync(HoldKey key, CancellationToken cancel = default) => real.FindHoldAsync(key, cancel);

    public ValueTask<ImportPoint> ReadImportPointAsync(string source, CancellationToken cancel = default) => real.ReadImportPointAsync(source, cancel);

    public IAsyncEnumerable<object> ReadAllAsync(CancellationToken cancel = default) => real.ReadAllAsync(cancel);

    public ValueTask DisposeAsync() => real.DisposeAsync();
}
