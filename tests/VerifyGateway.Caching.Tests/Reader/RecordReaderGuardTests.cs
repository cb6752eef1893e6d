using VerifyGateway.Caching.Redis;
using VerifyGateway.Caching.Store;
using VerifyGateway.Caching.Tests.Support;
using VerifyGateway.Domain.Records;

namespace VerifyGateway.Caching.Tests.Reader;

/// <summary>The promise itself: whatever is broken, no copy older than the bound is called fresh. And what each guard is for.</summary>
public sealed class RecordReaderGuardTests(ITestOutputHelper output)
{
    private static readonly PairKey Key = Make.Key(1);

    [Fact]
    public async Task Find_AnyHistoryOfFaults_NeverCallsKnowledgeOlderThanTheBoundFresh()
    {
        var random = Seed.Next(output);
        var seen = new Dictionary<(RecordSource, bool), int>();
        for (var round = 0; round < 300; round++)
        {
            using var rig = new ReaderRig(options => (options.FreshForMs, options.AbsentFreshForMs) = (random.Next(100, 3_000), random.Next(0, 3_000)));
            using var neighbour = new RecordReader(rig.Store, rig.Remote, rig.Options, new Page().Metrics, rig.Time);
            var frozenAt = new Dictionary<PairKey, long>();
            for (var step = 0; step < 200; step++)
            {
                var key = Make.Key(random.Next(3));
                switch (random.Next(8))
                {
                    case 0:
                        rig.Time.AdvanceMs(random.Next(4_000));
                        break;
                    case 1:
                        rig.Store.IsDown = !rig.Store.IsDown;
                        break;
                    case 2 when frozenAt.TryAdd(key, rig.Time.NowUnixMs):
                        rig.Store.Write(key, TerminalState.Suspended);
                        break;
                    case 3 when !frozenAt.ContainsKey(key):
                        rig.Store.Write(key);
                        break;
                    case 4 when rig.Remote.Offers.Count > 0:
                        // Redis that fell back to any of its past states, each record to another one.
                        var (offered, pair) = rig.Remote.Offers[random.Next(rig.Remote.Offers.Count)];
                        var others = rig.Remote.Offers.Where(offer => offer.Key == offered).ToArray();
                        rig.Remote.Put(offered, pair with { Merchant = others[random.Next(others.Length)].Pair.Merchant });
                        break;
                    default:
                        var reader = random.Next(2) == 0 ? rig.Reader : neighbour;
                        var answer = random.Next(2) == 0
                            ? await reader.FindAsync(key, 0, CancellationToken.None)
                            : (await reader.FindManyAsync([(key, 0), (key, 0)], CancellationToken.None))[1];
                        seen[(answer.Source, answer.IsFresh)] = seen.GetValueOrDefault((answer.Source, answer.IsFresh)) + 1;
                        AssertHonest(rig, key, answer, frozenAt);
                        break;
                }
            }
        }

        output.WriteLine(string.Join(", ", seen));
        Assert.All(
            [(RecordSource.Memory, true), (RecordSource.Memory, false), (RecordSource.Redis, true), (RecordSource.Store, true), (default, false)],
            kind => Assert.True(seen.ContainsKey(kind), $"The histories did not reach {kind}."));
    }

