using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace VerifyGateway.Caching.Memory;

/// <summary>
/// SipHash-2-4 with a result of 128 bits (Aumasson and Bernstein, 2012): a pseudorandom function for short inputs. Rounds stand in loops, as
/// the compiler puts only so many of them into one method, and calls the rest.
/// </summary>
internal static class SipHash128
{
    /// <summary>The hash of the bytes under a key of two words, which are little-endian in the papers.</summary>
    public static RecordHash Of(ulong key0, ulong key1, ReadOnlySpan<byte> bytes)
    {
        var v0 = key0 ^ 0x736f6d6570736575;
        var v1 = key1 ^ 0x646f72616e646f6d ^ 0xee;
        var v2 = key0 ^ 0x6c7967656e657261;
        var v3 = key1 ^ 0x7465646279746573;
        var last = ((ulong)bytes.Length << 56) | Rest(bytes);
        while (bytes.Length >= 8)
        {
            Take(ref v0, ref v1, ref v2, ref v3, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
            bytes = bytes[8..];
        }

        Take(ref v0, ref v1, ref v2, ref v3, last);
        v2 ^= 0xee;
        FourRounds(ref v0, ref v1, ref v2, ref v3);
        var low = v0 ^ v1 ^ v2 ^ v3;
        v1 ^= 0xdd;
        FourRounds(ref v0, ref v1, ref v2, ref v3);
        return new RecordHash(low, v0 ^ v1 ^ v2 ^ v3);
    }

    /// <summary>
    /// The hashes of two inputs, which are made side by side where both have as many whole words: a round waits for the round before it, and
    /// the processor has time for another one.
    /// </summary>
    public static RecordHashes OfBoth(ulong key0, ulong key1, ReadOnlySpan<byte> first, ReadOnlySpan<byte> second)
    {
        if (first.Length / 8 != second.Length / 8)
        {
            return new(Of(key0, key1, first), Of(key0, key1, second));
        }

        var v0 = Vector128.Create(key0 ^ 0x736f6d6570736575);
        var v1 = Vector128.Create(key1 ^ 0x646f72616e646f6d ^ 0xee);
        var v2 = Vector128.Create(key0 ^ 0x6c7967656e657261);
        var v3 = Vector128.Create(key1 ^ 0x7465646279746573);
        var last = Vector128.Create(((ulong)first.Length << 56) | Rest(first), ((ulong)second.Length << 56) | Rest(second));
        for (; first.Length >= 8; first = first[8..], second = second[8..])
        {
            Take(ref v0, ref v1, ref v2, ref v3, Vector128.Create(BinaryPrimitives.ReadUInt64LittleEndian(first), BinaryPrimitives.ReadUInt64LittleEndian(second)));
        }

        Take(ref v0, ref v1, ref v2, ref v3, last);
        v2 ^= Vector128.Create(0xeeUL);
        FourRounds(ref v0, ref v1, ref v2, ref v3);
        var low = v0 ^ v1 ^ v2 ^ v3;
        v1 ^= Vector128.Create(0xddUL);
        FourRounds(ref v0, ref v1, ref v2, ref v3);
        var high = v0 ^ v1 ^ v2 ^ v3;
        return new(new RecordHash(low[0], high[0]), new RecordHash(low[1], high[1]));
    }

    /// <summary>The bytes after the last whole word: cut from the last eight where there are so many.</summary>
    private static ulong Rest(ReadOnlySpan<byte> bytes)
    {
        var count = bytes.Length % 8;
        if (count == 0)
        {
            return 0;
        }

        if (bytes.Length >= 8)
        {
            return BinaryPrimitives.ReadUInt64LittleEndian(bytes[^8..]) >> (8 * (8 - count));
        }

        var rest = 0UL;
        for (var i = 0; i < count; i++)
        {
            rest |= (ulong)bytes[i] << (8 * i);
        }

        return rest;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Take(ref ulong v0, ref ulong v1, ref ulong v2, ref ulong v3, ulong word)
    {
        v3 ^= word;
        Round(ref v0, ref v1, ref v2, ref v3);
        Round(ref v0, ref v1, ref v2, ref v3);
        v0 ^= word;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void FourRounds(ref ulong v0, ref ulong v1, ref ulong v2, ref ulong v3)
    {
        for (var round = 0; round < 4; round++)
        {
            Round(ref v0, ref v1, ref v2, ref v3);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Round(ref ulong v0, ref ulong v1, ref ulong v2, ref ulong v3)
    {
        v0 += v1;
        v2 += v3;
        v1 = BitOperations.RotateLeft(v1, 13) ^ v0;
        v3 = BitOperations.RotateLeft(v3, 16) ^ v2;
        v0 = BitOperations.RotateLeft(v0, 32);
        v2 += v1;
        v0 += v3;
        v1 = BitOperations.RotateLeft(v1, 17) ^ v2;
        v3 = BitOperations.RotateLeft(v3, 21) ^ v0;
        v2 = BitOperations.RotateLeft(v2, 32);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Take(ref Vector128<ulong> v0, ref Vector128<ulong> v1, ref Vector128<ulong> v2, ref Vector128<ulong> v3, Vector128<ulong> words)
    {
        v3 ^= words;
        Round(ref v0, ref v1, ref v2, ref v3);
        Round(ref v0, ref v1, ref v2, ref v3);
        v0 ^= words;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void FourRounds(ref Vector128<ulong> v0, ref Vector128<ulong> v1, ref Vector128<ulong> v2, ref Vector128<ulong> v3)
    {
        for (var round = 0; round < 4; round++)
        {
            Round(ref v0, ref v1, ref v2, ref v3);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Round(ref Vector128<ulong> v0, ref Vector128<ulong> v1, ref Vector128<ulong> v2, ref Vector128<ulong> v3)
    {
        v0 += v1;
        v2 += v3;
        v1 = RotateLeft(v1, 13) ^ v0;
        v3 = RotateLeft(v3, 16) ^ v2;
        v0 = RotateLeft(v0, 32);
        v2 += v1;
        v0 += v3;
        v1 = RotateLeft(v1, 17) ^ v2;
        v3 = RotateLeft(v3, 21) ^ v0;
        v2 = RotateLeft(v2, 32);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<ulong> RotateLeft(Vector128<ulong> value, int by) => (value << by) | (value >>> (64 - by));
}
