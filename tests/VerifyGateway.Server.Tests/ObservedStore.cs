using VerifyGateway.Caching.Store;
using VerifyGateway.Domain.Identifiers;
using VerifyGateway.Domain.Records;
using VerifyGateway.Storage;

namespace VerifyGateway.Server.Tests;

/// <summary>A store whose reads are counted, whose pages can be made small, that can fail, and that tells when a page of a list was read.</summary>
internal sealed class ObservedStore(ISystemOfRecord store) : IBindingStore, IChangeFeed
{
    private int _feedReads;

    /// <summary>How often the feed was read.</summary>
    public int FeedReads => Volatile.Read(ref _feedReads);

    /// <summary>The most entries of a page of the feed, whatever is asked for.</summary>
    public int MostEntries { get; set; } = int.MaxValue;

    /// <summary>The most bindings of a page of a list, whatever is asked for.</summary>
    public int MostBindings { get; set; } = int.MaxValue;

    /// <summary>What every read throws instead; null for nothing.</summary>
    public Exception? Failure { get; set; }

    /// <summary>A page of bindings that is given in place of what the store has: that of a server that lags behind.</summary>
    public BindingPage? OldPage { get; set; }

    /// <summary>How long each read of the feed takes besides.</summary>
    public TimeSpan FeedTakes { get; set; }

    /// <summary>Runs after each page of bindings.</summary>
    public Func<Task> AfterPage { get; set; } = () => Task.CompletedTask;

    public ValueTask<long> ReadHeadAsync(CancellationToken cancel = default) => Unless().ReadHeadAsync(cancel);

    public ValueTask<BindingSnapshot> FindAsync(IReadOnlyList<BindingLookup> lookups, CancellationToken cancel) => Unless().FindAsync(lookups, cancel);

    public ValueTask<BindingSnapshot> FindAsOfAsync(IReadOnlyList<BindingLookup> lookups, AsOf asOf, CancellationToken cancel) => Unless().FindAsOfAsync(lookups, asOf, cancel);

    public async ValueTask<BindingPage> ListAsync(BindingFilter filter, int pageSize, string pageToken, CancellationToken cancel)
    {
        var page = OldPage ?? await Unless().ListAsync(filter, Math.Min(pageSize, MostBindings), pageToken, cancel);
        await AfterPage();
        return page;
    }

    public ValueTask<MerchantPage> ListMerchantsAsync(AcquirerId acquirer, MerchantNo? after, int limit, CancellationToken cancel) =>
        Unless().ListMerchantsAsync(acquirer, after, limit, cancel);

    public ValueTask<MerchantPage> FindMerchantAsync(MerchantKey key, CancellationToken cancel) => Unless().FindMerchantAsync(key, cancel);

    public async ValueTask<FeedPage> ReadFeedAsync(long afterRevision, int limit, CancellationToken cancel = default)
    {
        Interlocked.Increment(ref _feedReads);
        await Task.Delay(FeedTakes, cancel);
        return await Unless().ReadFeedAsync(afterRevision, Math.Min(limit, MostEntries), cancel);
    }

    public ValueTask<bool> WaitForFeedAsync(long afterRevision, TimeSpan atMost, CancellationToken cancel = default) => store.WaitForFeedAsync(afterRevision, atMost, cancel);

    private ISystemOfRecord Unless() => Failure is null ? store : throw Failure;
}
