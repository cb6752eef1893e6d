using System.Globalization;
using System.Text;
using VerifyGateway.Domain.Identifiers;

namespace VerifyGateway.Domain.Tests.Identifiers;

/// <summary>What is read from bytes and from numbers is what the parsers of texts take, and nothing else.</summary>
public class ByteReadTests(ITestOutputHelper output)
{
    private const string Likely = "0123456789";
    private const string Letters = Likely + "ABCXYZabcxyz-";
    private const string Any = Letters + " _/:@[`{~\0\t\u007f";

    private static readonly string[] Edges =
    [
        "", " ", "0", "00000000", "00000001", "99999999", "zzzzzzzz", "ZZZZZZZZ", "A0000000", "0000000A", "1234567 ", " 1234567", "000000000000000", "999999999999999", "AAAAAAAAAAAAAAA", "00000000000000 ",
        "110000", "820000", "999999", "000000", "100000", "440304", "83000", "8300000", "00000101A", "000001001", "000001011", "000001131", "000001141", "00000113-", "999999130", "12345601-",
    ];

    [Fact]
    public void Bytes_OfAnyText_AreTakenExactlyWhenTheTextIs()
    {
        var random = Seed.New(output);
        var taken = 0;
        for (var at = 0; at < 400_000; at++)
        {
            var text = at < Edges.Length ? Edges[at] : Text(random);
            var ascii = Encoding.ASCII.GetBytes(text);
            var isTerminal = TerminalNo.TryParse(text, out var terminal, out _);
            Assert.True(TerminalNo.TryRead(ascii, out var readTerminal) == isTerminal && readTerminal == terminal && readTerminal.ToString() == (isTerminal ? text : ""), text);
            // Padding is a matter of texts alone.
            var isMerchant = MerchantNo.TryParse(text, out var merchant, out _) && !text.EndsWith(' ');
            Assert.True(MerchantNo.TryRead(ascii, out var readMerchant) == isMerchant && readMerchant == (isMerchant ? merchant : default), text);
            var isRegion = RegionCode.TryParse(text, out var region, out _);
            Assert.True(RegionCode.TryRead(ascii, out var readRegion) == isRegion && readRegion == region && readRegion.ToString() == region.ToString(), text);
            var isSn = TerminalSn.TryParse(text, out _, out _);
            Assert.True(TerminalSn.IsOne(ascii) == isSn, text);
            taken += isTerminal || isMerchant || isRegion || isSn ? 1 : 0;
        }

        output.WriteLine($"{taken} of 400,000 are one of them");
        Assert.InRange(taken, 100_000, 399_999);
    }

    [Fact]
    public void Bytes_BeyondAscii_AreNeverTaken()
    {
        var good = new (byte[] Ascii, Func<byte[], bool> Reads)[]
        {
            ("12345678"u8.ToArray(), static it => TerminalNo.TryRead(it, out _)), ("123456789012345"u8.ToArray(), static it => MerchantNo.TryRead(it, out _)),
            ("440304"u8.ToArray(), static it => RegionCode.TryRead(it, out _)), ("12345602ABC-1"u8.ToArray(), static it => TerminalSn.IsOne(it)),
        };
        foreach (var (ascii, reads) in good)
        {
            Assert.True(reads(ascii));
            for (var at = 0; at < ascii.Length; at++)
            {
                for (var high = 0x80; high <= 0xFF; high++)
                {
                    var changed = ascii.ToArray();
                    changed[at] = (byte)high;
                    Assert.False(reads(changed));
                }
            }
        }
    }

    [Fact]
    public void Numbers_AreTheDigitsThatTheyAreWrittenWith()
    {
        var random = Seed.New(output);
        long[] edges = [long.MinValue, -1, 0, 1, 9, 10, 99_999_998, 99_999_999, 100_000_000, 100_000_001, 9_999_999_999_999, 999_999_999_999_998, 999_999_999_999_999, 1_000_000_000_000_000, long.MaxValue];
        for (var at = 0; at < 300_000; at++)
        {
            var number = at < edges.Length ? edges[at] : random.NextInt64(1L << random.Next(1, 52));
            var isTerminal = number is >= 1 and <= 99_999_999;
            Assert.Equal(isTerminal, TerminalNo.TryRead(number, out var terminal));
            Assert.Equal(isTerminal ? Given.TerminalNo(number.ToString("D8", CultureInfo.InvariantCulture)) : default, terminal);
            var isMerchant = number is >= 0 and <= 999_999_999_999_999;
            Assert.Equal(isMerchant, MerchantNo.TryRead(number, out var merchant));
            Assert.Equal(isMerchant ? Given.MerchantNo(number.ToString("D15", CultureInfo.InvariantCulture)) : default, merchant);
        }
    }

    [Fact]
    public void Numbers_OfRegionsAndCategories_AreAllOfThem()
    {
        for (var number = -1; number <= 1_000_001; number++)
        {
            var text = number.ToString(CultureInfo.InvariantCulture);
            Assert.Equal(RegionCode.TryParse(text, out var region, out _) ? region : default, RegionCode.FromNumber(number));
            if (number <= 10_001)
            {
                Assert.Equal(number is >= 0 and <= 9_999 && CategoryCode.TryParse(number.ToString("D4", CultureInfo.InvariantCulture), out var category, out _) ? category : default, CategoryCode.FromNumber(number));
            }
        }
    }

    private static string Text(Random random)
    {
        var length = random.Of(6, 8, 15, random.Next(8, 52), random.Next(60));
        var text = random.Text(random.Of(Likely, Letters, Letters, Any), length);
        return random.Next(4) switch
        {
            0 when length >= 8 => random.Of("000057", "000000", "999999") + random.Of("00", "01", "09", "13", "14", "1A") + text[8..],
            1 when length > 0 => text[..^1] + ' ',
            2 when length > 2 => random.Of("11", "44", "82", "83", "99") + random.Text(Likely, length - 2),
            _ => text,
        };
    }
}
