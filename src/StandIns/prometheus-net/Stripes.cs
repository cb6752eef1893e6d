using System.Numerics;
using System.Runtime.CompilerServices;

namespace Prometheus;

/// <summary>
/// Numbers that many cores add to at once. Each core has a stripe of its own in one array of 64-bit cells, and a reader adds the
/// stripes up. Stripes lie two cache lines apart (neighbouring lines are fetched in pairs), the first behind a gap that keeps it
/// away from the array's header. A thread that moves to another core in the middle of an update still updates correctly, for every
/// update is atomic; it only shares a line for once.
/// </summary>
internal static class Stripes
{
    /// <summary>128 bytes.</summary>
    private const int Gap = 16;

    /// <summary>More than this costs more memory for each child than it saves in time.</summary>
    private const int Most = 16;

    public static readonly int Count = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Min(Environment.ProcessorCount, Most));

    private static readonly int Mask = Count - 1;

    /// <summary>How far apart stripes of the given number of cells begin.</summary>
    public static int Stride(int cells) => (cells + Gap - 1) / Gap * Gap;

    public static long[] Allocate(int stride) => new long[Gap + (Count * stride) + Gap];

    /// <summary>Where the stripe of the core that runs this thread begins.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Mine(int stride) => Gap + ((Thread.GetCurrentProcessorId() & Mask) * stride);

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
}
