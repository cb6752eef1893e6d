using System.Numerics;

namespace NBomber.Measuring;

/// <summary>
/// The classes of a histogram. Values below 128 have one each; above, every power of two is divided into 64 equal parts, so that the
/// middle of a class is at most 1/128 away from any value in it. 2,368 classes reach to 2^42 - 1: 73 minutes in nanoseconds.
/// </summary>
internal static class Buckets
{
    public const int Count = ((HighestBit - PartBits) << PartBits) + (2 * Parts);
    public const long Highest = (1L << (HighestBit + 1)) - 1;

    private const int PartBits = 6;
    private const int Parts = 1 << PartBits;
    private const int HighestBit = 41;

    /// <summary>The class of a value; values out of range count as the nearest that is in range.</summary>
    public static int IndexOf(long value)
    {
        value = Math.Clamp(value, 0, Highest);
        if (value < 2 * Parts)
        {
            return (int)value;
        }

        var shift = BitOperations.Log2((ulong)value) - PartBits;
        return (shift << PartBits) + (int)(value >> shift);
    }

    /// <summary>The value that stands for all in a class.</summary>
    public static double MiddleOf(int index)
    {
        if (index < 2 * Parts)
        {
            return index;
        }

        var shift = (index >> PartBits) - 1;
        var lowest = (long)((index & (Parts - 1)) + Parts) << shift;
        return lowest + (((1L << shift) - 1) / 2.0);
    }
}
