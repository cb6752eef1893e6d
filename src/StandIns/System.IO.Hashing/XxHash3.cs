using System.Buffers.Binary;
using System.Numerics;

namespace System.IO.Hashing;

/// <summary>The 64-bit hash XXH3 of a whole buffer, with a seed. It is fast and not cryptographic.</summary>
/// <remarks>
/// Written after the public specification of XXH3, whose names (secret, stripe, lane, scramble) it keeps. Four methods follow
/// the four families of lengths: up to 16 bytes, up to 128, up to 240, and everything longer (<see cref="LongInput"/>).
/// </remarks>
public sealed class XxHash3
{
    internal const ulong Prime32A = 0x9E3779B1;
    internal const ulong Prime32B = 0x85EBCA77;
    internal const ulong Prime32C = 0xC2B2AE3D;
    internal const ulong Prime64A = 0x9E3779B185EBCA87;
    internal const ulong Prime64B = 0xC2B2AE3D27D4EB4F;
    internal const ulong Prime64C = 0x165667B19E3779F9;
    internal const ulong Prime64D = 0x85EBCA77C2B2AE63;
    internal const ulong Prime64E = 0x27D4EB2F165667C5;
    private const ulong MixPrimeA = 0x165667919E3779F9;
    private const ulong MixPrimeB = 0x9FB21C651E98DF25;

    // The 192 bytes that the specification fixes for callers who bring no secret of their own.
    internal static ReadOnlySpan<byte> DefaultSecret =>
    [
        0xb8, 0xfe, 0x6c, 0x39, 0x23, 0xa4, 0x4b, 0xbe, 0x7c, 0x01, 0x81, 0x2c, 0xf7, 0x21, 0xad, 0x1c,
        0xde, 0xd4, 0x6d, 0xe9, 0x83, 0x90, 0x97, 0xdb, 0x72, 0x40, 0xa4, 0xa4, 0xb7, 0xb3, 0x67, 0x1f,
        0xcb, 0x79, 0xe6, 0x4e, 0xcc, 0xc0, 0xe5, 0x78, 0x82, 0x5a, 0xd0, 0x7d, 0xcc, 0xff, 0x72, 0x21,
        0xb8, 0x08, 0x46, 0x74, 0xf7, 0x43, 0x24, 0x8e, 0xe0, 0x35, 0x90, 0xe6, 0x81, 0x3a, 0x26, 0x4c,
        0x3c, 0x28, 0x52, 0xbb, 0x91, 0xc3, 0x00, 0xcb, 0x88, 0xd0, 0x65, 0x8b, 0x1b, 0x53, 0x2e, 0xa3,
        0x71, 0x64, 0x48, 0x97, 0xa2, 0x0d, 0xf9, 0x4e, 0x38, 0x19, 0xef, 0x46, 0xa9, 0xde, 0xac, 0xd8,
        0xa8, 0xfa, 0x76, 0x3f, 0xe3, 0x9c, 0x34, 0x3f, 0xf9, 0xdc, 0xbb, 0xc7, 0xc7, 0x0b, 0x4f, 0x1d,
        0x8a, 0x51, 0xe0, 0x4b, 0xcd, 0xb4, 0x59, 0x31, 0xc8, 0x9f, 0x7e, 0xc9, 0xd9, 0x78, 0x73, 0x64,
        0xea, 0xc5, 0xac, 0x83, 0x34, 0xd3, 0xeb, 0xc3, 0xc5, 0x81, 0xa0, 0xff, 0xfa, 0x13, 0x63, 0xeb,
        0x17, 0x0d, 0xdd, 0x51, 0xb7, 0xf0, 0xda, 0x49, 0xd3, 0x16, 0x55, 0x26, 0x29, 0xd4, 0x68, 0x9e,
        0x2b, 0x16, 0xbe, 0x58, 0x7d, 0x47, 0xa1, 0xfc, 0x8f, 0xf8, 0xb8, 0xd1, 0x7a, 0xd0, 0x31, 0xce,
        0x45, 0xcb, 0x3a, 0x8f, 0x95, 0x16, 0x04, 0x28, 0xaf, 0xd7, 0xfb, 0xca, 0xbb, 0x4b, 0x40, 0x7e,
    ];

    private XxHash3()
    {
    }

    /// <summary>Hashes all of <paramref name="source"/>; another <paramref name="seed"/> gives another, unrelated hash.</summary>
    public static ulong HashToUInt64(ReadOnlySpan<byte> source, long seed = 0)
    {
        var mixed = unchecked((ulong)seed);
        return source.Length switch
        {
            <= 16 => UpTo16(source, mixed),
            <= 128 => UpTo128(source, mixed),
            <= 240 => UpTo240(source, mixed),
            _ => LongInput.Hash(source, mixed),
        };
    }

