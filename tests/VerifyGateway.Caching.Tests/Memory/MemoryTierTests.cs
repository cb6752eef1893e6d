using VerifyGateway.Caching.Memory;
using VerifyGateway.Caching.Store;
using VerifyGateway.Caching.Tests.Support;
using VerifyGateway.Domain.Records;

namespace VerifyGateway.Caching.Tests.Memory;

public sealed class MemoryTierTests(ITestOutputHelper output)
{
    private const long Now = 1_700_000_000_000;
    private static readonly TerminalKey Key = Make.TerminalKey(1);

    [Theory]
    [InlineData(6, 1, -9, true)]
    [InlineData(4, 99, 99, false)]
    [InlineData(5, 11, -9, true)]
    [InlineData(5, 9, 99, false)]
    [InlineData(5, 10, 1, true)]
    [InlineData(5, 10, 0, false)]
    [InlineData(5, 10, -1, false)]
    public void Put_OverAnotherCopy_OnlyANewerOneReplacesIt(long revision, long head, long laterByMs, bool replaces)
    {
        var tier = new MemoryTier<TerminalKey, TerminalRecord>(10, _ => { });
        var first = Make.TerminalCopy(Key, 5, 10, Now - 1_000);
        var second = Make.TerminalCopy(Key, revision, head, Now - 1_000 + laterByMs);
        tier.Put(Key, first, Now);

        var newest = tier.Put(Key, second, Now);

        Assert.Equal(replaces ? second : first, newest);
        Assert.True(tier.TryGet(Key, out var held));
        Assert.Equal(newest, held);
        Assert.Equal(1, tier.Count);
    }

    [Theory]
    [InlineData(5, 10, 0, true)]
    [InlineData(5, 10, 1, false)]
    [InlineData(5, 9, 0, false)]
    [InlineData(4, 10, 0, false)]
    public void Put_OverACopyReadInTheFuture_OneOfTheSameKnowledgeReplacesIt(long revision, long head, long aheadMs, bool replaces)
    {
        var tier = new MemoryTier<TerminalKey, TerminalRecord>(10, _ => { });
        var future = tier.Put(Key, Make.TerminalCopy(Key, 5, 10, Now + 5_000), Now);
        var present = Make.TerminalCopy(Key, revision, head, Now + aheadMs);
        Assert.Equal(replaces ? present : future, tier.Put(Key, present, Now));
    }

    [Fact]
    public void Put_AbsenceOverRecord_DoesNotReplaceIt()
    {
        var tier = new MemoryTier<TerminalKey, TerminalRecord>(10, _ => { });
        var record = tier.Put(Key, Make.TerminalCopy(Key, 5, 10, Now), Now);
        Assert.Equal(record, tier.Put(Key, new RecordCopy<TerminalRecord>(null, 0, 99, Now), Now));
    }

    [Fact]
    public void TryGet_NothingHeld_IsFalse()
    {
        var tier = new MemoryTier<TerminalKey, TerminalRecord>(10, _ => { });
        Assert.False(tier.TryGet(Key, out var copy));
        Assert.Equal(default, copy);
        Assert.Equal(0, tier.Count);
    }

    [Fact]
    public async Task Put_ConcurrentWritersInAnyOrder_EndsWithTheNewest()
    {
        var random = Seed.Next(output);
        for (var round = 0; round < 200; round++)
        {
            var tier = new MemoryTier<TerminalKey, TerminalRecord>(10, _ => { });
            var copies = Enumerable.Range(0, 64)
                .Select(_ => Make.TerminalCopy(Key, random.Next(1, 6), random.Next(6, 12), Now - random.Next(5))).ToArray();
            var newest = copies.MaxBy(copy => (copy.Revision, copy.Head, copy.ReadAtUnixMs));

            await Task.WhenAll(Enumerable.Range(0, 4).Select(writer => Task.Run(() =>
            {
                foreach (var copy in copies.Where((_, i) => i % 4 == writer))
                {
                    var held = tier.Put(Key, copy, Now);
                    Assert.False(copy.IsNewerThan(held));
                }
            })));

            Assert.True(tier.TryGet(Key, out var last));
            Assert.Equal((newest.Revision, newest.Head, newest.ReadAtUnixMs), (last.Revision, last.Head, last.ReadAtUnixMs));
            Assert.Equal(1, tier.Count);
        }
    }