    [Theory]
    [InlineData(2_001, 0)]
    [InlineData(0, 2_001)]
    public async Task Find_OnlyOneOfTheTwoCopiesIsOld_IsNotFresh(long terminalAgeMs, long merchantAgeMs)
    {
        using var rig = new ReaderRig();
        rig.Store.IsDown = true;
        var now = rig.Time.NowUnixMs;
        var mixed = new RecordPair(
            Make.TerminalCopy(Key.Terminal, 5, 9, now - terminalAgeMs), Make.MerchantCopy(Key.Merchant, 5, 9, now - merchantAgeMs));
        rig.Remote.Put(Key, mixed);
        Assert.Equal(new RecordAnswer(mixed, RecordSource.Redis, IsFresh: false, IsFound: true), await rig.FindAsync(Key));
        Assert.Equal([new RecordAnswer(mixed, RecordSource.Redis, IsFresh: false, IsFound: true)], await rig.FindManyAsync(Key));
        rig.Remote.Held.Clear();
        Assert.Equal(new RecordAnswer(mixed, RecordSource.Memory, IsFresh: false, IsFound: true), await rig.FindAsync(Key));

        rig.Store.IsDown = false;
        rig.Store.Answer = _ => mixed;
        Assert.Equal(new RecordAnswer(mixed, RecordSource.Store, IsFresh: false, IsFound: true), await rig.FindAsync(Key));
        Assert.Equal([new RecordAnswer(mixed, RecordSource.Store, IsFresh: false, IsFound: true)], await rig.FindManyAsync(Key));
    }

    [Fact]
    public async Task Control_HugeBound_AFrozenTerminalIsStillHandedOutAsFresh()
    {
        using var rig = new ReaderRig(options => options.FreshForMs = int.MaxValue);
        rig.Store.Write(Key);
        await rig.FindAsync(Key);
        rig.Store.Write(Key, TerminalState.Suspended);
        rig.Time.AdvanceMs(60_000);
        var answer = await rig.FindAsync(Key);
        Assert.True(answer.IsFresh);
        Assert.Equal(TerminalState.Active, answer.Pair.Terminal.Record!.State);
    }

    [Fact]
    public async Task Control_NoRevisionAsked_OwnWriteIsNotSeenWithinTheBound()
    {
        using var rig = new ReaderRig();
        rig.Store.Write(Key);
        await rig.FindAsync(Key);
        rig.Store.Write(Key, TerminalState.Suspended);
        Assert.Equal(TerminalState.Active, (await rig.FindAsync(Key)).Pair.Terminal.Record!.State);
        Assert.Equal(TerminalState.Suspended, (await rig.FindAsync(Key, 12)).Pair.Terminal.Record!.State);
    }

    [Fact]
    public async Task Find_CopyInRedisReadByAClockAhead_IsNotUsedAndDoesNotStandInTheStoresWay()
    {
        using var rig = new ReaderRig();
        rig.Store.Write(Key);
        rig.Remote.Put(Key, Make.Pair(Key, 11, 11, rig.Time.NowUnixMs + 3));
        var answer = await rig.FindAsync(Key);
        Assert.Equal((RecordSource.Store, true), (answer.Source, answer.IsFresh));
        rig.Time.AdvanceMs(1);
        Assert.Equal(RecordSource.Memory, (await rig.FindAsync(Key)).Source);
        // Two clocks are in play, and the bound is kept but for their difference: the copy in Redis ends 3 ms later.
        rig.Store.IsDown = true;
        rig.Time.AdvanceMs(2_002);
        Assert.True((await rig.FindAsync(Key)).IsFresh);
        rig.Time.AdvanceMs(1);
        Assert.False((await rig.FindAsync(Key)).IsFresh);
    }

    [Fact]
    public async Task Find_OwnClockSetBack_TheStoresAnswerCounts()
    {
        using var rig = new ReaderRig();
        rig.Store.Write(Key);
        await rig.FindAsync(Key);
        rig.Time.StepWallClock(TimeSpan.FromSeconds(-10));
        Assert.Equal((RecordSource.Store, true), Of(await rig.FindAsync(Key)));
        Assert.Equal((RecordSource.Memory, true), Of(await rig.FindAsync(Key)));
        // The copy from before must not come back to life when the clock has caught up with it.
        rig.Time.AdvanceMs(10_000);
        rig.Store.IsDown = true;
        Assert.False((await rig.FindAsync(Key)).IsFresh);

        static (RecordSource, bool) Of(RecordAnswer answer) => (answer.Source, answer.IsFresh);
    }

