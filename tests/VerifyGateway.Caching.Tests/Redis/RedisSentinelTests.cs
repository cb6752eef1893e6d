using System.Text;
using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using StackExchange.Redis;
using VerifyGateway.Caching.Redis;
using VerifyGateway.Caching.Tests.Support;

namespace VerifyGateway.Caching.Tests.Redis;

/// <summary>The tier on the primary that Sentinels name, through failovers.</summary>
public sealed class RedisSentinelTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public async Task Tier_ServersAndSentinelsWithAndWithoutPassword_ReadsWritesAndHears(bool serversAsk, bool sentinelsAsk)
    {
        using var folder = new TempFolder();
        var password = serversAsk ? Guid.NewGuid().ToString("N") : null;
        await File.WriteAllTextAsync(folder.File("password"), password + "\n", TestContext.Current.CancellationToken);
        using var set = await RedisSentinelSet.StartAsync(password, sentinelsAsk);
        var options = RedisRig.Patient();
        options.PasswordFile = serversAsk ? folder.File("password") : "";
        await using var rig = RedisRig.On(set.Endpoints, options);
        await rig.UntilInUseAsync();

        var key = Make.Key(1);
        await rig.OfferAsync(key, Make.Pair(key, 5, 9));
        rig.Offer(key, Make.Pair(key, 4, 99));
        await rig.OfferAsync(Make.Key(2), Make.Absent(9));
        Assert.Equal(5, (await rig.ReadAsync(key)).Terminal?.Revision);
        var rest = long.Parse((await set.CliAsync(set.Servers[0], "PTTL", Encoding.ASCII.GetString(rig.Names.Of(key.Terminal)))).Trim(), System.Globalization.CultureInfo.InvariantCulture);
        Assert.InRange(rest, 200_000, options.KeepForSeconds * 1_000);

        await using var other = AnotherTier(rig);
        await HeardAsync(rig, other, 42);
    }

    [Fact]
    public async Task Read_PrimaryKilled_ReplicaIsPromotedAndReadsWritesAndMessagesGoOn()
    {
        using var set = await RedisSentinelSet.StartAsync();
        await using var rig = RedisRig.On(set.Endpoints);
        await rig.UntilInUseAsync();
        await using var other = AnotherTier(rig);
        await HeardAsync(rig, other, 1);
        var key = Make.Key(1);
        await rig.OfferAsync(key, Make.Pair(key, 5, 9));

        var old = await set.PrimaryAsync();
        old.Kill();
        var watch = Stopwatch.StartNew();
        await Wait.UntilAsync(async () => await set.PrimaryAsync() != old, "another server to be the primary");
        output.WriteLine($"promoted after {watch.ElapsedMilliseconds} ms");
        await UntilWrittenAsync(rig, 6);
        output.WriteLine($"written and read again after {watch.ElapsedMilliseconds} ms");
        await HeardAsync(rig, other, 2);

        // It comes back, and the Sentinels make it a replica: after ten seconds, and later on a busy machine, since nothing may have seemed
        // down to them for eight, and one that has stalled does nothing for thirty (TILT).
        await old.StartAgainAsync();
        watch.Restart();
        await Wait.UntilAsync(
            async () => (await set.CliAsync(old, "INFO", "replication")).Contains("master_link_status:up", StringComparison.Ordinal), "the old primary to follow the new one", TimeSpan.FromSeconds(90));
        output.WriteLine($"the old primary follows after {watch.ElapsedMilliseconds} ms; {(await set.SentinelAsync("INFO", "sentinel")).Split('\n').Single(line => line.StartsWith("sentinel_tilt:", StringComparison.Ordinal)).Trim()}");
        await UntilWrittenAsync(rig, 7);
        await rig.UntilInUseAsync();
    }

    [Fact]
    public async Task Read_GracefulFailover_NothingEscapesAndWritesGoOnAtTheNewPrimary()
    {
        using var set = await RedisSentinelSet.StartAsync();
        await using var rig = RedisRig.On(set.Endpoints);
        await rig.UntilInUseAsync();
        await rig.OfferAsync(Make.Key(1), Make.Pair(Make.Key(1), 5, 9));

        var old = await set.PrimaryAsync();
        Assert.Contains("OK", await set.SentinelAsync("SENTINEL", "FAILOVER", "gateway"), StringComparison.Ordinal);
        var watch = Stopwatch.StartNew();
        var revision = 5;
        await Wait.UntilAsync(async () =>
        {
            // Written all along: to the old primary, to nobody, to a replica that refuses.
            rig.Offer(Make.Key(1), Make.Pair(Make.Key(1), ++revision, 1_000_000));
            var held = (await rig.ReadAsync(Make.Key(1))).Terminal;
            Assert.True(held is null || held.Value.Revision <= revision && held.Value.Record!.Value.Key == Make.TerminalKey(1));
            return await set.PrimaryAsync() != old && (await set.CliAsync(old, "ROLE")).StartsWith("slave", StringComparison.Ordinal);
        }, "another server to be the primary, and the old one a replica");
        await UntilWrittenAsync(rig, 2_000_000);
        output.WriteLine($"written and read again after {watch.ElapsedMilliseconds} ms; refused by a replica: {await rig.Page.RedisErrorsAsync("readonly")}");
        Assert.Equal(0, await rig.Page.CircuitAsync());
    }

    [Fact]
    public async Task Read_SentinelsAbsentAtTheStart_AreTakenIntoUseWhenTheyCome()
    {
        using var set = await RedisSentinelSet.StartAsync();
        set.KillSentinels();
        // Without a primary besides: the Sentinels then name one that is not there.
        set.Servers[0].Kill();
        await using var rig = RedisRig.On(set.Endpoints);
        rig.Offer(Make.Key(1), Make.Pair(Make.Key(1), 5, 9));
        await Wait.UntilAsync(async () =>
        {
            Assert.Equal(default, await rig.ReadAsync(Make.Key(1)));
            return await rig.Page.RedisErrorsAsync("connect") > 0;
        }, "the failure to be counted");

        await set.StartSentinelsAsync();
        await rig.UntilInUseAsync();
        await UntilWrittenAsync(rig, 6);
    }

    [Fact]
    public async Task Dispose_WithoutAnySentinel_DoesNotHang()
    {
        var rig = RedisRig.On($"127.0.0.1:{FreePort.Next()},serviceName=gateway");
        Assert.Equal(default, await rig.ReadAsync(Make.Key(1)));
        await rig.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Control_ConnectOnceWithoutAnySentinel_FailsForGood() =>
        await Assert.ThrowsAsync<RedisConnectionException>(() => ConnectionMultiplexer.ConnectAsync($"127.0.0.1:{FreePort.Next()},serviceName=gateway,abortConnect=false,connectTimeout=500"));

    private static RedisTier AnotherTier(RedisRig rig) => new(rig.Options, Make.StoreId, rig.Page.Metrics, TimeProvider.System, NullLogger<RedisTier>.Instance);

    private static Task HeardAsync(RedisRig rig, RedisTier other, long revision)
    {
        long heard = 0;
        rig.Tier.Signal.Heard += it => Volatile.Write(ref heard, it);
        return Wait.UntilAsync(() =>
        {
            other.Signal.Tell(revision);
            return Volatile.Read(ref heard) == revision;
        }, $"message {revision} to be heard");
    }

    private static Task UntilWrittenAsync(RedisRig rig, long revision) => Wait.UntilAsync(async () =>
    {
        var pair = Make.Pair(Make.Key(1), revision, 3_000_000);
        rig.Offer(Make.Key(1), pair);
        return await rig.ReadAsync(Make.Key(1)) == new RemotePair(pair.Terminal, pair.Merchant);
    }, "the copies to be written");
}
