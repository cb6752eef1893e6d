using System.Buffers.Binary;

namespace System.IO.Hashing;

/// <summary>XXH3 of more than 240 bytes: eight lanes, fed with stripes of 64 bytes, scrambled after each block of 1,024.</summary>
internal static class LongInput
{
    private const int Lanes = 8;
    private const int StripeBytes = 64;
    private const int SecretBytes = 192;
    private const int StripesPerBlock = (SecretBytes - StripeBytes) / 8;
    private const int BlockBytes = StripesPerBlock * StripeBytes;
    private const int LastStripeSecret = SecretBytes - 71;
    private const int MergeSecret = 11;

    public static ulong Hash(ReadOnlySpan<byte> source, ulong seed)
    {
        Span<byte> derived = stackalloc byte[SecretBytes];
        var secret = seed == 0 ? XxHash3.DefaultSecret : Derive(derived, seed);
        Span<ulong> lanes =
        [
            XxHash3.Prime32C, XxHash3.Prime64A, XxHash3.Prime64B, XxHash3.Prime64C,
            XxHash3.Prime64D, XxHash3.Prime32B, XxHash3.Prime64E, XxHash3.Prime32A,
        ];

        // A last block is kept back even when it is whole: its lanes are not scrambled.
        var rest = source;
        while (rest.Length > BlockBytes)
        {
            AddStripes(lanes, rest, StripesPerBlock, secret);
            Scramble(lanes, secret[^StripeBytes..]);
            rest = rest[BlockBytes..];
        }

        // The last 64 bytes are a stripe of their own and may overlap the one before, even in the block before.
        AddStripes(lanes, rest, (rest.Length - 1) / StripeBytes, secret);
        AddStripe(lanes, source[^StripeBytes..], secret[LastStripeSecret..]);
        return Merge(lanes, secret[MergeSecret..], (ulong)source.Length * XxHash3.Prime64A);
    }

    // Every second word of the secret gains the seed, every other one loses it.
    private static ReadOnlySpan<byte> Derive(Span<byte> derived, ulong seed)
    {
        for (var at = 0; at < SecretBytes; at += 16)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(derived[at..], XxHash3.Read64(XxHash3.DefaultSecret, at) + seed);
            BinaryPrimitives.WriteUInt64LittleEndian(derived[(at + 8)..], XxHash3.Read64(XxHash3.DefaultSecret, at + 8) - seed);
        }

        return derived;
    }

    private static void AddStripes(Span<ulong> lanes, ReadOnlySpan<byte> source, int count, ReadOnlySpan<byte> secret)
    {
        for (var stripe = 0; stripe < count; stripe++)
        {
            AddStripe(lanes, source.Slice(stripe * StripeBytes, StripeBytes), secret[(stripe * 8)..]);
        }
    }

    private static void AddStripe(Span<ulong> lanes, ReadOnlySpan<byte> stripe, ReadOnlySpan<byte> secret)
    {
        for (var lane = 0; lane < Lanes; lane++)
        {
            var word = XxHash3.Read64(stripe, lane * 8);
            var keyed = word ^ XxHash3.Read64(secret, lane * 8);
            lanes[lane ^ 1] += word;
            lanes[lane] += (keyed & uint.MaxValue) * (keyed >> 32);
        }
    }

    private static void Scramble(Span<ulong> lanes, ReadOnlySpan<byte> secret)
    {
        for (var lane = 0; lane < Lanes; lane++)
        {
            var value = lanes[lane];
            value ^= value >> 47;
            value ^= XxHash3.Read64(secret, lane * 8);
            lanes[lane] = value * XxHash3.Prime32A;
        }
    }

    private static ulong Merge(ReadOnlySpan<ulong> lanes, ReadOnlySpan<byte> secret, ulong start)
    {
        var sum = start;
        for (var lane = 0; lane < Lanes; lane += 2)
        {
            sum += XxHash3.FoldedProduct(
                lanes[lane] ^ XxHash3.Read64(secret, lane * 8),
                lanes[lane + 1] ^ XxHash3.Read64(secret, (lane + 1) * 8));
        }

        return XxHash3.Avalanche(sum);
    }
}
