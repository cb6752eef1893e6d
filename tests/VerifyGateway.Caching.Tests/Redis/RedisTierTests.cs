using VerifyGateway.Caching.Redis;
using VerifyGateway.Caching.Tests.Support;
using VerifyGateway.Domain.Records;

namespace VerifyGateway.Caching.Tests.Redis;

/// <summary>What the tier reads and writes while Redis is well.</summary>
public sealed class RedisTierTests : IAsyncLifetime
{
    private RedisRig _rig = null!;

    public async ValueTask InitializeAsync() => _rig = await RedisRig.StartAsync();

    public ValueTask DisposeAsync() => _rig.DisposeAsync();

    [Fact]
    public async Task Read_OfferedCopies_AreFound()
    {
        var key = Make.Key(1);
        Assert.Equal(default, await _rig.ReadAsync(key));
        await _rig.OfferAsync(key, Make.Pair(key, 5, 9));
        await _rig.OfferAsync(Make.Key(2), Make.Absent(9));
    }

    [Fact]
    public async Task Read_AnotherStoresCopies_AreNotFound()
    {
        await _rig.OfferAsync(Make.Key(1), Make.Pair(Make.Key(1), 5, 9));
        await using var other = new RedisTier(_rig.Options, new string('f', 32), _rig.Page.Metrics, TimeProvider.System,
            Microsoft.Extensions.Logging.Abstractions.NullLogger<RedisTier>.Instance);
        await Wait.UntilAsync(() => _rig.AnswersAsync(other), "the other tier to be connected");
        Assert.Equal(default, (await other.ReadAsync([Make.Key(1)], CancellationToken.None))[0]);
    }

    [Fact]
    public async Task Read_AThousandPairs_ComeInTheOrderOfTheKeys()
    {
        var keys = Enumerable.Range(1, 1_000).Select(Make.Key).ToArray();
        foreach (var key in keys.Where((_, i) => i % 3 != 0))
        {
            _rig.Offer(key, Make.Pair(key, 5, 9));
        }

        await _rig.DrainAsync();
        var found = await _rig.Tier.ReadAsync(keys, CancellationToken.None);
        Assert.Equal(1_000, found.Count);
        for (var i = 0; i < keys.Length; i++)
        {
            Assert.Equal(i % 3 == 0 ? (TerminalKey?)null : keys[i].Terminal, found[i].Terminal?.Record!.Value.Key);
            Assert.Equal(i % 3 == 0 ? (MerchantKey?)null : keys[i].Merchant, found[i].Merchant?.Record!.Value.Key);
        }
    }

