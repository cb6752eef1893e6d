using Microsoft.Extensions.Logging.Abstractions;
using StackExchange.Redis;
using VerifyGateway.Caching.Redis;
using VerifyGateway.Caching.Store;
using VerifyGateway.Caching.Tests.Support;

namespace VerifyGateway.Caching.Tests.Redis;

/// <summary>Whoever can write to Redis can send anything on the gateways' channel.</summary>
public sealed class RedisSignalTests : IAsyncLifetime
{
    private static readonly PairKey Key = Make.Key(1);

    private readonly ManualTime _time = new();
    private readonly ScriptedStore _store;
    private RedisRig _rig = null!;
    private Caches _caches = null!;

    public RedisSignalTests() => _store = new ScriptedStore(_time);

    public async ValueTask InitializeAsync()
    {
        _rig = await RedisRig.StartAsync();
        // Time stands still and no poll comes: only a message makes the follower look.
        _caches = _rig.MakeCaches(_store, _time);
        await _caches.Follower.StartAsync(CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        await _caches.DisposeAsync();
        await _rig.DisposeAsync();
    }

    [Fact]
    public async Task F6_ForgedMessagesOnTheRealChannel_ChangeNothingAndATrueChangeAfterThemArrivesAtOnce()
    {
        await _caches.Reader.FindAsync(Key, 0, CancellationToken.None);
        await Wait.UntilAsync(async () => await PublishAsync("0") == 1, "the channel to be heard");
        var (lease, reads, requests) = (_caches.Follower.Lease, _store.FeedReads, _store.ReadCount);
        var noise = new byte[100];
        new Random(7).NextBytes(noise);
        foreach (var forged in new RedisValue[] { "text", -1, "", "99999999999999999999", noise, long.MinValue })
        {
            Assert.Equal(1, await PublishAsync(forged));
        }

        // The last one is the only one that asks for a look. Messages come in their order: after the look, all of them have been heard.
        Assert.Equal(1, await PublishAsync(1L << 62));
        await Wait.UntilAsync(() => _store.FeedReads > reads, "a look at the feed");

        // A loop that was kept busy by a revision that never comes would look again and again.
        await Wait.UntilAsync(async () => await _rig.AnswersAsync(), "Redis to answer in between");
        Assert.InRange(_store.FeedReads - reads, 1, 3);
        Assert.Equal((10, lease), (_caches.Follower.Applied, _caches.Follower.Lease));
        var answer = await _caches.Reader.FindAsync(Key, 0, CancellationToken.None);
        Assert.Equal((RecordSource.Memory, true, requests), (answer.Source, answer.IsFresh, _store.ReadCount));

        _store.Write(Key);
        Assert.Equal(1, await PublishAsync(12));
        await Wait.UntilAsync(() => _caches.Follower.Applied == 12, "the true message to be followed");
        Assert.Equal(11, (await _caches.Reader.FindAsync(Key, 0, CancellationToken.None)).Pair.Terminal.Revision);
    }

    [Fact]
    public async Task F5_WhatAnotherGatewayTells_IsFollowedAtOnce()
    {
        await using var other = new RedisTier(_rig.Options, Make.StoreId, new Page().Metrics, TimeProvider.System, NullLogger<RedisTier>.Instance);
        _store.Write(Key);
        await Wait.UntilAsync(() =>
        {
            other.Signal.Tell(12);
            return _caches.Follower.Applied == 12;
        }, "the message to be followed");
    }

    private async Task<long> PublishAsync(RedisValue message) => await (await _rig.SideAsync()).PublishAsync(RedisChannel.Literal(_rig.Names.Channel), message);
}
