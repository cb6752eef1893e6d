using VerifyGateway.Caching.Coherence;
using VerifyGateway.Caching.Memory;

namespace VerifyGateway.Caching.Tests.Coherence;

/// <summary>Readers ask the recent-change index, each under the lock of its stripe, while one thread makes the window longer and moves it.</summary>
public sealed class RecentChangesConcurrencyTests : IDisposable
{
    private const int Rounds = 150;
    private const int Revisions = 5_000;
    private const int Capacity = 3_000;
    private const int OftenChanged = 40;
    private const int Stripes = 2;

    private readonly ITestOutputHelper _output;
    private readonly Lock[] _locks = [.. Enumerable.Range(0, Stripes).Select(static _ => new Lock())];
    // The next round is there when all have come for it, so that none of them can still be on the way to the one before.
    private readonly Barrier _next;

    private Round? _round;
    private bool _isDone;
    private long _reads;

    public RecentChangesConcurrencyTests(ITestOutputHelper output)
    {
        _output = output;
        _next = new Barrier(3, _ => _round = new Round());
    }

    /// <summary>
    /// A reader who is told of a revision finds it, or a newer one, for its key, unless the window has passed it by (F4), and never finds the
    /// revision of another key. Some keys change again and again, and all have the same home and tag: only they themselves tell them apart. The
    /// others change once, and leave the tables again, which moves what stands behind them.
    /// </summary>
    [Fact]
    public async Task Newest_WhileTheWindowGrowsAndMoves_IsOfItsKeyAndAsNewAsWhatIsNoted()
    {
        var reading = Enumerable.Range(1, 2).Select(reader => Task.Factory.StartNew(() => Read(reader), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)).ToArray();
        try
        {
            for (var times = 0; times < Rounds && !Volatile.Read(ref _isDone); times++)
            {
                Write(NextRound());
            }
        }
        finally
        {
            Volatile.Write(ref _isDone, true);
            _next.RemoveParticipant();
        }

        await Task.WhenAll(reading);
        _output.WriteLine($"{_reads} reads beside {Rounds * Revisions} changes");
    }

    /// <inheritdoc />
    public void Dispose() => _next.Dispose();

    private Round NextRound()
    {
        Assert.True(_next.SignalAndWait(TimeSpan.FromMinutes(1)), "Somebody does not come to the next round.");
        return _round!;
    }

    private void Write(Round round)
    {
        var changes = round.Changes;
        for (var revision = 1L; revision <= Revisions; revision++)
        {
            var key = KeyOf(revision);
            changes.Extend(key, revision);
            lock (LockOf(key))
            {
                changes.Note_NeedsLock(key, revision);
            }

            Volatile.Write(ref round.Noted, revision);
            if (revision % 256 == 0)
            {
                // Somebody has read of what was noted, on one processor, too.
                var read = Volatile.Read(ref _reads);
                Assert.True(SpinWait.SpinUntil(() => Volatile.Read(ref _reads) > read || Volatile.Read(ref _isDone), TimeSpan.FromSeconds(30)), "Nobody reads.");
            }

            if (changes.IsOverfull)
            {
                var oldest = changes.Shorten();
                lock (LockOf(oldest))
                {
                    changes.Forget_NeedsLock(oldest, changes.Floor);
                }
            }
        }
    }

    /// <summary>Reads in every round until it is over.</summary>
    private void Read(int seed)
    {
        var random = new Random(seed);
        try
        {
            for (var times = 0; times < Rounds; times++)
            {
                var round = NextRound();
                do
                {
                    ReadOne(round, random);
                }
                while (Volatile.Read(ref round.Noted) < Revisions && !Volatile.Read(ref _isDone));
            }
        }
        catch
        {
            // Nobody waits for one that has failed.
            Volatile.Write(ref _isDone, true);
            _next.RemoveParticipant();
            throw;
        }
    }

    private void ReadOne(Round round, Random random)
    {
        var noted = Volatile.Read(ref round.Noted);
        if (noted == 0)
        {
            return;
        }

        // What has just changed, what changed just before, or any.
        var of = random.Next(3) switch { 0 => noted, 1 => Math.Max(1, noted - random.Next(OftenChanged)), _ => 1 + random.NextInt64(noted) };
        var key = KeyOf(of);
        var changes = round.Changes;
        changes.Prefetch(key);
        long seen, floor;
        lock (LockOf(key))
        {
            seen = changes.Newest_NeedsLock(key);
            floor = changes.Floor;
        }

        Assert.True(seen == 0 || KeyOf(seen) == key, $"Revision {seen} is of another key than {of}.");
        Assert.True(seen >= of || floor >= of, $"Revision {of} was noted, {seen} is found, and the window begins after {floor}.");
        Interlocked.Increment(ref _reads);
    }

    /// <summary>The key that a revision changes: every third one that changes but once.</summary>
    private static RecordHash KeyOf(long revision)
    {
        var key = revision % 3 == 0 ? (ulong)revision + OftenChanged : (ulong)(revision % OftenChanged);
        var home = revision % 3 == 0 ? key * 7 % 4_096 : 0;
        return new RecordHash(key, ((key % Stripes) << 58) | home);
    }

    private Lock LockOf(in RecordHash key) => _locks[RecentChanges.StripeOf(key)];

    private sealed class Round
    {
        public readonly RecentChanges Changes = new(Capacity);
        public long Noted;
    }
}