    [Fact]
    public async Task Read_ManyPairs_AreOneCommand()
    {
        var side = await _rig.SideAsync();
        await side.ExecuteAsync("CONFIG", "RESETSTAT");
        await _rig.Tier.ReadAsync([.. Enumerable.Range(1, 20).Select(Make.Key)], CancellationToken.None);
        var counts = (string)(await side.ExecuteAsync("INFO", "commandstats"))!;
        Assert.Contains("cmdstat_mget:calls=1,", counts, StringComparison.Ordinal);
        Assert.DoesNotContain("cmdstat_get:", counts, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Read_OfACluster_FindsCopiesOfAllSlots()
    {
        using var server = await RedisServer.StartAsync("--cluster-enabled", "yes");
        var (code, text) = await ChildProcess.RunAsync(
            "redis-cli", ["-p", server.Port.ToString(System.Globalization.CultureInfo.InvariantCulture), "CLUSTER", "ADDSLOTSRANGE", "0", "16383"], TimeSpan.FromSeconds(10));
        Assert.True(code == 0, text);
        await using var tier = new RedisTier(
            new RedisOptions { Endpoints = server.Endpoint, CallLimitMs = 1_000, CircuitOpenForMs = 500 }, Make.StoreId, _rig.Page.Metrics, TimeProvider.System,
            Microsoft.Extensions.Logging.Abstractions.NullLogger<RedisTier>.Instance);
        var keys = Enumerable.Range(1, 20).Select(Make.Key).ToArray();
        await Wait.UntilAsync(async () =>
        {
            foreach (var key in keys)
            {
                tier.Offer(key.Terminal, Make.Pair(key, 5, 9).Terminal);
            }

            return (await tier.ReadAsync(keys, CancellationToken.None)).All(static pair => pair.Terminal is not null);
        }, "the copies to be found in the cluster");
    }

    [Fact]
    public async Task R3_ManyCopies_EndWithinATenthOfTheLimitAndNeverLater()
    {
        for (var i = 0; i < 200; i++)
        {
            _rig.Offer(Make.Key(i), Make.Pair(Make.Key(i), 5, 9));
        }

        await _rig.DrainAsync();
        var side = await _rig.SideAsync();
        var limitMs = _rig.Options.KeepForSeconds * 1_000;
        var rests = new List<double>();
        for (var i = 0; i < 200; i++)
        {
            rests.Add((await side.KeyTimeToLiveAsync(_rig.Names.Of(Make.TerminalKey(i))))!.Value.TotalMilliseconds);
        }

        Assert.All(rests, rest => Assert.InRange(rest, (0.9 * limitMs) - 20_000, limitMs));
        Assert.True(rests.Max() - rests.Min() > 0.05 * limitMs, "Copies written together end together.");
    }

    [Fact]
    public async Task Read_ForeignBytes_AreRefusedCountedAndOverwritten()
    {
        var random = new Random(7);
        var side = await _rig.SideAsync();
        var noise = new byte[100];
        random.NextBytes(noise);
        noise[0] = 0xEE;
        byte[][] foreign =
        [
            [], [1], "hello"u8.ToArray(), noise,
            RedisValueCodec.Pack(_rig.Names.Of(Make.TerminalKey(2)), Make.TerminalCopy(Make.TerminalKey(2), 1, 1)),
        ];
        for (var i = 0; i < foreign.Length; i++)
        {
            var key = Make.Key(1);
            await side.KeyDeleteAsync(_rig.Names.Of(key.Merchant));
            await side.StringSetAsync(_rig.Names.Of(key.Terminal), foreign[i]);
            var before = await _rig.Page.RedisErrorsAsync("corrupt");

            Assert.Null((await _rig.ReadAsync(key)).Terminal);

            Assert.Equal(before + 1, await _rig.Page.RedisErrorsAsync("corrupt"));
            await _rig.OfferAsync(key, Make.Pair(key, 5, 9));
        }
    }

    [Fact]
    public async Task R2_DamagedCopyWithANewerHeader_IsRefusedAndOverwritten()
    {
        var side = await _rig.SideAsync();
        var key = Make.Key(1);
        var impossible = RedisValueCodec.Pack(_rig.Names.Of(key.Terminal), Make.TerminalCopy(key.Terminal, 1L << 50, 9));
        var cut = RedisValueCodec.Pack(_rig.Names.Of(key.Terminal), Make.TerminalCopy(key.Terminal, 7, 9))[..30];
        var anothers = RedisValueCodec.Pack(_rig.Names.Of(key.Terminal), Make.TerminalCopy(Make.TerminalKey(2), 1_000, 1_000));
        foreach (var damaged in new[] { impossible, cut, anothers })
        {
            await side.StringSetAsync(_rig.Names.Of(key.Terminal), damaged);
            Assert.Null((await _rig.ReadAsync(key)).Terminal);
            await _rig.OfferAsync(key, Make.Pair(key, 5, 9));
        }
    }

    [Fact]
    public async Task Offer_OverAValueOfAnotherType_ReplacesIt()
    {
        var side = await _rig.SideAsync();
        var key = Make.Key(1);
        await side.ListLeftPushAsync(_rig.Names.Of(key.Terminal), "x");
        Assert.Equal(default, await _rig.ReadAsync(key));
        await _rig.OfferAsync(key, Make.Pair(key, 5, 9));
    }

    [Theory]
    [InlineData(0, 3)]
    [InlineData(RedisValueCodec.HeaderLength, 0x24)]
    public async Task R2_NewerCopyOfAFormOfTheFuture_IsAMissCountedAndReplaced(int at, byte form)
    {
        var side = await _rig.SideAsync();
        var key = Make.Key(1);
        var future = Resealed.With(RedisValueCodec.Pack(_rig.Names.Of(key.Merchant), Make.MerchantCopy(key.Merchant, 1L << 50, 1L << 50)), at, form);
        await side.StringSetAsync(_rig.Names.Of(key.Merchant), future);
        var before = await _rig.Page.RequestsAsync("redis", "merchant", "error");
        Assert.Null((await _rig.ReadAsync(key)).Merchant);
        Assert.Equal(1, await _rig.Page.RedisErrorsAsync("corrupt"));
        Assert.Equal(before + 1, await _rig.Page.RequestsAsync("redis", "merchant", "error"));
        await Wait.UntilAsync(async () => !await side.KeyExistsAsync(_rig.Names.Of(key.Merchant)), "what was refused to be taken away");

        await _rig.OfferAsync(key, Make.Pair(key, 5, 9));
        Assert.Equal(1, await _rig.Page.RedisErrorsAsync("corrupt"));
    }

    [Fact]
    public async Task R2_OfferOverANewerCopyOfAFormOfTheFuture_WithoutARead_ReplacesIt()
    {
        var side = await _rig.SideAsync();
        var key = Make.Key(1);
        var newer = RedisValueCodec.Pack(_rig.Names.Of(key.Terminal), Make.TerminalCopy(key.Terminal, 1L << 50, 1L << 50));
        var good = RedisValueCodec.Pack(_rig.Names.Of(key.Terminal), Make.TerminalCopy(key.Terminal, 5, 9));
        // The control: of the form that is known, the newer one stays.
        foreach (var (held, left) in new[] { (newer, newer), (Resealed.With(newer, 0, 3), good) })
        {
            await side.StringSetAsync(_rig.Names.Of(key.Terminal), held);
            _rig.Tier.Offer(key.Terminal, Make.TerminalCopy(key.Terminal, 5, 9));
            await _rig.DrainAsync();
            Assert.Equal(left, (byte[]?)await side.StringGetAsync(_rig.Names.Of(key.Terminal)));
        }
    }

    [Fact]
    public async Task Read_RefusedValue_SaysNothingAgainstRedis()
    {
        var side = await _rig.SideAsync();
        await side.StringSetAsync(_rig.Names.Of(Make.TerminalKey(1)), "hello");
        await _rig.ReadAsync(Make.Key(1));
        Assert.Equal(1, await _rig.Page.UpAsync("redis"));
        Assert.Equal(0, await _rig.Page.CircuitAsync());
    }

    [Fact]
    public async Task Read_CallerHasLeft_ThrowsOnAndCountsNothing()
    {
        using var left = new CancellationTokenSource();
        await left.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _rig.Tier.ReadAsync([Make.Key(1)], left.Token).AsTask());
        var page = await _rig.Page.ReadAsync();
        Assert.All(page.Where(series => series.Key.StartsWith("verifygateway_dependency_errors_total{dependency=\"redis\"", StringComparison.Ordinal) && !series.Key.Contains("connect")),
            series => Assert.Equal(0, series.Value));
        Assert.Equal(1, page["verifygateway_dependency_up{dependency=\"redis\"}"]);
    }

    [Fact]
    public async Task Dispose_Twice_IsFine()
    {
        await _rig.Tier.DisposeAsync();
        await _rig.Tier.DisposeAsync();
        _rig.Offer(Make.Key(1), Make.Pair(Make.Key(1), 1, 1));
        Assert.Equal(default, await _rig.ReadAsync(Make.Key(1)));
    }

    [Fact]
    public async Task Offer_AfterTheScriptsWereFlushed_IsWrittenStill()
    {
        await _rig.OfferAsync(Make.Key(1), Make.Pair(Make.Key(1), 5, 9));
        await (await _rig.SideAsync()).ExecuteAsync("SCRIPT", "FLUSH");
        await _rig.OfferAsync(Make.Key(1), Make.Pair(Make.Key(1), 6, 10));
    }
}
