using System.Diagnostics;
using VerifyGateway.Caching.Redis;
using VerifyGateway.Caching.Store;
using VerifyGateway.Caching.Tests.Support;

namespace VerifyGateway.Caching.Tests.Redis;

/// <summary>Redis frozen, killed, absent: calls come back unanswered in time, and Redis is taken into use again by itself.</summary>
public sealed class RedisTierOutageTests(ITestOutputHelper output)
{
    private static readonly PairKey Key = Make.Key(1);

    [Fact]
    public async Task Read_RedisFrozen_ComesBackInTimeOpensTheCircuitAndRecovers()
    {
        await using var rig = await RedisRig.StartAsync(RedisRig.Hasty());
        rig.Server.Process.Signal("STOP");
        try
        {
            await RefusedTogetherAsync(rig, 500);
            await UntilCircuitIsAsync(rig, 2);
            Assert.Equal(0, await rig.Page.UpAsync("redis"));
            Assert.True(await rig.Page.RedisErrorsAsync("timeout") > 0);

            // With the circuit open a call costs nothing: it does not even wait for the limit.
            var watch = Stopwatch.StartNew();
            await RefusedTogetherAsync(rig, 2_000);
            output.WriteLine($"2,000 reads with an open circuit: {watch.ElapsedMilliseconds} ms");
        }
        finally
        {
            rig.Server.Process.Signal("CONT");
        }

        await rig.UntilInUseAsync();
        Assert.Equal(1, await rig.Page.UpAsync("redis"));
        await UntilWrittenAsync(rig, Key, Make.Pair(Key, 5, 9));
    }

    [Fact]
    public async Task Read_RedisKilledAndStartedAgain_IsTakenIntoUseAgain()
    {
        await using var rig = await RedisRig.StartAsync(RedisRig.Hasty());
        await UntilWrittenAsync(rig, Key, Make.Pair(Key, 5, 9));
        var reads = Task.WhenAll(Enumerable.Range(0, 200).Select(_ => rig.Tier.ReadAsync([Key], CancellationToken.None).AsTask()));
        rig.Server.Kill();
        await reads;
        await Wait.UntilAsync(async () =>
        {
            Assert.Equal(default, await rig.ReadAsync(Key));
            return await rig.Page.CircuitAsync() == 2;
        }, "the circuit to open");

        await rig.Server.StartAgainAsync();
        await rig.UntilInUseAsync();
        Assert.Equal(default, await rig.ReadAsync(Key));
        await UntilWrittenAsync(rig, Key, Make.Pair(Key, 5, 9));
    }

    [Fact]
    public async Task Read_RedisAbsentAtTheStart_IsTakenIntoUseWhenItComes()
    {
        await using var rig = await RedisRig.StartWithoutRedisAsync(RedisRig.Hasty());
        Assert.Equal(default, await rig.ReadAsync(Key));
        rig.Offer(Key, Make.Pair(Key, 5, 9));
        await Wait.UntilAsync(async () =>
        {
            Assert.Equal(default, await rig.ReadAsync(Key));
            return await rig.Page.RedisErrorsAsync("connect") > 0;
        }, "the failure to be counted");

        await rig.Server.StartAgainAsync();
        await rig.UntilInUseAsync();
        await UntilWrittenAsync(rig, Key, Make.Pair(Key, 6, 9));
    }

    [Fact]
    public async Task Read_HalfOpen_OneProbeDecides()
    {
        await using var rig = await RedisRig.StartAsync(RedisRig.Hasty());
        rig.Server.Process.Signal("STOP");
        try
        {
            await UntilCircuitIsAsync(rig, 2);
            var timeouts = await rig.Page.RedisErrorsAsync("timeout");
            await Wait.UntilAsync(async () =>
            {
                await RefusedTogetherAsync(rig, 50);
                return await rig.Page.RedisErrorsAsync("timeout") > timeouts;
            }, "a probe to fail");
            Assert.Equal(timeouts + 1, await rig.Page.RedisErrorsAsync("timeout"));
            Assert.Equal(2, await rig.Page.CircuitAsync());
        }
        finally
        {
            rig.Server.Process.Signal("CONT");
        }
    }

