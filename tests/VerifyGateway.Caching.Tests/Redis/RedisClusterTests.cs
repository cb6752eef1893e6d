using System.Diagnostics;
using System.Text.RegularExpressions;
using VerifyGateway.Caching.Redis;
using VerifyGateway.Caching.Tests.Support;

namespace VerifyGateway.Caching.Tests.Redis;

/// <summary>What the tier reads and writes on a Redis Cluster that is well.</summary>
public sealed partial class RedisClusterTests(SharedCluster shared, ITestOutputHelper output) : IClassFixture<SharedCluster>, IAsyncLifetime
{
    private readonly ClusterRig _rig = shared.Rig;

    public async ValueTask InitializeAsync()
    {
        foreach (var primary in await _rig.PrimariesAsync())
        {
            await primary.Server.CliAsync("FLUSHALL");
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Read_PairsOnAnyTwoNodes_AreFound()
    {
        var primaries = await _rig.PrimariesAsync();
        Assert.Equal(3, primaries.Length);
        var revision = 0;
        foreach (var terminalOn in primaries)
        {
            foreach (var merchantOn in primaries)
            {
                var key = _rig.Pairs(terminalOn, merchantOn).First();
                Assert.NotEqual(_rig.SlotOf(key.Terminal), _rig.SlotOf(key.Merchant));
                await _rig.Redis.OfferAsync(key, Make.Pair(key, ++revision, 99));
                await _rig.Redis.OfferAsync(key, Make.Pair(key, ++revision, 99));
            }
        }
    }

    [Fact]
    public async Task Read_AThousandChecks_IsOneCallAndEachRecordIsAskedForAtItsOwnNodeOnce()
    {
        var keys = Enumerable.Range(1, 1_000).Select(Make.Key).ToArray();
        Array.ForEach(keys, key => _rig.Redis.Offer(key, Make.Pair(key, 5, 9)));
        // So that the client knows where every slot is: the first commands of a connection may be redirected.
        await Wait.UntilAsync(async () => (await _rig.Redis.Tier.ReadAsync(keys, CancellationToken.None)).All(pair => pair is { Terminal: not null, Merchant: not null }), "all copies to be there");

        var (gets, calls) = (await GetsAsync(), await CallsAsync());
        var watch = Stopwatch.StartNew();
        var found = await _rig.Redis.Tier.ReadAsync(keys, CancellationToken.None);
        output.WriteLine($"2,000 records from three nodes: {watch.Elapsed.TotalMilliseconds:F1} ms");

        for (var i = 0; i < keys.Length; i++)
        {
            Assert.Equal((keys[i].Terminal, keys[i].Merchant), (found[i].Terminal!.Value.Record!.Value.Key, found[i].Merchant!.Value.Record!.Value.Key));
        }

        var after = await GetsAsync();
        Assert.Equal(calls + 1, await CallsAsync());
        Assert.Equal(2_000, after.Sum() - gets.Sum());
        Assert.Equal(3, after.Zip(gets).Count(node => node.First - node.Second > 500));
    }

    [Fact]
    public async Task Offer_SeveralTiersInAnyOrderOnAllNodes_EndsWithTheNewestOfEach()
    {
        var random = Seed.Next(output);
        await using var second = await _rig.AnotherTierAsync();
        await using var third = await _rig.AnotherTierAsync();
        RedisTier[] tiers = [_rig.Redis.Tier, second, third];
        var offers = Enumerable.Range(0, 3_000).Select(_ => Make.Pair(Make.Key(random.Next(30)), random.Next(1, 40), random.Next(40, 80))).ToArray();
        await Task.WhenAll(tiers.Select((tier, at) => Task.Run(() =>
        {
            for (var i = at; i < offers.Length; i += tiers.Length)
            {
                tier.Offer(offers[i].Terminal.Record!.Value.Key, offers[i].Terminal);
                tier.Offer(offers[i].Merchant.Record!.Value.Key, offers[i].Merchant);
            }
        })));

        foreach (var number in Enumerable.Range(0, 30))
        {
            var newest = offers.Where(pair => pair.Terminal.Record!.Value.Key == Make.TerminalKey(number)).Max(pair => (pair.Terminal.Revision, pair.Terminal.Head));
            await Wait.UntilAsync(async () =>
            {
                var held = await _rig.Redis.ReadAsync(Make.Key(number));
                return (held.Terminal?.Revision, held.Terminal?.Head) == newest && (held.Merchant?.Revision, held.Merchant?.Head) == newest;
            }, $"the newest copies of pair {number}: {newest}");
        }

        // All had their turn by now: what was older must not have come after.
        Assert.Equal(0, await _rig.Redis.Page.DroppedAsync());
    }

    [Fact]
    public async Task Read_ForeignBytesOnEachNode_AreRefusedAndTakenAway()
    {
        var side = await _rig.Redis.SideAsync();
        foreach (var primary in await _rig.PrimariesAsync())
        {
            var key = _rig.Pairs(primary, primary).First();
            await side.StringSetAsync(_rig.Redis.Names.Of(key.Terminal), "hello");
            await side.StringSetAsync(_rig.Redis.Names.Of(key.Merchant), RedisValueCodec.Pack(_rig.Redis.Names.Of(key.Merchant), Make.MerchantCopy(Make.MerchantKey(7), 1L << 50, 9)));
            var before = await _rig.Redis.Page.RedisErrorsAsync("corrupt");
            Assert.Equal(default, await _rig.Redis.ReadAsync(key));
            Assert.Equal(before + 2, await _rig.Redis.Page.RedisErrorsAsync("corrupt"));
            await Wait.UntilAsync(async () => !await side.KeyExistsAsync(_rig.Redis.Names.Of(key.Terminal)) && !await side.KeyExistsAsync(_rig.Redis.Names.Of(key.Merchant)), "the foreign values to go");
            await _rig.Redis.OfferAsync(key, Make.Pair(key, 5, 9));
        }
    }

    [Fact]
    public async Task Offer_OnEachNode_Expires()
    {
        var side = await _rig.Redis.SideAsync();
        var limitMs = _rig.Redis.Options.KeepForSeconds * 1_000;
        foreach (var primary in await _rig.PrimariesAsync())
        {
            var key = _rig.Pairs(primary, primary).First();
            await _rig.Redis.OfferAsync(key, Make.Pair(key, 5, 9));
            var rest = await side.KeyTimeToLiveAsync(_rig.Redis.Names.Of(key.Terminal));
            Assert.InRange(rest!.Value.TotalMilliseconds, (0.9 * limitMs) - 20_000, limitMs);
        }
    }

    [Fact]
    public async Task Tell_FromAnotherTier_IsHeard()
    {
        await using var other = await _rig.AnotherTierAsync();
        long heard = 0;
        _rig.Redis.Tier.Signal.Heard += revision => Volatile.Write(ref heard, revision);
        await Wait.UntilAsync(() =>
        {
            other.Signal.Tell(42);
            return Volatile.Read(ref heard) == 42;
        }, "the message to be heard");
    }

    private async Task<int[]> GetsAsync() => await Task.WhenAll(_rig.Cluster.Servers.Select(async server =>
        GetCalls().Match(await server.CliAsync("INFO", "commandstats")) is { Success: true } calls ? int.Parse(calls.Groups[1].ValueSpan, System.Globalization.CultureInfo.InvariantCulture) : 0));

    private Task<double> CallsAsync() => _rig.Redis.Page.ValueAsync("verifygateway_dependency_call_seconds_count{dependency=\"redis\",operation=\"read\"}");

    [GeneratedRegex(@"cmdstat_get:calls=(\d+)")]
    private static partial Regex GetCalls();
}
