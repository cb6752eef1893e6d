using VerifyGateway.Caching.Store;
using VerifyGateway.Domain.Identifiers;
using VerifyGateway.Domain.Records;

namespace VerifyGateway.Simulation.Tests;

/// <summary>
/// The database as the watching code of one gateway sees it. Bindings may be answered by a replica that lags behind, each read by
/// another; the feed is read from a server that lags behind by a fixed time, 0 for the primary.
/// </summary>
internal sealed class SimBindings(SimStore store, SimStore.Port port, Scheduler scheduler, Random random, Guards guards, Node node, double feedLagMs) : IBindingStore, IChangeFeed
{
    public async ValueTask<FeedPage> ReadFeedAsync(long afterRevision, int limit, CancellationToken cancel = default)
    {
        await store.TripAsync(node, cancel);
        var page = store.FeedAfter(afterRevision, limit, HeadBehind(feedLagMs));
        await store.TripAsync(node, cancel);
        return page;
    }

    public async ValueTask<long> ReadHeadAsync(CancellationToken cancel = default)
    {
        await store.TripAsync(node, cancel);
        return HeadBehind(feedLagMs);
    }

    /// <summary>The signal comes from the primary: a replica may not have what it tells of.</summary>
    public ValueTask<bool> WaitForFeedAsync(long afterRevision, TimeSpan atMost, CancellationToken cancel = default) => port.WaitForFeedAsync(afterRevision, atMost, cancel);

    public async ValueTask<BindingSnapshot> FindAsync(IReadOnlyList<BindingLookup> lookups, CancellationToken cancel)
    {
        var (bindings, head) = await ReadAsync<IReadOnlyList<BindingView?>>(head => [.. lookups.Select(lookup => Find(lookup, head))], cancel);
        return new BindingSnapshot(bindings, head);
    }

    public async ValueTask<BindingSnapshot> FindAsOfAsync(IReadOnlyList<BindingLookup> lookups, AsOf asOf, CancellationToken cancel)
    {
        var point = asOf.Revision!.Value;
        var (bindings, head) = await ReadAsync<IReadOnlyList<BindingView?>>(
            head => point > head ? throw OutOfRetentionException.Future("not there yet", head) : [.. lookups.Select(lookup => Find(lookup, point))], cancel);
        return new BindingSnapshot(bindings, head);
    }

    public async ValueTask<BindingPage> ListAsync(BindingFilter filter, int pageSize, string pageToken, CancellationToken cancel)
    {
        var (found, head) = await ReadAsync(
            head => store.Keys.OfType<TerminalKey>().Where(key => key.Acquirer == filter.Acquirer && string.CompareOrdinal(key.Sn.ToString(), pageToken) > 0)
                .OrderBy(static key => key.Sn.ToString(), StringComparer.Ordinal).Select(key => View(key, head))
                .Where(view => view is not null && (filter.Merchant is null || view.Terminal.MerchantNo == filter.Merchant)).Take(pageSize + 1).ToList(),
            cancel);
        var page = found.Take(pageSize).Select(static view => view!).ToList();
        return new BindingPage(page, found.Count > pageSize ? page[^1].Terminal.Key.Sn.ToString() : "", head);
    }

    public async ValueTask<MerchantPage> ListMerchantsAsync(AcquirerId acquirer, MerchantNo? after, int limit, CancellationToken cancel)
    {
        var (found, head) = await ReadAsync<IReadOnlyList<MerchantView>>(
            head =>
            [
                .. store.Keys.OfType<MerchantKey>().Where(key => key.Acquirer == acquirer && (after is null || string.CompareOrdinal(key.No.ToString(), after.ToString()) > 0))
                    .OrderBy(static key => key.No.ToString(), StringComparer.Ordinal).Select(key => store.NewestUpTo(key, head)).OfType<Change>().Select(View).Take(limit),
            ],
            cancel);
        return new MerchantPage(found, head);
    }

    public async ValueTask<MerchantPage> FindMerchantAsync(MerchantKey key, CancellationToken cancel)
    {
        var (found, head) = await ReadAsync<IReadOnlyList<MerchantView>>(head => store.NewestUpTo(key, head) is { } newest ? [View(newest)] : [], cancel);
        return new MerchantPage(found, head);
    }

    /// <summary>Reads in one snapshot; without the guard, the head is not of the snapshot but of the end of the read.</summary>
    private async Task<(T Found, long Head)> ReadAsync<T>(Func<long, T> read, CancellationToken cancel)
    {
        await store.TripAsync(node, cancel);
        var head = HeadBehind(random.Next(3) == 0 ? random.NextDouble() * 400 : 0);
        var found = read(head);
        await store.TripAsync(node, cancel);
        return (found, guards.SnapshotStamps ? head : store.Head);
    }

    private long HeadBehind(double lagMs) => store.IsCalm ? store.Head : store.HeadAt(scheduler.NowMs - lagMs);

    private BindingView? Find(in BindingLookup lookup, long head) => View(new TerminalKey(lookup.Acquirer, lookup.Sn!.Value), head);

    private BindingView? View(in TerminalKey key, long head)
    {
        if (store.NewestUpTo(key, head) is not { Terminal: { } terminal } newest)
        {
            return null;
        }

        var merchant = store.NewestUpTo(new MerchantKey(key.Acquirer, terminal.MerchantNo), head);
        return new BindingView(terminal, merchant?.Merchant, "", "", Math.Max(newest.Revision, merchant?.Revision ?? 0))
        {
            TerminalRevision = newest.Revision, MerchantRevision = merchant?.Revision ?? 0,
        };
    }

    private static MerchantView View(Change change) => new(change.Merchant!.Value, "", "", change.Revision);
}
