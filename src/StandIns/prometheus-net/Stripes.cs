using System.Numerics;
using System.Runtime.CompilerServices;

namespace Prometheus;

/// <summary>
/// Numbers that many cores add to at once. Each core has a stripe of its own in one array of 64-bit cells, and a reader adds the
/// stripes up. The last cell of a stripe and the first of the next are 128 bytes apart, so that they share no cache line wherever the
/// array lies, nor a pair of lines (which are fetched together); the same gap keeps the array's header and its neighbours off. A thread that moves to another core in the middle of an update still updates correctly, for every
/// update is atomic; it only shares a line for once.
/// </summary>
internal static class Stripes
{
    private const int Gap = 16;

    /// <summary>More than this costs more memory for each child than it saves in time.</summary>
    private const int Most = 16;

    public static readonly int Count = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Min(Environment.ProcessorCount, Most));

    private static readonly int Mask = Count - 1;

    // The numbers of the processors that a container gets need not follow each other: 4 and 20 would share a stripe if the last bits
    // of the number chose it. So each number gets the next stripe when it is first seen; zero is one that was not seen yet.
    private static readonly int[] PlaceOfProcessor = new int[1024];

    private static int _places;

    /// <summary>How far apart stripes of the given number of cells begin.</summary>
    public static int Stride(int cells) => cells + Gap - 1;

    public static long[] Allocate(int stride) => new long[Gap + (Count * stride) + Gap];

    /// <summary>Where the stripe of the core that runs this thread begins.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Mine(int stride)
    {
        var processor = Thread.GetCurrentProcessorId() & (PlaceOfProcessor.Length - 1);
        var place = PlaceOfProcessor[processor];
        return Gap + (((place == 0 ? Assign(processor) : place) & Mask) * stride);
    }

    public static int Start(int stripe, int stride) => Gap + (stripe * stride);

    /// <summary>Adds to a cell that holds the bits of a double.</summary>
    public static void Add(ref long cell, double amount)
    {
        var seen = Volatile.Read(ref cell);
        while (true)
        {
            var sum = BitConverter.DoubleToInt64Bits(BitConverter.Int64BitsToDouble(seen) + amount);
            var found = Interlocked.CompareExchange(ref cell, sum, seen);
            if (found == seen)
            {
                return;
            }

            seen = found;
        }
    }

    public static double ReadDouble(ref long cell) => BitConverter.Int64BitsToDouble(Volatile.Read(ref cell));

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int Assign(int processor)
    {
        var next = Interlocked.Increment(ref _places);
        var found = Interlocked.CompareExchange(ref PlaceOfProcessor[processor], next, 0);
        return found == 0 ? next : found;
    }
}