    internal static ulong Read64(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt64LittleEndian(bytes[at..]);

    /// <summary>The two halves of the 128-bit product, folded into one by xor.</summary>
    internal static ulong FoldedProduct(ulong left, ulong right)
    {
        var high = Math.BigMul(left, right, out var low);
        return high ^ low;
    }

    internal static ulong Avalanche(ulong value)
    {
        value = (value ^ (value >> 37)) * MixPrimeA;
        return value ^ (value >> 32);
    }

    // The shortest inputs are finished as in the older XXH64.
    private static ulong OldAvalanche(ulong value)
    {
        value = (value ^ (value >> 33)) * Prime64B;
        value = (value ^ (value >> 29)) * Prime64C;
        return value ^ (value >> 32);
    }

    private static ulong SecretPair(int at) => Read64(DefaultSecret, at) ^ Read64(DefaultSecret, at + 8);

    private static ulong UpTo16(ReadOnlySpan<byte> source, ulong seed) => source.Length switch
    {
        0 => OldAvalanche(seed ^ SecretPair(56)),
        <= 3 => From1To3(source, seed),
        <= 8 => From4To8(source, seed),
        _ => From9To16(source, seed),
    };

    private static ulong From1To3(ReadOnlySpan<byte> source, ulong seed)
    {
        var combined = source[^1] | ((uint)source.Length << 8) | ((uint)source[0] << 16) | ((uint)source[source.Length >> 1] << 24);
        var secret = BinaryPrimitives.ReadUInt32LittleEndian(DefaultSecret) ^ BinaryPrimitives.ReadUInt32LittleEndian(DefaultSecret[4..]);
        return OldAvalanche((secret + seed) ^ combined);
    }

    private static ulong From4To8(ReadOnlySpan<byte> source, ulong seed)
    {
        ulong first = BinaryPrimitives.ReadUInt32LittleEndian(source);
        ulong last = BinaryPrimitives.ReadUInt32LittleEndian(source[^4..]);
        seed ^= (ulong)BinaryPrimitives.ReverseEndianness((uint)seed) << 32;

        var value = (SecretPair(8) - seed) ^ (last | (first << 32));
        value ^= BitOperations.RotateLeft(value, 49) ^ BitOperations.RotateLeft(value, 24);
        value *= MixPrimeB;
        value ^= (value >> 35) + (ulong)source.Length;
        value *= MixPrimeB;
        return value ^ (value >> 28);
    }

    private static ulong From9To16(ReadOnlySpan<byte> source, ulong seed)
    {
        var low = (SecretPair(24) + seed) ^ Read64(source, 0);
        var high = (SecretPair(40) - seed) ^ Read64(source, source.Length - 8);
        return Avalanche((ulong)source.Length + BinaryPrimitives.ReverseEndianness(low) + high + FoldedProduct(low, high));
    }

    // 16 bytes of input, 16 bytes of secret and the seed become one word.
    private static ulong MixStep(ReadOnlySpan<byte> source, int at, int secretAt, ulong seed) => FoldedProduct(
        Read64(source, at) ^ (Read64(DefaultSecret, secretAt) + seed),
        Read64(source, at + 8) ^ (Read64(DefaultSecret, secretAt + 8) - seed));

    // Pairs of chunks, one from each end, from the middle outwards: together they cover the input.
    private static ulong UpTo128(ReadOnlySpan<byte> source, ulong seed)
    {
        var sum = (ulong)source.Length * Prime64A;
        for (var pair = (source.Length - 1) >> 5; pair >= 0; pair--)
        {
            sum += MixStep(source, pair * 16, pair * 32, seed);
            sum += MixStep(source, source.Length - (pair * 16) - 16, (pair * 32) + 16, seed);
        }

        return Avalanche(sum);
    }

    private static ulong UpTo240(ReadOnlySpan<byte> source, ulong seed)
    {
        var sum = (ulong)source.Length * Prime64A;
        for (var chunk = 0; chunk < 8; chunk++)
        {
            sum += MixStep(source, chunk * 16, chunk * 16, seed);
        }

        sum = Avalanche(sum);
        for (var chunk = 8; chunk < source.Length >> 4; chunk++)
        {
            sum += MixStep(source, chunk * 16, ((chunk - 8) * 16) + 3, seed);
        }

        return Avalanche(sum + MixStep(source, source.Length - 16, 119, seed));
    }
}
