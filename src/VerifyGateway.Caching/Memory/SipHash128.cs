using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace VerifyGateway.Caching.Memory;

/// <summary>SipHash-2-4 with a result of 128 bits (Aumasson and Bernstein, 2012): a pseudorandom function for short inputs.</summary>
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
        Round(ref v0, ref v1, ref v2, ref v3);
        Round(ref v0, ref v1, ref v2, ref v3);
        Round(ref v0, ref v1, ref v2, ref v3);
        Round(ref v0, ref v1, ref v2, ref v3);
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
}