    [Fact]
    public void Control_PlainDictionary_EndsWithTheLastWriter()
    {
        // What the comparison in Put is for: the same arrivals into a plain dictionary bring the older copy back.
        var plain = new Dictionary<TerminalKey, RecordCopy<TerminalRecord>> { [Key] = Make.TerminalCopy(Key, 6, 10, Now) };
        plain[Key] = Make.TerminalCopy(Key, 5, 10, Now);
        Assert.Equal(5, plain[Key].Revision);
    }

    [Fact]
    public async Task Put_ConcurrentLoad_StaysAtTheBoundWithRightCounts()
    {
        const int Max = 1_000;
        const int Writers = 4;
        const int Each = 25_000;
        var evicted = 0;
        var most = 0;
        var tier = new MemoryTier<TerminalKey, TerminalRecord>(Max, removed => Interlocked.Add(ref evicted, removed));
        var random = Seed.Next(output);
        var seeds = Enumerable.Range(0, Writers).Select(_ => random.Next()).ToArray();
        await Task.WhenAll(seeds.Select((seed, writer) => Task.Run(() =>
        {
            var mine = new Random(seed);
            for (var i = 0; i < Each; i++)
            {
                var key = Make.TerminalKey((writer * Each) + i);
                tier.Put(key, Make.TerminalCopy(key, 1, 1, Now), Now);
                tier.TryGet(Make.TerminalKey(mine.Next(Writers * Each)), out _);
                InterlockedMax(ref most, tier.Count);
            }
        })));

        var held = Enumerable.Range(0, Writers * Each).Count(i => tier.TryGet(Make.TerminalKey(i), out _));
        output.WriteLine($"most {most}, held {held}, evicted {evicted}");
        // A sweep takes a while, and the thread that sweeps may even lose its core: the others then fill a tenth more, and no further.
        Assert.InRange(most, Max, Max + (Max / 10) + Writers);
        Assert.InRange(held, 1, Max + (Max / 10) + Writers);
        Assert.Equal(held, tier.Count);
        Assert.Equal(Writers * Each, held + evicted);

        var more = Make.TerminalKey(Writers * Each);
        tier.Put(more, Make.TerminalCopy(more, 1, 1, Now), Now);
        Assert.InRange(tier.Count, 1, Max);
    }

    [Fact]
    public void Put_WhenFull_UsedCopiesSurviveTheSweep()
    {
        const int Max = 1_000;
        var evicted = new List<int>();
        var tier = new MemoryTier<TerminalKey, TerminalRecord>(Max, evicted.Add);
        for (var i = 0; i < Max; i++)
        {
            var key = Make.TerminalKey(i);
            tier.Put(key, Make.TerminalCopy(key, 1, 1, Now), Now);
        }

        var used = Enumerable.Range(0, Max / 2).Select(i => Make.TerminalKey(i * 2)).ToArray();
        Assert.All(used, key => Assert.True(tier.TryGet(key, out _)));
        Assert.Empty(evicted);

        var last = Make.TerminalKey(Max);
        tier.Put(last, Make.TerminalCopy(last, 1, 1, Now), Now);

        Assert.Equal([(Max / 10) + 1], evicted);
        Assert.Equal(Max - (Max / 10), tier.Count);
        Assert.All(used, key => Assert.True(tier.TryGet(key, out _)));
    }

    [Fact]
    public void Put_WhenFullOfUsedCopies_StillMakesRoom()
    {
        var tier = new MemoryTier<TerminalKey, TerminalRecord>(100, _ => { });
        for (var i = 0; i < 500; i++)
        {
            var key = Make.TerminalKey(i);
            tier.Put(key, Make.TerminalCopy(key, 1, 1, Now), Now);
            Assert.True(i < 100 || tier.Count <= 100);
            tier.TryGet(key, out _);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(9)]
    public void Put_TinyTier_NeverHoldsMore(int max)
    {
        var evicted = 0;
        var tier = new MemoryTier<TerminalKey, TerminalRecord>(max, removed => evicted += removed);
        for (var i = 0; i < 50; i++)
        {
            var key = Make.TerminalKey(i);
            tier.Put(key, Make.TerminalCopy(key, 1, 1, Now), Now);
            Assert.InRange(tier.Count, 1, max);
        }

        Assert.Equal(50, tier.Count + evicted);
    }

    private static void InterlockedMax(ref int place, int value)
    {
        int seen;
        while (value > (seen = Volatile.Read(ref place)) && Interlocked.CompareExchange(ref place, value, seen) != seen)
        {
        }
    }
}
