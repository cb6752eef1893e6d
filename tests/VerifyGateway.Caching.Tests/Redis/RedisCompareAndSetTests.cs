using Microsoft.Extensions.Logging.Abstractions;
using VerifyGateway.Caching.Redis;
using VerifyGateway.Caching.Store;
using VerifyGateway.Caching.Tests.Support;
using VerifyGateway.Domain.Records;

namespace VerifyGateway.Caching.Tests.Redis;

/// <summary>A copy in Redis is only ever replaced by a newer one: revision, then head.</summary>
public sealed class RedisCompareAndSetTests(ITestOutputHelper output) : IAsyncLifetime
{
    private const long Big = 1L << 53;
    private static readonly PairKey Key = Make.Key(1);
    private RedisRig _rig = null!;

    public async ValueTask InitializeAsync() => _rig = await RedisRig.StartAsync();

    public ValueTask DisposeAsync() => _rig.DisposeAsync();

    [Theory]
    [InlineData(5, 9, 6, 9, true)]
    [InlineData(5, 9, 4, 99, false)]
    [InlineData(5, 9, 5, 10, true)]
    [InlineData(5, 9, 5, 8, false)]
    [InlineData(5, 9, 5, 9, false)]
    [InlineData(0xFF, 0x1000, 0x100, 0x1000, true)]
    [InlineData(0x100, 0x1000, 0xFF, 0x1000, false)]
    [InlineData((1L << 32) + 1, 1L << 33, 1L << 32, 1L << 33, false)]
    [InlineData((1L << 32) - 1, 1L << 33, 1L << 32, 1L << 33, true)]
    [InlineData((1L << 31) - 1, 1L << 33, 1L << 31, 1L << 33, true)]
    [InlineData(Big - 2, Big, Big - 1, Big, true)]
    [InlineData(Big - 1, Big, Big - 2, Big, false)]
    [InlineData(5, Big - 1, 5, Big, true)]
    [InlineData(5, Big, 5, Big - 1, false)]
    public async Task R1_OfferOverAnotherCopy_OnlyANewerOneReplacesIt(
        long revision, long head, long newRevision, long newHead, bool replaces)
    {
        await _rig.OfferAsync(Key, Make.Pair(Key, revision, head));
        _rig.Offer(Key, Make.Pair(Key, newRevision, newHead));
        await _rig.DrainAsync();

        var held = (await _rig.ReadAsync(Key)).Terminal!.Value;
        Assert.Equal(replaces ? (newRevision, newHead) : (revision, head), (held.Revision, held.Head));
    }

    [Fact]
    public async Task Offer_SeveralTiersInAnyOrder_NeverLowersAndEndsWithTheNewest()
    {
        var random = Seed.Next(output);
        await using var second = await AnotherTierAsync();
        await using var third = await AnotherTierAsync();
        RedisTier[] tiers = [_rig.Tier, second, third];
        var pairs = Enumerable.Range(0, 900)
            .Select(_ => Make.Pair(Key, random.Next(1, 40), random.Next(40, 80))).ToArray();

        using var done = new CancellationTokenSource();
        var watching = WatchAsync(done.Token);
        await Task.WhenAll(tiers.Select((tier, at) => Task.Run(() =>
        {
            for (var i = at; i < pairs.Length; i += tiers.Length)
            {
                tier.Offer(Key.Terminal, pairs[i].Terminal);
                tier.Offer(Key.Merchant, pairs[i].Merchant);
            }
        })));
        foreach (var tier in tiers)
        {
            await _rig.DrainAsync(tier);
        }

        await done.CancelAsync();
        output.WriteLine($"seen on the way: {await watching}");
        var held = await _rig.ReadAsync(Key);
        var newest = pairs.MaxBy(pair => Order(pair.Terminal));
        Assert.Equal(Order(newest.Terminal), Order(held.Terminal!.Value));
        Assert.Equal(newest.Merchant.Revision, held.Merchant!.Value.Revision);
    }

    [Fact]
    public async Task Control_PlainSet_LowersTheRevision()
    {
        await _rig.OfferAsync(Key, Make.Pair(Key, 6, 9));
        var side = await _rig.SideAsync();
        await side.StringSetAsync(_rig.Names.Of(Key.Terminal), RedisValueCodec.Pack(_rig.Names.Of(Key.Terminal), Make.TerminalCopy(Key.Terminal, 5, 9)));
        Assert.Equal(5, (await _rig.ReadAsync(Key)).Terminal!.Value.Revision);
    }

    private static (long Revision, long Head) Order(in RecordCopy<TerminalRecord> copy) => (copy.Revision, copy.Head);

    /// <summary>Reads until told to stop, and fails when a copy is older than the one seen before it.</summary>
    private async Task<int> WatchAsync(CancellationToken stop)
    {
        var seen = new HashSet<(long, long)>();
        var last = default((long, long));
        while (!stop.IsCancellationRequested)
        {
            if ((await _rig.ReadAsync(Key)).Terminal is { } copy)
            {
                Assert.True(Order(copy).CompareTo(last) >= 0, $"{Order(copy)} after {last}");
                seen.Add(last = Order(copy));
            }
        }

        return seen.Count;
    }

    private async Task<RedisTier> AnotherTierAsync()
    {
        var tier = new RedisTier(_rig.Options, Make.StoreId, _rig.Page.Metrics, TimeProvider.System, NullLogger<RedisTier>.Instance);
        await Wait.UntilAsync(() => _rig.AnswersAsync(tier), "another tier to be connected");
        return tier;
    }
}
