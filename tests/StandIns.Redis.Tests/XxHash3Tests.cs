using System.IO.Hashing;
using System.Numerics;
using StackExchange.Redis;

namespace StandIns.Redis.Tests;

/// <summary>XXH3 against the test vectors published with xxHash 0.8, and the properties that any good hash has.</summary>
public sealed class XxHash3Tests
{
    private const ulong Prime32 = 2654435761;
    private const ulong Prime64 = 11400714785074694797;

    // Length, hash with seed 0, hash with Prime64 as the seed; over the bytes that the vectors are published for.
    public static readonly TheoryData<int, ulong, ulong> Published = new()
    {
        { 0, 0x2D06800538D394C2, 0xA8A6B918B2F0364A },
        { 1, 0xC44BDFF4074EECDB, 0x032BE332DD766EF8 },
        { 6, 0x27B56A84CD2D7325, 0x84589C116AB59AB9 },
        { 12, 0xA713DAF0DFBB77E7, 0xE7303E1B2336DE0E },
        { 24, 0xA3FE70BF9D3510EB, 0x850E80FC35BDD690 },
        { 48, 0x397DA259ECBA1F11, 0xADC2CBAA44ACC616 },
        { 80, 0xBCDEFBBB2C47C90A, 0xC6DD0CB699532E73 },
        { 195, 0xCD94217EE362EC3A, 0xBA68003D370CB3D9 },
        { 403, 0xCDEB804D65C6DEA4, 0x6259F6ECFD6443FD },
        { 512, 0x617E49599013CB6B, 0x3CE457DE14C27708 },
        { 2048, 0xDD59E2C3A5F038E0, 0x66F81670669ABABC },
        { 2240, 0x6E73A90539CF2948, 0x757BA8487D1B5247 },
        { 2367, 0xCB37AEB9E5D361ED, 0xD2DB3415B942B42A },
    };

    // Both sides of every border between two families of lengths, and of the first blocks.
    private static readonly int[] Borders =
        [1, 2, 3, 4, 7, 8, 9, 15, 16, 17, 31, 32, 33, 127, 128, 129, 143, 144, 239, 240, 241, 255, 256, 257, 1023, 1024, 1025, 1088, 2048, 2049];

    [Theory]
    [MemberData(nameof(Published))]
    public void Published_vectors_hold(int length, ulong unseeded, ulong seeded)
    {
        var bytes = PublishedBytes(length);
        Assert.Equal(unseeded, XxHash3.HashToUInt64(bytes));
        Assert.Equal(unseeded, XxHash3.HashToUInt64(bytes, 0));
        Assert.Equal(seeded, XxHash3.HashToUInt64(bytes, unchecked((long)Prime64)));
    }

    [Fact]
    public void Every_bit_of_the_input_and_of_the_seed_changes_about_half_of_the_hash()
    {
        foreach (var length in Borders)
        {
            var bytes = PublishedBytes(length);
            var before = XxHash3.HashToUInt64(bytes, 42);
            var flips = new List<int>();
            for (var bit = 0; bit < length * 8; bit += Math.Max(1, length / 64))
            {
                bytes[bit / 8] ^= (byte)(1 << (bit % 8));
                flips.Add(BitOperations.PopCount(before ^ XxHash3.HashToUInt64(bytes, 42)));
                bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            }

            for (var bit = 0; bit < 64; bit++)
            {
                flips.Add(BitOperations.PopCount(before ^ XxHash3.HashToUInt64(bytes, 42L ^ (1L << bit))));
            }

            Assert.Equal(before, XxHash3.HashToUInt64(bytes, 42));
            Assert.DoesNotContain(0, flips);
            Assert.InRange(flips.Average(), 28, 36);
        }
    }

    [Fact]
    public void Only_the_bytes_of_the_span_count_wherever_they_lie()
    {
        var room = new byte[4096];
        foreach (var length in Borders)
        {
            var bytes = PublishedBytes(length);
            var expected = XxHash3.HashToUInt64(bytes, 7);
            for (var shift = 0; shift < 9; shift++)
            {
                Random.Shared.NextBytes(room);
                bytes.CopyTo(room.AsSpan(shift));
                Assert.Equal(expected, XxHash3.HashToUInt64(room.AsSpan(shift, length), 7));
            }
        }
    }

    [Fact]
    public void No_two_prefixes_of_one_buffer_share_a_hash()
    {
        var bytes = PublishedBytes(4096);
        var hashes = Enumerable.Range(0, bytes.Length + 1).Select(length => XxHash3.HashToUInt64(bytes.AsSpan(0, length)));
        Assert.Equal(bytes.Length + 1, hashes.Distinct().Count());
    }

    [Fact]
    public void The_client_makes_its_digest_with_it()
    {
        var bytes = PublishedBytes(195);
        Assert.Contains("cd94217ee362ec3a", ValueCondition.CalculateDigest(bytes).ToString(), StringComparison.OrdinalIgnoreCase);
    }

    private static byte[] PublishedBytes(int length)
    {
        var bytes = new byte[length];
        var state = Prime32;
        for (var at = 0; at < length; at++)
        {
            bytes[at] = (byte)(state >> 56);
            state *= Prime64;
        }

        return bytes;
    }
}
