using System.Diagnostics;
using VerifyGateway.Caching.Memory;
using VerifyGateway.Domain.Records;

namespace VerifyGateway.FleetTable;

/// <summary>
/// The measures, in many short rounds, each with names of its own, so that no round finds in the processor's caches what the one before has
/// put there. The median says what it costs here and now; on a machine that others use as well, the fastest twentieth says what it costs in
/// rounds that nobody cut short.
/// </summary>
internal static class Measure
{
    public const int Rounds = 512;
    public const int Round = 1 << 13;
    private const int Sample = Rounds * Round;

    // Allocated once: an array of 128 MiB that is given back is a pause of its own.
    private static readonly long[] Ticks = new long[1 << 24];
    private static readonly byte[] Room = new byte[Caching.Memory.FleetTable.MaxValueBytes];

    /// <summary>Nanoseconds to hash the name of a terminal.</summary>
    public static Times Hash(RecordHasher hasher)
    {
        TerminalKey[] keys = [.. Enumerable.Range(0, 64).Select(Fleet.TerminalKey)];
        return Times.Of(Rounds, Round, _ =>
        {
            var last = 0UL;
            for (var i = 0; i < Round; i++)
            {
                // The next name depends on the hash before, so that two are never under way at once.
                last = hasher.Of(keys[(i + (int)last) & 63]).Low;
            }

            return last;
        });
    }

    /// <summary>
    /// Nanoseconds of a look-up in random order: one after the other, each index made from what the one before has read, so that nothing
    /// overlaps; and side by side, as the processor likes it.
    /// </summary>
    public static (Times Alone, Times Overlapped) LookUps(Caching.Memory.FleetTable table, RecordHash[] hashes, bool hits)
    {
        var alone = Times.Of(Rounds, Round, round =>
        {
            var found = 0;
            var at = round * Round;
            for (var i = 0; i < Round; i++)
            {
                found += table.TryGet(hashes[at], Room, out var length, out var revision) ? 1 : 0;
                // A revision has 48 bits, and a length is never that long: this adds nothing, and has to be waited for.
                at += 1 + (int)(revision >> 50) + (length >> 20);
            }

            return Right(found, hits);
        });
        var overlapped = Times.Of(Rounds, Round, round =>
        {
            var found = 0;
            foreach (ref readonly var hash in hashes.AsSpan(round * Round, Round))
            {
                found += table.TryGet(hash, Room, out _, out _) ? 1 : 0;
            }

            return Right(found, hits);
        });
        return (alone, overlapped);
    }

    /// <summary>Hashes of names in random order, of terminals below a number or of ones that nobody has.</summary>
    public static RecordHash[] Hashes(RecordHasher hasher, int below, bool held, int seed)
    {
        var random = new Random(seed);
        var hashes = new RecordHash[Sample];
        for (var i = 0; i < hashes.Length; i++)
        {
            hashes[i] = hasher.Of(Fleet.TerminalKey(held ? random.Next(below) : 500_000_000 + random.Next(400_000_000)));
        }

        return hashes;
    }

    /// <summary>Nanoseconds from the name to the record: hash, look-up, unpacking.</summary>
    public static (Times Terminal, Times Merchant) Records(RecordHasher hasher, int count)
    {
        using var memory = new FleetMemory(hasher, 1L << 30, static _ => { }, static _ => { });
        var terminals = new TerminalKey[count];
        var merchants = new MerchantKey[count];
        for (var i = 0; i < count; i++)
        {
            (terminals[i], merchants[i]) = (Fleet.TerminalKey(i), Fleet.MerchantKey(i));
            memory.Put(hasher.Of(terminals[i]), Fleet.Terminal(i), 1);
            memory.Put(hasher.Of(merchants[i]), Fleet.Merchant(i), 1);
        }

        var terminal = Times.Of(Rounds, Round, _ =>
        {
            var found = 0;
            for (var i = 0; i < Round; i++)
            {
                found += memory.TryGet(terminals[i % count], hasher.Of(terminals[i % count]), out TerminalRecord? record, out long _) && record is not null ? 1 : 0;
            }

            return Right(found, true);
        });
        var merchant = Times.Of(Rounds, Round, _ =>
        {
            var found = 0;
            for (var i = 0; i < Round; i++)
            {
                found += memory.TryGet(merchants[i % count], hasher.Of(merchants[i % count]), out MerchantRecord? record, out long _) && record is not null ? 1 : 0;
            }

            return Right(found, true);
        });
        return (terminal, merchant);
    }

    /// <summary>Single look-ups for a while, each timed, in microseconds: how many, the 99.99th of 100, and the longest.</summary>
    /// <param name="table">The table.</param>
    /// <param name="hashes">What is looked up.</param>
    /// <param name="time">How long.</param>
    /// <param name="between">Done before each look-up, and within its time.</param>
    public static (int Count, double P9999, double Longest) Longest(Caching.Memory.FleetTable table, RecordHash[] hashes, TimeSpan time, Action? between = null)
    {
        var end = Stopwatch.GetTimestamp() + (long)(time.TotalSeconds * Stopwatch.Frequency);
        var count = 0;
        for (var now = Stopwatch.GetTimestamp(); now < end && count < Ticks.Length; count++)
        {
            between?.Invoke();
            table.TryGet(hashes[count & (hashes.Length - 1)], Room, out _, out _);
            var after = Stopwatch.GetTimestamp();
            Ticks[count] = after - now;
            now = after;
        }

        Array.Sort(Ticks, 0, count);
        return (count, Micro(Ticks[(int)(count * 0.9999)]), Micro(Ticks[count - 1]));
    }

    private static double Micro(long ticks) => ticks * 1e6 / Stopwatch.Frequency;

    private static ulong Right(int found, bool hits) =>
        found == (hits ? Round : 0) ? (ulong)found : throw new InvalidOperationException($"{found} of {Round} found");
}

/// <summary>Nanoseconds of one of what a round does many times: in the middle, and in the fastest twentieth of the rounds.</summary>
internal readonly record struct Times(double Median, double Fast)
{
    public static Times Of(int rounds, int size, Func<int, ulong> round)
    {
        var times = new double[rounds];
        for (var i = 0; i < rounds; i++)
        {
            var began = Stopwatch.GetTimestamp();
            round(i);
            times[i] = Stopwatch.GetElapsedTime(began).TotalNanoseconds / size;
        }

        // The first rounds compile.
        var warm = times[(rounds / 4)..];
        Array.Sort(warm);
        return new Times(warm[warm.Length / 2], warm[warm.Length / 20]);
    }

    public override string ToString() => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Median:0} ({Fast:0})");
}
