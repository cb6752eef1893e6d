using VerifyGateway.Caching.Coherence;
using VerifyGateway.Caching.Memory;
using VerifyGateway.Caching.Tests.Support;

namespace VerifyGateway.Caching.Tests.Coherence;

/// <summary>The recent-change index beside a model of it, with keys that collide as no keyed hash would.</summary>
public sealed class RecentChangesTests(ITestOutputHelper output)
{
    // Stripe and tag are of the upper 22 bits.
    private const ulong Upper = 1UL << 42;

    public static TheoryData<string, int, int> Kinds()
    {
        var kinds = new TheoryData<string, int, int>();
        foreach (var capacity in (int[])[1, 2, 7, 100, 1_023, 1_024, 1_025, 3_000])
        {
            // So few keys that they change again, so many that they do not, and some that are the same but for the half that places, tag and stripe do not look at.
            kinds.Add("spread", capacity, 5 * capacity);
            kinds.Add("spread", capacity, (capacity / 2) + 1);
            kinds.Add("one stripe", capacity, 2 * capacity);
            kinds.Add("neighbours", capacity, 2 * capacity);
            kinds.Add("one home", Math.Min(capacity, 300), Math.Min(2 * capacity, 600));
            kinds.Add("one home and tag", Math.Min(capacity, 300), Math.Min(2 * capacity, 600));
        }

        return kinds;
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Newest_AsTheWindowMoves_IsThatOfTheModel(string kind, int capacity, int keys)
    {
        var random = Seed.Next(output);
        var all = Enumerable.Range(0, keys).Select(i => Key(kind, i)).ToArray();
        var (changes, model) = (new RecentChanges(capacity), new Model());
        var revision = 1_000_000L;
        changes.Reset_NeedsLock(revision);
        for (var step = 0; step < (6 * capacity) + 200; step++)
        {
            if (random.Next(2 * capacity) == 0 && step > 2 * capacity)
            {
                revision += random.Next(10_000);
                changes.Reset_NeedsLock(revision);
                model.Reset();
            }

            revision++;
            var isOfRecord = random.Next(20) > 0;
            var key = isOfRecord ? all[random.Next(keys)] : default;
            changes.Extend(key, revision);
            if (isOfRecord)
            {
                changes.Note_NeedsLock(key, revision);
            }

            model.Changed(key, revision, isOfRecord);
            if (changes.IsOverfull)
            {
                var oldest = changes.Shorten();
                Assert.Equal(model.Oldest, (oldest, changes.Floor));
                Assert.Equal(model.Newest(oldest), oldest == default ? 0 : changes.Newest_NeedsLock(oldest));
                changes.Forget_NeedsLock(oldest, changes.Floor);
                model.Forget();
            }

            Assert.Equal(model.Count, changes.Count);
            Assert.InRange(changes.Count, 1, capacity);
            var asked = all[random.Next(keys)];
            changes.Prefetch(asked);
            Assert.Equal(model.Newest(asked), changes.Newest_NeedsLock(asked));
            if (step % (capacity + 1) == 0)
            {
                Array.ForEach(all, it => Assert.Equal(model.Newest(it), changes.Newest_NeedsLock(it)));
            }
        }
    }

    [Fact]
    public void Extend_TheSameRevisionAgain_ChangesNothing()
    {
        var changes = new RecentChanges(10);
        changes.Reset_NeedsLock(4);
        changes.Extend(Key("spread", 1), 5);
        changes.Extend(Key("spread", 1), 5);
        changes.Note_NeedsLock(Key("spread", 1), 5);
        changes.Note_NeedsLock(Key("spread", 1), 5);
        Assert.Equal(1, changes.Count);
        Assert.Equal(5, changes.Newest_NeedsLock(Key("spread", 1)));
        Assert.Equal(Key("spread", 1), changes.Shorten());
        changes.Forget_NeedsLock(Key("spread", 1), 5);
        Assert.Equal(0, changes.Newest_NeedsLock(Key("spread", 1)));
    }

    [Fact]
    public void Extend_TheSameRevisionAgainWithAnotherKey_IsRefused()
    {
        var changes = new RecentChanges(10);
        changes.Reset_NeedsLock(4);
        changes.Extend(Key("spread", 1), 5);
        var refused = Assert.Throws<InvalidOperationException>(() => changes.Extend(Key("spread", 2), 5));
        Assert.Contains("revision 5", refused.Message, StringComparison.Ordinal);
        changes.Note_NeedsLock(Key("spread", 1), 5);
        Assert.Equal(5, changes.Newest_NeedsLock(Key("spread", 1)));
    }

    /// <summary>The ring is full to its length by then: another time is no reason to make it longer.</summary>
    [Fact]
    public void Extend_TheSameRevisionAgainWhenTheRingIsFull_KeepsAllKeys()
    {
        const int Full = 1_024;
        var changes = new RecentChanges(Full);
        changes.Reset_NeedsLock(0);
        for (var revision = 1; revision <= Full; revision++)
        {
            changes.Extend(Key("spread", revision), revision);
            changes.Note_NeedsLock(Key("spread", revision), revision);
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        changes.Extend(Key("spread", Full), Full);
        // A longer ring would be 32 KiB.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 10_000);
        Assert.All(Enumerable.Range(1, Full), revision => Assert.Equal(revision, changes.Newest_NeedsLock(Key("spread", revision))));
    }

    /// <summary>Were the key noted first, a reader would find a revision whose key is not there, and take the key for unchanged.</summary>
    [Fact]
    public void Note_BeforeTheWindowIsExtended_IsRefused()
    {
        var changes = new RecentChanges(10);
        changes.Reset_NeedsLock(4);
        var refused = Assert.Throws<InvalidOperationException>(() => changes.Note_NeedsLock(Key("spread", 1), 5));
        Assert.Contains("revision 5", refused.Message, StringComparison.Ordinal);
        Assert.Equal(0, changes.Newest_NeedsLock(Key("spread", 1)));
    }

    [Fact]
    public void Extend_ARevisionThatASlotCannotHold_IsRefused()
    {
        var changes = new RecentChanges(10);
        changes.Reset_NeedsLock((1L << 48) - 2);
        changes.Extend(Key("spread", 1), (1L << 48) - 1);
        changes.Note_NeedsLock(Key("spread", 1), (1L << 48) - 1);
        Assert.Equal((1L << 48) - 1, changes.Newest_NeedsLock(Key("spread", 1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => changes.Extend(Key("spread", 1), 1L << 48));
    }

    [Fact]
    public void Bytes_OfAMillionChanges_AreSome35EachAndStaySo()
    {
        const int Changes = 1_000_000;
        var before = GC.GetAllocatedBytesForCurrentThread();
        var changes = new RecentChanges(Changes);
        changes.Reset_NeedsLock(0);
        Go(1, Changes);
        // All grows twofold: what is held in the end is half of what was allocated.
        var filled = GC.GetAllocatedBytesForCurrentThread();
        Go(Changes + 1, 3 * Changes);
        changes.Reset_NeedsLock(0);
        Go(1, Changes);
        var more = GC.GetAllocatedBytesForCurrentThread() - filled;
        Assert.InRange((filled - before) / 2.0 / Changes, 24, 36);
        // Nothing of the index, whose tables are megabytes; the runtime's own allocations come on any thread.
        Assert.InRange(more, 0, 100_000);

        void Go(int from, int to)
        {
            for (var revision = from; revision <= to; revision++)
            {
                var key = Key("spread", revision);
                changes.Extend(key, revision);
                changes.Note_NeedsLock(key, revision);
                if (changes.IsOverfull)
                {
                    changes.Forget_NeedsLock(changes.Shorten(), changes.Floor);
                }
            }
        }
    }

    private static RecordHash Key(string kind, int i) => kind switch
    {
        "spread" => new RecordHash((ulong)i, Mix((ulong)i + 1)),
        "one stripe" => new RecordHash((ulong)i, Mix((ulong)i + 1) >> 6),
        // Clusters that wrap around the end of the table.
        "neighbours" => new RecordHash((ulong)i, ((ulong)i * Upper) | (i % 8 == 0 ? Upper - 1 : (ulong)(i / 8 % 4))),
        "one home" => new RecordHash((ulong)i, ((ulong)i % 50 * Upper) | 0x3FF),
        _ => new RecordHash((ulong)i, 0x3FF),
    };

    private static ulong Mix(ulong value)
    {
        value *= 0x9E3779B97F4A7C15;
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }

    private sealed class Model
    {
        private readonly Queue<(RecordHash Key, long Revision)> _window = new();
        private readonly Dictionary<RecordHash, long> _newest = [];

        public int Count => _window.Count;

        public (RecordHash Key, long Revision) Oldest => _window.Peek();

        public long Newest(in RecordHash key) => _newest.GetValueOrDefault(key);

        public void Changed(in RecordHash key, long revision, bool isOfRecord)
        {
            _window.Enqueue((key, revision));
            if (isOfRecord)
            {
                _newest[key] = revision;
            }
        }

        public void Forget()
        {
            var (key, revision) = _window.Dequeue();
            if (_newest.TryGetValue(key, out var newest) && newest == revision)
            {
                _newest.Remove(key);
            }
        }

        public void Reset()
        {
            _window.Clear();
            _newest.Clear();
        }
    }
}
