using VerifyGateway.Caching.Memory;
using VerifyGateway.Caching.Tests.Support;

namespace VerifyGateway.Caching.Tests.Memory;

public sealed class FleetTableConcurrencyTests(ITestOutputHelper output)
{
    private const long Large = 256 * 1024 * 1024;

    [Fact]
    public async Task Growth_UnderReaders_LosesAndTearsNothing()
    {
        // Every writer publishes how far it has come; readers ask for what is there by then, while pages grow and split under them.
        const int Writers = 2;
        const int Readers = 3;
        const int Each = 100_000;
        using var table = new FleetTable(Large, count => throw new InvalidOperationException($"{count} evicted"));
        var random = Seed.Next(output);
        var reached = new int[Writers];
        var writing = Writers;
        var writers = Enumerable.Range(0, Writers).Select(writer => Start(random.Next(), mine =>
        {
            for (var i = 0; i < Each; i++)
            {
                var number = (i * Writers) + writer;
                Assert.Equal(PutOutcome.Inserted, table.Put(Values.Hash(number), 1, Values.Of(number, Length(mine), 1)));
                Volatile.Write(ref reached[writer], i + 1);
                var again = (mine.Next(i + 1) * Writers) + writer;
                Assert.Equal(PutOutcome.Replaced, table.Put(Values.Hash(again), 1, Values.Of(again, Length(mine), i)));
            }

            Interlocked.Decrement(ref writing);
            return 0L;
        })).ToArray();
        var readers = Enumerable.Range(0, Readers).Select(_ => Start(random.Next(), mine =>
        {
            var room = new byte[FleetTable.MaxValueBytes];
            var reads = 0L;
            while (Volatile.Read(ref writing) > 0)
            {
                var writer = mine.Next(Writers);
                var upTo = Volatile.Read(ref reached[writer]);
                if (upTo > 0)
                {
                    // Half of them among the newest, whose pages are being changed.
                    var at = mine.Next(2) == 0 ? mine.Next(upTo) : upTo - 1 - mine.Next(Math.Min(upTo, 50));
                    CheckWhole(table, room, (at * Writers) + writer);
                    reads++;
                }
            }

            return reads;
        })).ToArray();
        await Task.WhenAll(writers);
        var total = (await Task.WhenAll(readers)).Sum();
        output.WriteLine($"{total} reads, {table.Count} entries, {(double)table.Bytes / table.Count:0.0} bytes of an entry");
        Assert.Equal(Writers * Each, table.Count);
        var last = new byte[FleetTable.MaxValueBytes];
        for (var number = 0; number < Writers * Each; number++)
        {
            CheckWhole(table, last, number);
        }
    }

    [Fact]
    public async Task Reads_OfAFewHotEntries_AreNeverTorn()
    {
        var (reads, torn) = await HammerAsync((table, hash, room) => table.TryGet(hash, room, out var length, out long _) ? length : -1);
        Assert.True(reads > 0);
        Assert.Equal(0, torn);
    }

    [Fact]
    public async Task Control_ReadsWithoutTheSequence_AreTorn()
    {
        // The same writers and values; the reader only leaves the check out.
        var (reads, torn) = await HammerAsync((table, hash, room) => table.TryGetUnchecked(hash, room, out var length) ? length : -1);
        Assert.True(reads > 0);
        Assert.True(torn > 0, "Without the check nothing was torn: this harness would not see it.");
    }

    [Fact]
    public async Task Clear_UnderReadersAndWriters_ShowsNothingForeign()
    {
        const int Numbers = 20_000;
        using var table = new FleetTable(Large);
        var random = Seed.Next(output);
        var done = false;
        var readers = Enumerable.Range(0, 2).Select(_ => Start(random.Next(), mine =>
        {
            var room = new byte[FleetTable.MaxValueBytes];
            var found = 0L;
            while (!Volatile.Read(ref done))
            {
                var number = mine.Next(Numbers);
                if (table.TryGet(Values.Hash(number), room, out var length, out long _))
                {
                    Assert.True(Values.IsWhole(room.AsSpan(0, length), number));
                    found++;
                }
            }

            return found;
        })).ToArray();
        var writers = Enumerable.Range(0, 2).Select(_ => Start(random.Next(), mine =>
        {
            for (var i = 0; i < 200_000; i++)
            {
                var number = mine.Next(Numbers);
                if (mine.Next(10) == 0)
                {
                    table.Remove(Values.Hash(number));
                }
                else
                {
                    table.Put(Values.Hash(number), 1, Values.Of(number, Length(mine), i));
                }

                if (i % 20_000 == 0)
                {
                    table.Clear();
                }
            }

            return 0L;
        })).ToArray();
        await Task.WhenAll(writers);
        Volatile.Write(ref done, true);
        var found = (await Task.WhenAll(readers)).Sum();
        table.Clear();
        output.WriteLine($"{found} found, {table.Bytes} bytes");
        Assert.Equal(0, table.Count);
        Assert.InRange(table.Bytes, 0, 8 * 1024 * 1024);
    }

