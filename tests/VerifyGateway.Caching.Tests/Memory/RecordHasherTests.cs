using VerifyGateway.Caching.Memory;
using VerifyGateway.Caching.Tests.Support;
using VerifyGateway.Domain.Records;

namespace VerifyGateway.Caching.Tests.Memory;

public sealed class RecordHasherTests(ITestOutputHelper output)
{
    private static readonly byte[] Key = [.. Enumerable.Range(0, 16).Select(i => (byte)i)];

    // The vectors published with SipHash: key 00 01 … 0F, message 00 01 … of each length.
    [Theory]
    [InlineData(0, "A3817F04BA25A8E66DF67214C7550293")]
    [InlineData(1, "DA87C1D86B99AF44347659119B22FC45")]
    [InlineData(2, "8177228DA4A45DC7FCA38BDEF60AFFE4")]
    [InlineData(3, "9C70B60C5267A94E5F33B6B02985ED51")]
    [InlineData(4, "F88164C12D9C8FAF7D0F6E7C7BCD5579")]
    [InlineData(5, "1368875980776F8854527A07690E9627")]
    [InlineData(6, "14EECA338B208613485EA0308FD7A15E")]
    [InlineData(7, "A1F1EBBED8DBC153C0B84AA61FF08239")]
    [InlineData(8, "3B62A9BA6258F5610F83E264F31497B4")]
    public void SipHash_PublishedVectors_AreMet(int length, string expected)
    {
        byte[] message = [.. Enumerable.Range(0, length).Select(i => (byte)i)];
        Assert.Equal(expected, Hex(SipHash128.Of(BitConverter.ToUInt64(Key, 0), BitConverter.ToUInt64(Key, 8), message)));
    }

    [Fact]
    public void Of_Names_AreHashedAsTheClassSays()
    {
        var hasher = new RecordHasher(Key);
        var (key0, key1) = (BitConverter.ToUInt64(Key, 0), BitConverter.ToUInt64(Key, 8));
        var terminal = new TerminalKey(Make.Acquirer("48025840"), Make.Sn("00005702280117638929"));
        var merchant = new MerchantKey(Make.Acquirer("48025840123"), Make.MerchantNo("898440359120003"));
        Assert.Equal(SipHash128.Of(key0, key1, [.. "4802584000005702280117638929"u8, 0x18]), hasher.Of(terminal));
        Assert.Equal(SipHash128.Of(key0, key1, [.. "48025840123898440359120003"u8, 0x2B]), hasher.Of(merchant));
    }

    [Fact]
    public void Of_NamesThatLookAlike_Differ()
    {
        var hasher = RecordHasher.Random();
        // The same characters, another border between acquirer and number; and the same characters of both kinds.
        var first = hasher.Of(new TerminalKey(Make.Acquirer("480210001"), Make.Sn("2345601123")));
        var second = hasher.Of(new TerminalKey(Make.Acquirer("48021000"), Make.Sn("12345601123")));
        var third = hasher.Of(new TerminalKey(Make.Acquirer("48021000"), Make.Sn("123456011234567")));
        var fourth = hasher.Of(new MerchantKey(Make.Acquirer("48021000"), Make.MerchantNo("123456011234567")));
        Assert.Equal(4, new HashSet<RecordHash> { first, second, third, fourth }.Count);
    }

    [Fact]
    public void Of_LongestNames_AreHashedWhole()
    {
        var hasher = RecordHasher.Random();
        var first = hasher.Of(new TerminalKey(Make.Acquirer("48021000123"), Make.Sn("12345601" + new string('z', 42))));
        var second = hasher.Of(new TerminalKey(Make.Acquirer("48021000123"), Make.Sn("12345601" + new string('z', 41) + "y")));
        Assert.NotEqual(first, second);
        Assert.NotEqual(default, hasher.Of(default(TerminalKey)));
    }

    [Fact]
    public void Keys_ChangeEverything()
    {
        var key = Make.TerminalKey(1);
        Assert.Equal(new RecordHasher(Key).Of(key), new RecordHasher(Key).Of(key));
        Assert.NotEqual(RecordHasher.Random().Of(key), RecordHasher.Random().Of(key));
        Assert.Throws<ArgumentException>(() => new RecordHasher(Key.AsSpan(1)));
    }

    [Fact]
    public void OfBoth_AnyLengths_AreTheHashesOfEach()
    {
        var random = Seed.Next(output);
        for (var round = 0; round < 20_000; round++)
        {
            var (first, second) = (new byte[random.Next(62)], new byte[random.Next(62)]);
            random.NextBytes(first);
            random.NextBytes(second);
            var (key0, key1) = ((ulong)random.NextInt64(), (ulong)random.NextInt64() << 1);
            Assert.Equal(new RecordHashes(SipHash128.Of(key0, key1, first), SipHash128.Of(key0, key1, second)), SipHash128.OfBoth(key0, key1, first, second));
        }
    }

    [Fact]
    public void Of_AllocatesNothing()
    {
        var hasher = RecordHasher.Random();
        var (terminal, merchant) = (Make.TerminalKey(1), Make.MerchantKey(1));
        Assert.Equal(0, Allocated.Least(() =>
        {
            hasher.Of(terminal);
            hasher.Of(merchant);
        }));
    }

    private static string Hex(RecordHash hash) => Convert.ToHexString([.. BitConverter.GetBytes(hash.Low), .. BitConverter.GetBytes(hash.High)]);
}
