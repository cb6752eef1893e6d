using VerifyGateway.Caching.Memory;
using VerifyGateway.Caching.Tests.Support;

namespace VerifyGateway.Caching.Tests.Memory;

public sealed class FleetTableTests(ITestOutputHelper output)
{
    private const long Large = 64 * 1024 * 1024;
    private readonly byte[] _room = new byte[FleetTable.MaxValueBytes];

    [Theory]
    [InlineData(6, PutOutcome.Replaced)]
    [InlineData(5, PutOutcome.Replaced)]
    [InlineData(4, PutOutcome.OlderRefused)]
    [InlineData(0, PutOutcome.OlderRefused)]
    [InlineData(FleetTable.MaxRevision, PutOutcome.Replaced)]
    public void Put_OverAnEntry_OnlyTheSameOrAHigherRevisionReplacesIt(long revision, PutOutcome expected)
    {
        using var table = new FleetTable(Large);
        Assert.Equal(PutOutcome.Inserted, table.Put(Values.Hash(1), 5, Values.Of(1, 20, 5)));
        Assert.Equal(expected, table.Put(Values.Hash(1), revision, Values.Of(1, 30, 6)));
        var replaced = expected == PutOutcome.Replaced;
        Assert.True(table.TryGet(Values.Hash(1), _room, out var length, out var held));
        Assert.Equal(replaced ? revision : 5, held);
        Assert.Equal(replaced ? Values.Of(1, 30, 6) : Values.Of(1, 20, 5), _room[..length]);
        Assert.Equal(1, table.Count);
    }

    [Fact]
    public void Replace_OnlyTouchesWhatIsHeldAndNotNewer()
    {
        using var table = new FleetTable(Large);
        Assert.False(table.Replace(Values.Hash(1), 5, Values.Of(1, 20)));
        Assert.Equal(0, table.Count);
        table.Put(Values.Hash(1), 5, Values.Of(1, 20));
        Assert.False(table.Replace(Values.Hash(1), 4, Values.Of(1, 21)));
        Assert.True(table.Replace(Values.Hash(1), 5, Values.Of(1, 22)));
        Assert.True(table.Replace(Values.Hash(1), 6, Values.Of(1, 600)));
        Assert.False(table.Replace(Values.Hash(2), 6, Values.Of(2, 20)));
        Assert.True(table.TryGet(Values.Hash(1), _room, out var length, out var revision));
        Assert.Equal((600, 6L, 1L), (length, revision, table.Count));
    }

    [Fact]
    public void TryGet_NothingHeld_IsFalse()
    {
        using var table = new FleetTable(Large);
        Assert.False(table.TryGet(Values.Hash(1), _room, out var length, out var revision));
        table.Put(Values.Hash(2), 1, Values.Of(2, 20));
        Assert.False(table.TryGet(Values.Hash(1), _room, out length, out revision));
        Assert.Equal((0, 0L), (length, revision));
        Assert.False(table.Remove(Values.Hash(1)));
    }

    [Fact]
    public void Put_EmptyValue_IsAnEntry()
    {
        using var table = new FleetTable(Large);
        table.Put(Values.Hash(1), 0, []);
        Assert.True(table.TryGet(Values.Hash(1), _room, out var length, out var revision));
        Assert.Equal((0, 0L), (length, revision));
    }

    [Fact]
    public void Put_EveryLength_RoundTrips()
    {
        using var table = new FleetTable(Large);
        for (var length = 12; length <= FleetTable.MaxValueBytes; length += length < 400 ? 1 : 41)
        {
            table.Put(Values.Hash(7), length, Values.Of(7, length));
            Assert.True(table.TryGet(Values.Hash(7), _room, out var held, out _));
            Assert.Equal(length, held);
            Assert.True(Values.IsWhole(_room.AsSpan(0, held), 7));
        }

        table.Put(Values.Hash(7), FleetTable.MaxRevision, Values.Of(7, FleetTable.MaxValueBytes));
        Assert.True(table.TryGet(Values.Hash(7), _room, out var longest, out _));
        Assert.True(Values.IsWhole(_room.AsSpan(0, longest), 7));
    }

    [Fact]
    public void Prefetch_ChangesNothing()
    {
        using var table = new FleetTable(Large);
        table.Prefetch(Values.Hash(1));
        table.Put(Values.Hash(1), 1, Values.Of(1, 30));
        table.Prefetch(Values.Hash(1));
        table.Prefetch(Values.Hash(2));
        Assert.Equal(1, table.Count);
        table.Dispose();
        table.Prefetch(Values.Hash(1));
    }