    [Fact]
    public async Task Find_OwnClockSetBackAndNobodyAskedMeanwhile_TimeThatReallyPassedCounts()
    {
        using var rig = new ReaderRig();
        rig.Store.Write(Key);
        await rig.FindAsync(Key);
        rig.Time.StepWallClock(TimeSpan.FromSeconds(-10));
        rig.Time.AdvanceMs(11_000);
        rig.Store.IsDown = true;
        // By the clock on the wall the copy is one second old: without the other clock it would be fresh.
        var age = rig.Time.NowUnixMs - (await rig.FindAsync(Key)).Pair.Terminal.ReadAtUnixMs;
        Assert.True(new Freshness(2_000, 1_000).IsFresh((await rig.FindAsync(Key)).Pair.Terminal, rig.Time.NowUnixMs, 0), $"the control: {age} ms");
        Assert.False((await rig.FindAsync(Key)).IsFresh);
    }

    [Fact]
    public async Task Find_BatchWithACopyInRedisReadByAClockAhead_TheStoresAnswerCounts()
    {
        using var rig = new ReaderRig();
        rig.Store.Write(Key);
        rig.Remote.Put(Key, Make.Pair(Key, 11, 11, rig.Time.NowUnixMs + 1_000));
        var answer = (await rig.FindManyAsync(Key))[0];
        Assert.Equal((RecordSource.Store, true), (answer.Source, answer.IsFresh));
    }

    [Fact]
    public async Task Find_WithARealRedis_GoesMemoryThenRedisThenStore()
    {
        await using var redis = await RedisRig.StartAsync();
        var time = new ManualTime();
        var store = new ScriptedStore(time);
        store.Write(Key);
        using var first = new RecordReader(store, redis.Tier, new CacheOptions(), redis.Page.Metrics, time);
        using var second = new RecordReader(store, redis.Tier, new CacheOptions(), redis.Page.Metrics, time);
        var loaded = await first.FindAsync(Key, 0, CancellationToken.None);
        Assert.Equal(RecordSource.Store, loaded.Source);
        await Wait.UntilAsync(async () => await redis.ReadAsync(Key) == new RemotePair(loaded.Pair.Terminal, loaded.Pair.Merchant), "the copies to be in Redis");

        Assert.Equal(loaded with { Source = RecordSource.Redis }, await second.FindAsync(Key, 0, CancellationToken.None));
        Assert.Equal(loaded with { Source = RecordSource.Memory }, await second.FindAsync(Key, 0, CancellationToken.None));
        time.AdvanceMs(2_001);
        redis.Server.Kill();
        store.IsDown = true;
        Assert.Equal(loaded with { Source = RecordSource.Memory, IsFresh = false }, await second.FindAsync(Key, 0, CancellationToken.None));
        store.IsDown = false;
        var again = await second.FindAsync(Key, 0, CancellationToken.None);
        Assert.Equal((RecordSource.Store, true), (again.Source, again.IsFresh));
        Assert.Equal(2, store.ReadCount - 1);
    }

    /// <summary>A fresh answer was true within the bound; one that a check would allow on was not frozen longer ago than that.</summary>
    private static void AssertHonest(ReaderRig rig, PairKey key, RecordAnswer answer, Dictionary<PairKey, long> frozenAt)
    {
        if (!answer.IsFresh)
        {
            return;
        }

        Assert.True(answer.IsFound);
        var bound = rig.Options.FreshForMs;
        Assert.InRange(rig.Time.NowUnixMs - answer.Pair.Terminal.ReadAtUnixMs, 0, bound);
        Assert.InRange(rig.Time.NowUnixMs - answer.Pair.Merchant.ReadAtUnixMs, 0, bound);
        if (answer.Pair.Terminal.Record is { State: TerminalState.Active } && frozenAt.TryGetValue(key, out var at))
        {
            Assert.InRange(rig.Time.NowUnixMs - at, 0, bound);
        }
    }
}
