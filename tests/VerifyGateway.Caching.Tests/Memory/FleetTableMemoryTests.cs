using VerifyGateway.Caching.Memory;
using VerifyGateway.Caching.Tests.Support;

namespace VerifyGateway.Caching.Tests.Memory;

public sealed class FleetTableMemoryTests(ITestOutputHelper output)
{
    private const long Large = 1024L * 1024 * 1024;
    private readonly byte[] _room = new byte[FleetTable.MaxValueBytes];

    [Fact]
    public void Bytes_OfAnEntry_AreAtMostEightyAtEverySizeOnTheWay()
    {
        // Every number of entries on the way counts, so the worst moment of growth does. Small tables pay for their first chunks.
        using var table = new FleetTable(Large);
        var value = new byte[30];
        var worst = 0.0;
        var sum = 0.0;
        var random = Seed.Next(output);
        for (var i = 1; i <= 1_500_000; i++)
        {
            table.Put(new RecordHash((ulong)random.NextInt64() << 1, (ulong)random.NextInt64()), 1, value);
            if (i >= 50_000)
            {
                var each = (double)table.Bytes / i;
                worst = Math.Max(worst, each);
                sum += each;
            }

            if (i is 1_000 or 10_000 or 50_000 or 100_000 or 200_000 or 500_000 or 1_000_000 or 1_500_000)
            {
                output.WriteLine($"{i} entries: {(double)table.Bytes / i:0.00} bytes of an entry");
            }
        }

        output.WriteLine($"from 50,000 on: mean {sum / 1_450_001:0.00}, worst {worst:0.00}");
        Assert.InRange(worst, 64, 80);
    }

    [Fact]
    public async Task Entries_AreNotInTheCollectedHeap()
    {
        using var table = new FleetTable(Large);
        var value = new byte[30];
        var start = GC.GetTotalMemory(forceFullCollection: true);
        for (var i = 0; i < 500_000; i++)
        {
            table.Put(Values.Hash(i), 1, value);
        }

        // A directory has 8 bytes a page of some hundreds of entries: a twentieth of a byte an entry, and no reference to follow; an object an
        // entry would be 24 bytes and more. What else the process still holds of tests before goes away.
        var held = long.MaxValue;
        await Wait.UntilAsync(() => (held = GC.GetTotalMemory(forceFullCollection: true) - start) <= 1_000_000, "no more than two managed bytes of an entry");
        output.WriteLine($"managed bytes: {held} for 500,000 entries");
        Assert.Equal(500_000, table.Count);
    }

    [Fact]
    public void TryGet_AllocatesNothing()
    {
        using var table = new FleetTable(Large);
        for (var i = 0; i < 1_000; i++)
        {
            table.Put(Values.Hash(i), 1, Values.Of(i, i % 2 == 0 ? 30 : 300));
        }

        RecordHash[] hashes = [.. Enumerable.Range(0, 2_000).Select(Values.Hash)];
        Assert.Equal(1_000, Found(table, hashes));
        var found = 0;
        Assert.Equal(0, Allocated.Least(() => found += Found(table, hashes)));
        Assert.Equal(20_000, found);
    }

