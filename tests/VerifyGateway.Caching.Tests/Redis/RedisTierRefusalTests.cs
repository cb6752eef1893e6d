using System.Globalization;
using VerifyGateway.Caching.Tests.Support;

namespace VerifyGateway.Caching.Tests.Redis;

/// <summary>Redis is there and refuses writes: reads go on.</summary>
public sealed class RedisTierRefusalTests
{
    [Fact]
    public async Task Offer_RedisFull_ReadsGoOnAndWritesAreDroppedAndCounted()
    {
        await using var rig = await RedisRig.StartAsync(null, "--maxmemory-policy", "noeviction");
        await rig.OfferAsync(Make.Key(1), Make.Pair(Make.Key(1), 5, 9));
        var side = await rig.SideAsync();
        await side.ExecuteAsync("CONFIG", "SET", "maxmemory", "1");

        await AssertReadsGoOnAsync(rig, "oom");

        await side.ExecuteAsync("CONFIG", "SET", "maxmemory", "0");
        await rig.OfferAsync(Make.Key(2), Make.Pair(Make.Key(2), 5, 9));
    }

    [Fact]
    public async Task Offer_RedisIsAReplicaNow_ReadsGoOnAndWritesAreDroppedAndCounted()
    {
        await using var rig = await RedisRig.StartAsync();
        await rig.OfferAsync(Make.Key(1), Make.Pair(Make.Key(1), 5, 9));
        var side = await rig.SideAsync();
        await side.ExecuteAsync("REPLICAOF", "127.0.0.1", FreePort.Next().ToString(CultureInfo.InvariantCulture));

        await AssertReadsGoOnAsync(rig, "readonly");

        await side.ExecuteAsync("REPLICAOF", "NO", "ONE");
        await Wait.UntilAsync(async () =>
        {
            rig.Offer(Make.Key(2), Make.Pair(Make.Key(2), 5, 9));
            return (await rig.ReadAsync(Make.Key(2))).Merchant is not null;
        }, "writes to be taken again");
    }

    /// <summary>As batches of misses do: a read, then several writes. Refused writes are most of the calls and must not end the reads.</summary>
    private static async Task AssertReadsGoOnAsync(RedisRig rig, string reason)
    {
        var dropped = await rig.Page.DroppedAsync();
        for (var i = 0; i < 30; i++)
        {
            Assert.Equal(5, (await rig.ReadAsync(Make.Key(1))).Terminal?.Revision);
            for (var write = 1; write <= 3; write++)
            {
                rig.Offer(Make.Key(2), Make.Pair(Make.Key(2), 5 + i, 90));
                var expected = dropped + (6 * i) + (2 * write);
                await Wait.UntilAsync(async () => await rig.Page.DroppedAsync() == expected, "the refused copies to be counted");
            }
        }

        Assert.True(await rig.Page.RedisErrorsAsync(reason) > 0);
        Assert.Equal(0, await rig.Page.CircuitAsync());
        Assert.Null((await rig.ReadAsync(Make.Key(2))).Terminal);
    }
}