    [Fact]
    public void Arguments_OutOfRange_AreRefused()
    {
        using var table = new FleetTable(Large);
        Assert.Throws<ArgumentOutOfRangeException>(() => table.Put(Values.Hash(1), -1, []));
        Assert.Throws<ArgumentOutOfRangeException>(() => table.Put(Values.Hash(1), FleetTable.MaxRevision + 1, []));
        Assert.Throws<ArgumentException>(() => table.Put(Values.Hash(1), 1, new byte[FleetTable.MaxValueBytes + 1]));
        Assert.Throws<ArgumentException>(() => table.TryGet(Values.Hash(1), new byte[FleetTable.MaxValueBytes - 1], out _, out _));
        Assert.Throws<ArgumentOutOfRangeException>(() => new FleetTable(FleetTable.MinBytes - 1));
    }

    [Theory]
    [InlineData(1024 * 1024)]
    [InlineData(64 * 1024 * 1024)]
    public void Operations_OfEveryKind_AgreeWithADictionary(long maxBytes)
    {
        // With the small budget entries are evicted, and the table may then know less than the dictionary, but never anything else.
        var random = Seed.Next(output);
        var evicted = 0;
        using var table = new FleetTable(maxBytes, count => evicted += count);
        var model = new Dictionary<int, (long Revision, byte[] Value)>();
        var refused = 0;
        for (var step = 0; step < 200_000; step++)
        {
            var number = random.Next(20_000);
            switch (random.Next(10))
            {
                case < 6:
                    refused += PutOne(table, model, random, number);
                    break;
                case 6:
                    Assert.True(!table.Remove(Values.Hash(number)) || model.ContainsKey(number));
                    model.Remove(number);
                    break;
                default:
                    Check(table, model, number);
                    break;
            }

            if (step is 60_000 or 150_000)
            {
                table.Clear();
                Assert.Equal(0, table.Count);
                evicted = 0;
                refused = 0;
                model.Clear();
            }

            Assert.True(table.Bytes <= maxBytes);
        }

        var held = Enumerable.Range(0, 20_000).Count(number => Check(table, model, number));
        output.WriteLine($"held {held} of {model.Count}, evicted {evicted}, bytes {table.Bytes}");
        Assert.Equal(held, table.Count);
        Assert.Equal(maxBytes == Large, evicted == 0);
        Assert.True(evicted > 0 || held == model.Count);
    }

    [Fact]
    public void Clear_ForgetsAllAndKeepsTheMemory()
    {
        using var table = new FleetTable(Large);
        for (var round = 0; round < 5; round++)
        {
            for (var i = 0; i < 50_000; i++)
            {
                table.Put(Values.Hash(i), 1, Values.Of(i, i % 50 == 0 ? 300 : 30));
            }

            var bytes = table.Bytes;
            table.Clear();
            Assert.Equal(0, table.Count);
            Assert.InRange(table.Bytes, 1, bytes);
            Assert.False(table.TryGet(Values.Hash(1), _room, out _, out _));
            output.WriteLine($"bytes {bytes}, cleared {table.Bytes}");
        }

        Assert.InRange(table.Bytes, 1, 50_000 * 100L);
    }

    [Fact]
    public void Dispose_LaterCalls_AreRefusedAndTheMemoryGoes()
    {
        var table = new FleetTable(Large);
        for (var i = 0; i < 100_000; i++)
        {
            table.Put(Values.Hash(i), 1, Values.Of(i, 30));
        }

        table.Dispose();
        table.Dispose();
        Assert.Equal((0L, 0L), (table.Count, table.Bytes));
        Assert.Throws<ObjectDisposedException>(() => table.TryGet(Values.Hash(1), _room, out _, out _));
        Assert.Throws<ObjectDisposedException>(() => table.Put(Values.Hash(1), 1, []));
        Assert.Throws<ObjectDisposedException>(() => table.Remove(Values.Hash(1)));
        Assert.Throws<ObjectDisposedException>(() => table.Clear());
    }

    private static int PutOne(FleetTable table, Dictionary<int, (long Revision, byte[] Value)> model, Random random, int number)
    {
        var revision = random.Next(50);
        var value = Values.Of(number, random.Next(8) == 0 ? random.Next(38, 700) : random.Next(12, 38), random.NextInt64());
        if (random.Next(4) == 0)
        {
            if (table.Replace(Values.Hash(number), revision, value))
            {
                Assert.True(model[number].Revision <= revision);
                model[number] = (revision, value);
            }

            return 0;
        }

        switch (table.Put(Values.Hash(number), revision, value))
        {
            case PutOutcome.OlderRefused:
                Assert.True(model[number].Revision > revision);
                return 0;
            case PutOutcome.Replaced:
                Assert.True(model[number].Revision <= revision);
                model[number] = (revision, value);
                return 0;
            case PutOutcome.Inserted:
                model[number] = (revision, value);
                return 0;
            default:
                return 1;
        }
    }

    private bool Check(FleetTable table, Dictionary<int, (long Revision, byte[] Value)> model, int number)
    {
        if (!table.TryGet(Values.Hash(number), _room, out var length, out var revision))
        {
            return false;
        }

        Assert.True(model.TryGetValue(number, out var expected));
        Assert.Equal(expected.Revision, revision);
        Assert.Equal(expected.Value, _room[..length]);
        return true;
    }
}