    [Fact]
    public void Empty_Tables_AreCheap()
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var tables = Enumerable.Range(0, 1_000).Select(_ => new FleetTable(1024 * 1024)).ToArray();
        var each = (GC.GetAllocatedBytesForCurrentThread() - before) / 1_000;
        output.WriteLine($"{each} managed bytes of an empty table");
        Assert.InRange(each, 0, 1_500);
        Assert.All(tables, table => Assert.Equal(0, table.Bytes));
        foreach (var table in tables)
        {
            table.Put(Values.Hash(1), 1, []);
            Assert.InRange(table.Bytes, 1, 64 * 1024);
            table.Dispose();
        }
    }

    [Theory]
    [InlineData(FleetTable.MinBytes)]
    [InlineData(64 * 1024)]
    [InlineData(1024 * 1024)]
    [InlineData(20 * 1024 * 1024)]
    public void Eviction_StaysUnderTheBudgetAtAllTimes(long budget)
    {
        var evicted = 0L;
        using var table = new FleetTable(budget, count => evicted += count);
        var numbers = (int)(budget / 64) * 3;
        for (var i = 0; i < numbers; i++)
        {
            Assert.Equal(PutOutcome.Inserted, table.Put(Values.Hash(i), 1, Values.Of(i, i % 40 == 0 ? 60 : 30)));
            Assert.True(table.Bytes <= budget);
        }

        output.WriteLine($"held {table.Count}, {table.Count * 64.0 / budget:P0} of the budget in first lines");
        Assert.True(evicted > 0);
        Assert.Equal(numbers, table.Count + evicted);
        Assert.Equal(table.Count, Enumerable.Range(0, numbers).Count(i => table.TryGet(Values.Hash(i), _room, out _, out _)));
    }

    [Fact]
    public void Eviction_TakesTheUnusedFirst()
    {
        const long Budget = 1024 * 1024;
        using var table = new FleetTable(Budget);
        var filled = 0;
        var evicted = 0;
        using var probe = new FleetTable(Budget, count => evicted += count);
        for (; evicted == 0; filled++)
        {
            probe.Put(Values.Hash(filled), 1, Values.Of(filled, 30));
        }

        // As many as fit, the even ones used; then as many new ones as a third of them.
        filled -= 1;
        for (var i = 0; i < filled; i++)
        {
            table.Put(Values.Hash(i), 1, Values.Of(i, 30));
        }

        for (var i = 0; i < filled; i += 2)
        {
            Assert.True(table.TryGet(Values.Hash(i), _room, out _, out _));
        }

        var before = table.Count;
        for (var i = 0; i < filled / 3; i++)
        {
            table.Put(Values.Hash(filled + i), 1, Values.Of(filled + i, 30));
        }

        var usedHeld = Enumerable.Range(0, filled).Count(i => i % 2 == 0 && table.TryGet(Values.Hash(i), _room, out _, out _));
        var unusedHeld = Enumerable.Range(0, filled).Count(i => i % 2 == 1 && table.TryGet(Values.Hash(i), _room, out _, out _));
        output.WriteLine($"filled {filled}, before {before}, held {table.Count}: used {usedHeld}, unused {unusedHeld}");
        // All but those few whose mark the hand had taken when they moved within their page, and came before the hand again.
        Assert.InRange(usedHeld, (filled + 1) / 2 * 99 / 100, (filled + 1) / 2);
        Assert.True(unusedHeld < filled / 2);
    }

    [Fact]
    public void LongValues_PutAndRemoved_GiveTheirLinesBack()
    {
        using var table = new FleetTable(Large);
        var random = Seed.Next(output);
        var most = 0L;
        for (var round = 0; round < 20; round++)
        {
            for (var i = 0; i < 2_000; i++)
            {
                // Never more than 2,000 held, of other numbers in every round.
                table.Put(Values.Hash((round * 2_000) + i), 1, Values.Of((round * 2_000) + i, random.Next(38, 2_000)));
                Assert.Equal(round > 0, table.Remove(Values.Hash(((round - 1) * 2_000) + i)));
            }

            most = round < 5 ? Math.Max(most, table.Bytes) : most;
        }

        output.WriteLine($"{most} bytes after five rounds, {table.Bytes} after twenty");
        Assert.InRange(table.Bytes, 1, most * 5 / 4);

        // The same entries, long and short by turns.
        var bytes = table.Bytes;
        for (var round = 0; round < 20; round++)
        {
            for (var i = 0; i < 2_000; i++)
            {
                var number = (19 * 2_000) + i;
                Assert.Equal(PutOutcome.Replaced, table.Put(Values.Hash(number), 1, Values.Of(number, (round + i) % 2 == 0 ? 30 : random.Next(38, 1_000))));
            }
        }

        Assert.InRange(table.Bytes, 1, bytes * 5 / 4);
    }

    [Fact]
    public void LongestValue_InTheSmallestPage_TakesThePlaceOfOthers()
    {
        // Room for one chunk of lines and no more: the longest value fits into it, whoever is in its way.
        var arena = new LineArena(FleetTable.MinBytes, FleetTable.MinBytes);
        Assert.True(arena.TryTake(new uint[2]));
        var shard = new FleetShard(arena);
        var evicted = 0;
        for (var i = 0; i < 200; i++)
        {
            Assert.Equal(PutOutcome.Inserted, shard.Put(Values.Hash(i), 1, Values.Of(i, 30), onlyHeld: false, out var gone));
            evicted += gone;
        }

        Assert.Equal((LineArena.LinesAChunk, 200L), (shard.Count, shard.Count + evicted));
        var held = Enumerable.Range(0, 200).First(i => shard.TryGet(Values.Hash(i), ref _room[0], out _));
        Assert.Equal(PutOutcome.Replaced, shard.Put(Values.Hash(held), 2, Values.Of(held, FleetTable.MaxValueBytes), onlyHeld: true, out evicted));
        Assert.Equal((79, LineArena.LinesAChunk - 79L), (evicted, shard.Count));
        Assert.Equal(PutOutcome.Inserted, shard.Put(Values.Hash(999), 2, Values.Of(999, FleetTable.MaxValueBytes), onlyHeld: false, out _));
        Assert.True(shard.TryGet(Values.Hash(999), ref _room[0], out var meta));
        Assert.True(Values.IsWhole(_room.AsSpan(0, Line.Length(meta)), 999));
    }

    [Fact]
    public void FirstValue_ThatFindsNoRoom_IsRefused()
    {
        var arena = new LineArena(FleetTable.MinBytes, FleetTable.MinBytes);
        Assert.True(arena.TryTake(new uint[3]));
        var shard = new FleetShard(arena);
        Assert.Equal(PutOutcome.NoRoom, shard.Put(Values.Hash(1), 1, [], onlyHeld: false, out var evicted));
        Assert.Equal((0, 0L), (evicted, shard.Count));
        Assert.False(shard.TryGet(Values.Hash(1), ref _room[0], out _));
    }

    [Fact]
    public void HostileNames_ThatCollideUnderAnUnkeyedHash_AreSpread()
    {
        // Names that differ only where a sum or a shift loses it: under the key they take pages like any others.
        using var table = new FleetTable(Large);
        const int Count = 200_000;
        var hasher = RecordHasher.Random();
        for (var i = 0; i < Count; i++)
        {
            table.Put(hasher.Of(Make.TerminalKey(i << 10)), 1, Values.Of(i, 30));
        }

        output.WriteLine($"{(double)table.Bytes / Count:0.0} bytes of an entry");
        Assert.Equal(Count, table.Count);
        Assert.InRange(table.Bytes, 64L * Count, 80L * Count);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 0)]
    public void Hashes_ThatAreNone_CostEntriesAndNotMemory(int low, int high)
    {
        // Somebody who hands in anything but hashes gets a table that forgets, not one that eats the memory or hangs.
        using var table = new FleetTable(Large);
        for (var i = 0; i < 20_000; i++)
        {
            table.Put(new RecordHash((ulong)(i * low), (ulong)(i * high)), 1, Values.Of(i, 30));
        }

        output.WriteLine($"held {table.Count}, {table.Bytes} bytes");
        Assert.InRange(table.Count, 1, 20_000);
        Assert.InRange(table.Bytes, 1, 4 * 1024 * 1024);
        Assert.True(table.TryGet(new RecordHash((ulong)(19_999 * low), (ulong)(19_999 * high)), _room, out var length, out _));
        Assert.True(Values.IsWhole(_room.AsSpan(0, length), 19_999));
    }

    private int Found(FleetTable table, RecordHash[] hashes)
    {
        var found = 0;
        foreach (ref readonly var hash in hashes.AsSpan())
        {
            found += table.TryGet(hash, _room, out _, out _) ? 1 : 0;
        }

        return found;
    }
}
