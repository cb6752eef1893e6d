using System.Buffers.Binary;
using VerifyGateway.Caching.Memory;

namespace VerifyGateway.Caching.Tests.Memory;

/// <summary>Hashes and values of tests. A value says whose it is, and every byte of it follows from its first ones: a torn one is seen.</summary>
internal static class Values
{
    private static readonly RecordHasher Hasher = new("0123456789abcdef"u8);

    public static RecordHash Hash(int number) => Hasher.Of(Support.Make.TerminalKey(number));

    /// <summary>Fills a value of so many bytes, 12 or more.</summary>
    public static void Fill(Span<byte> value, int number, long stamp)
    {
        BinaryPrimitives.WriteInt32LittleEndian(value, number);
        BinaryPrimitives.WriteInt64LittleEndian(value[4..], stamp);
        var state = ((ulong)stamp * 0x9E3779B97F4A7C15) + (ulong)number + (ulong)value.Length;
        for (var i = 12; i < value.Length; i++)
        {
            state = (state ^ (state >> 29)) * 0xBF58476D1CE4E5B9;
            value[i] = (byte)(state >> 56);
        }
    }

    public static byte[] Of(int number, int length, long stamp = 1)
    {
        var value = new byte[length];
        Fill(value, number, stamp);
        return value;
    }

    /// <summary>True when a value is whole and of this number.</summary>
    public static bool IsWhole(ReadOnlySpan<byte> value, int number)
    {
        if (value.Length < 12 || BinaryPrimitives.ReadInt32LittleEndian(value) != number)
        {
            return false;
        }

        Span<byte> expected = stackalloc byte[value.Length];
        Fill(expected, number, BinaryPrimitives.ReadInt64LittleEndian(value[4..]));
        return value.SequenceEqual(expected);
    }
}