    [Fact]
    public async Task Eviction_UnderReaders_StaysInTheBudgetAndTearsNothing()
    {
        const long Budget = 2 * 1024 * 1024;
        const int Numbers = 60_000;
        var evicted = 0L;
        using var table = new FleetTable(Budget, count => Interlocked.Add(ref evicted, count));
        var random = Seed.Next(output);
        var inserted = 0L;
        var noRoom = 0L;
        await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => Start(random.Next(), mine =>
        {
            var room = new byte[FleetTable.MaxValueBytes];
            for (var i = 0; i < 150_000; i++)
            {
                var number = mine.Next(Numbers);
                var outcome = table.Put(Values.Hash(number), 1, Values.Of(number, Length(mine), i));
                Interlocked.Add(ref inserted, outcome == PutOutcome.Inserted ? 1 : 0);
                Interlocked.Add(ref noRoom, outcome == PutOutcome.NoRoom ? 1 : 0);
                Assert.True(table.Bytes <= Budget);
                number = mine.Next(Numbers);
                if (table.TryGet(Values.Hash(number), room, out var length, out long _))
                {
                    Assert.True(Values.IsWhole(room.AsSpan(0, length), number));
                }
            }

            return 0L;
        })));
        output.WriteLine($"held {table.Count}, inserted {inserted}, evicted {evicted}, no room {noRoom}, bytes {table.Bytes}");
        Assert.Equal(0, noRoom);
        Assert.Equal(inserted, table.Count + evicted);
    }

    [Fact]
    public async Task Dispose_UnderReaders_OnlyRefusesThem()
    {
        var random = Seed.Next(output);
        for (var round = 0; round < 20; round++)
        {
            var table = new FleetTable(Large);
            for (var i = 0; i < 20_000; i++)
            {
                table.Put(Values.Hash(i), 1, Values.Of(i, 30));
            }

            var readers = Enumerable.Range(0, 3).Select(_ => Start(random.Next(), mine =>
            {
                var room = new byte[FleetTable.MaxValueBytes];
                try
                {
                    for (var reads = 0L; ; reads++)
                    {
                        var number = mine.Next(20_000);
                        Assert.True(!table.TryGet(Values.Hash(number), room, out var length, out long _) || Values.IsWhole(room.AsSpan(0, length), number));
                    }
                }
                catch (ObjectDisposedException)
                {
                    return 0L;
                }
            })).ToArray();
            await Task.Yield();
            table.Dispose();
            GC.Collect();
            await Task.WhenAll(readers);
        }
    }

    private static int Length(Random random) => random.Next(10) == 0 ? random.Next(38, 400) : random.Next(12, 38);

    private static void CheckWhole(FleetTable table, byte[] room, int number)
    {
        Assert.True(table.TryGet(Values.Hash(number), room, out var length, out long _), $"{number} is not found");
        Assert.True(Values.IsWhole(room.AsSpan(0, length), number), $"{number} is torn");
    }

    private static Task<long> Start(int seed, Func<Random, long> work) => Task.Factory.StartNew(() => work(new Random(seed)), TaskCreationOptions.LongRunning);

    /// <summary>Two writers change some entries over and over, one reader looks at them: how often it looked, and how often what it saw was not whole.</summary>
    private async Task<(long Reads, long Torn)> HammerAsync(Func<FleetTable, RecordHash, byte[], int> read)
    {
        const int Numbers = 8;
        const int Writes = 1_000_000;
        using var table = new FleetTable(Large);
        var random = Seed.Next(output);
        for (var number = 0; number < Numbers; number++)
        {
            table.Put(Values.Hash(number), 1, Values.Of(number, 1_500, 0));
        }

        var writing = 2;
        var writers = Enumerable.Range(0, 2).Select(_ => Start(random.Next(), mine =>
        {
            var value = new byte[2_000];
            for (var i = 0; i < Writes / 20; i++)
            {
                var number = mine.Next(Numbers);
                var length = mine.Next(1_000, 2_000);
                Values.Fill(value.AsSpan(0, length), number, i);
                table.Put(Values.Hash(number), 1, value.AsSpan(0, length));
            }

            Interlocked.Decrement(ref writing);
            return 0L;
        })).ToArray();
        var torn = 0L;
        var reader = Start(random.Next(), mine =>
        {
            var room = new byte[FleetTable.MaxValueBytes];
            var reads = 0L;
            while (Volatile.Read(ref writing) > 0)
            {
                var number = mine.Next(Numbers);
                var length = read(table, Values.Hash(number), room);
                torn += length >= 0 && Values.IsWhole(room.AsSpan(0, length), number) ? 0 : 1;
                reads++;
            }

            return reads;
        });
        await Task.WhenAll(writers);
        var reads = await reader;
        output.WriteLine($"{reads} reads, {torn} torn");
        return (reads, torn);
    }
}