    [Fact]
    public async Task Read_RedisFrozenAndCallersLeaveBeforeTheLimit_CircuitOpensStill()
    {
        await using var rig = await RedisRig.StartAsync(RedisRig.Hasty());
        rig.Server.Process.Signal("STOP");
        try
        {
            await Wait.UntilAsync(async () =>
            {
                using var patience = new CancellationTokenSource(TimeSpan.FromMilliseconds(3));
                var reads = Enumerable.Range(0, 20).Select(_ => rig.Tier.ReadAsync([Key], patience.Token).AsTask()).ToArray();
                await Task.WhenAll(reads).ContinueWith(static _ => { }, TaskScheduler.Default);
                return await rig.Page.CircuitAsync() == 2;
            }, "the circuit to open", TimeSpan.FromSeconds(5));
        }
        finally
        {
            rig.Server.Process.Signal("CONT");
        }
    }

    [Fact]
    public async Task Offer_RedisFrozen_QueueIsBoundedAndTheRestCounted()
    {
        var options = RedisRig.Hasty();
        options.WriteQueueLength = 100;
        await using var rig = await RedisRig.StartAsync(options);
        rig.Server.Process.Signal("STOP");
        try
        {
            var watch = Stopwatch.StartNew();
            for (var i = 0; i < 5_000; i++)
            {
                rig.Offer(Make.Key(i), Make.Pair(Make.Key(i), 5, 9));
            }

            Assert.True(watch.Elapsed < TimeSpan.FromSeconds(2), $"Offers waited for Redis: {watch.Elapsed}.");
            // All 10,000 copies end as dropped: some for want of a place, the rest because Redis does not answer.
            await Wait.UntilAsync(async () => await rig.Page.DroppedAsync() == 10_000, "every copy to be counted as dropped");
        }
        finally
        {
            rig.Server.Process.Signal("CONT");
        }

        await rig.UntilInUseAsync();
    }

    [Fact]
    public async Task Dispose_CallsInFlightToAFrozenRedis_DoesNotHang()
    {
        var rig = await RedisRig.StartAsync();
        rig.Server.Process.Signal("STOP");
        try
        {
            var reads = Enumerable.Range(0, 100).Select(_ => rig.Tier.ReadAsync([Key], CancellationToken.None).AsTask()).ToArray();
            rig.Offer(Key, Make.Pair(Key, 5, 9));
            var watch = Stopwatch.StartNew();
            await rig.Tier.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(10));
            await Task.WhenAll(reads).WaitAsync(TimeSpan.FromSeconds(10));
            output.WriteLine($"disposed after {watch.ElapsedMilliseconds} ms");
        }
        finally
        {
            rig.Server.Process.Signal("CONT");
            await rig.DisposeAsync();
        }
    }

    [Fact]
    public async Task Dispose_WhileTheFirstConnectionIsMade_DoesNotHang()
    {
        var rig = await RedisRig.StartWithoutRedisAsync();
        await rig.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(10));
    }

    /// <summary>Many reads at once from few threads: were one of them to block its thread for the limit, all would take seconds.</summary>
    private static async Task RefusedTogetherAsync(RedisRig rig, int count)
    {
        var watch = Stopwatch.StartNew();
        var found = await Task.WhenAll(Enumerable.Range(0, count).Select(_ => Task.Run(async () => await rig.ReadAsync(Key))));
        Assert.All(found, pair => Assert.Equal(default, pair));
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(1.5), $"{count} reads took {watch.Elapsed}.");
    }

    private static Task UntilCircuitIsAsync(RedisRig rig, int state) => Wait.UntilAsync(async () =>
    {
        await RefusedTogetherAsync(rig, 10);
        return await rig.Page.CircuitAsync() == state;
    }, $"the circuit to be {state}");

    /// <summary>A limit of milliseconds may drop a write on a busy machine: offers until it is there.</summary>
    private static Task UntilWrittenAsync(RedisRig rig, PairKey key, RecordPair pair) => Wait.UntilAsync(async () =>
    {
        rig.Offer(key, pair);
        return await rig.ReadAsync(key) == new RemotePair(pair.Terminal, pair.Merchant);
    }, "the copies to be written");
}
