using VerifyGateway.Domain.Reasons;
using VerifyGateway.Domain.Records;
using static VerifyGateway.Domain.Tests.Given;

namespace VerifyGateway.Domain.Tests.Records;

public class RecordCodecTests(ITestOutputHelper output)
{
    private static readonly TerminalRecord SampleTerminal = Terminal(
        TerminalState.Suspended, new Hold(HoldKind.Risk, HoldTarget.Terminal, 1_780_000_000_000, 1_790_000_000_000, RefundsPass: true), new Hold(HoldKind.Judicial, HoldTarget.Terminal, -1, 0)) with
    {
        Location = LocationRule.Around(31_221_345, -121_483_520, 500),
        EndedOn = new DateOnly(2031, 12, 31),
    };

    private static readonly MerchantRecord SampleMerchant = Merchant(
        MerchantState.WindDown, IdentityState.ReverifyDue, new Hold(HoldKind.Holder, HoldTarget.Identity, 1_780_000_000_000, 0)) with
    {
        ReverifyByUnixMs = 1_785_000_000_000,
        DocumentValidTo = new DateOnly(2031, 12, 31),
        Kind = MerchantKind.SoleTrader,
        Region = Region("310101"),
        Category = Category("5812"),
        AccountClass = AccountClass.Class2,
        Detail = ReasonDetail.PhoneMismatch,
        SettlementCardDiffers = true,
        VerifiedAtUnixMs = 1_780_000_000_000,
        OpenedOn = new DateOnly(2031, 12, 31),
        LastActiveOn = null,
        EndedOn = new DateOnly(2031, 12, 31),
    };

    // The form is in Redis and in the change feed of running systems: a change here needs a new first byte, not new golden bytes.
    [Fact]
    public void Pack_SampleTerminal_GivesTheGoldenBytes() => Assert.Equal(
        "12" + "08" + Hex("48025840") + "14" + Hex("00005702280117638929") + "08" + Hex("77770291") + "0F" + Hex("898440359120003")
        + "07" + "0700000000000000" + "02"
        + "0203" + "008844709E010000" + "006C50C4A0010000" + "01"
        + "0303" + "FFFFFFFFFFFFFFFF" + "0000000000000000" + "00"
        + "01" + "6166DC01" + "004FC2F8" + "F4010000" + "AE510B00",
        Convert.ToHexString(RecordCodec.Pack(SampleTerminal)));

    [Fact]
    public void Pack_SampleMerchant_GivesTheGoldenBytes() => Assert.Equal(
        "22" + "08" + Hex("48025840") + "0F" + Hex("898440359120003") + "03" + "06" + "007A4A9A9F010000" + "AE510B00" + "01"
        + "0101" + "008844709E010000" + "0000000000000000" + "00"
        + "02" + "06" + Hex("310101") + "04" + Hex("5812") + "02" + "06" + "01" + "008844709E010000" + "AE510B00" + "FFFFFFFF" + "AE510B00",
        Convert.ToHexString(RecordCodec.Pack(SampleMerchant)));

    [Fact]
    public void Pack_MerchantWithDocumentForLife_MarksItWithMinusOne() => Assert.Equal(
        "22" + "08" + Hex("48025840") + "0F" + Hex("898440359120003") + "02" + "05" + "0000000000000000" + "FFFFFFFF" + "00"
        + "00" + "00" + "00" + "00" + "00" + "00" + "0000000000000000" + "FFFFFFFF" + "FFFFFFFF" + "FFFFFFFF",
        Convert.ToHexString(RecordCodec.Pack(Merchant())));

    [Fact]
    public void Pack_HoldThatStandsAtOnce_IsOfAFormThatOlderReadersRefuse()
    {
        const string Tail = "0303" + "FFFFFFFFFFFFFFFF" + "0000000000000000" + "00" + "0203" + "0100000000000000" + "0200000000000000" + "03" + "00" + "FFFFFFFF";
        var packed = RecordCodec.Pack(Terminal(TerminalState.Active, new Hold(HoldKind.Judicial, HoldTarget.Terminal, -1, 0), new Hold(HoldKind.Risk, HoldTarget.Terminal, 1, 2, RefundsPass: true, StandsAtOnce: true)));
        Assert.Equal(0x13, packed[0]);
        Assert.EndsWith(Tail, Convert.ToHexString(packed), StringComparison.Ordinal);
        Assert.Equal(0x23, RecordCodec.Pack(Merchant(holds: new Hold(HoldKind.Holder, HoldTarget.Merchant, 1, 2, StandsAtOnce: true)))[0]);
        // In form 2 the flag is none: who does not know it must not read a hold that waits for a clock.
        Assert.False(RecordCodec.TryUnpack([0x12, .. packed[1..]], out TerminalRecord _));
    }

    [Fact]
    public void Unpack_ByKey_IsTheSameRecordAndNobodyElses()
    {
        var random = Seed.New(output);
        for (var i = 0; i < 2_000; i++)
        {
            var (terminal, merchant) = (random.Terminal(), random.Merchant());
            var (packedTerminal, packedMerchant) = (RecordCodec.Pack(terminal), RecordCodec.Pack(merchant));
            Assert.True(RecordCodec.TryUnpack(packedTerminal, terminal.Key, out TerminalRecord sameTerminal));
            Assert.True(RecordCodec.TryUnpack(packedMerchant, merchant.Key, out MerchantRecord sameMerchant));
            Assert.Equal((terminal, merchant), (sameTerminal, sameMerchant));
            var (otherTerminal, otherMerchant) = (random.Terminal().Key, random.Merchant().Key);
            Assert.Equal(otherTerminal == terminal.Key, RecordCodec.TryUnpack(packedTerminal, otherTerminal, out TerminalRecord _));
            Assert.False(RecordCodec.TryUnpack(packedTerminal, terminal.Key with { Acquirer = Acquirer("99999999999") }, out TerminalRecord _));
            Assert.Equal(otherMerchant == merchant.Key, RecordCodec.TryUnpack(packedMerchant, otherMerchant, out MerchantRecord _));
            Assert.False(RecordCodec.TryUnpack(packedMerchant, merchant.Key with { Acquirer = Acquirer("99999999999") }, out MerchantRecord _));
            for (var damage = 0; damage < 10; damage++)
            {
                var bytes = packedTerminal.ToArray();
                bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
                var byName = RecordCodec.TryUnpack(bytes, out TerminalRecord named) && named.Key == terminal.Key;
                Assert.Equal(byName, RecordCodec.TryUnpack(bytes, terminal.Key, out TerminalRecord known));
                Assert.Equal(byName ? named : default, known);
            }
        }
    }

    [Fact]
    public void Unpack_TerminalOfForm1_HasDefaultsForWhatCameLater()
    {
        var form1 = Convert.FromHexString(
            "11" + "08" + Hex("48025840") + "14" + Hex("00005702280117638929") + "08" + Hex("77770291") + "0F" + Hex("898440359120003")
            + "07" + "0700000000000000" + "01" + "0203" + "008844709E010000" + "006C50C4A0010000");
        Assert.True(RecordCodec.TryUnpack(form1, out TerminalRecord terminal));
        Assert.Equal(Terminal(TerminalState.Suspended, new Hold(HoldKind.Risk, HoldTarget.Terminal, 1_780_000_000_000, 1_790_000_000_000)), terminal);
    }

    [Fact]
    public void Unpack_MerchantOfForm1_HasDefaultsForWhatCameLater()
    {
        var form1 = Convert.FromHexString(
            "21" + "08" + Hex("48025840") + "0F" + Hex("898440359120003") + "02" + "05" + "0000000000000000" + "FFFFFFFF" + "01"
            + "0101" + "008844709E010000" + "0000000000000000");
        Assert.True(RecordCodec.TryUnpack(form1, out MerchantRecord merchant));
        Assert.Equal(Merchant(holds: new Hold(HoldKind.Holder, HoldTarget.Identity, 1_780_000_000_000, 0)), merchant);
    }

    [Theory]
    [InlineData(0x10)]
    [InlineData(0x13)]
    [InlineData(0x14)]
    [InlineData(0x20)]
    [InlineData(0x23)]
    [InlineData(0x24)]
    public void Unpack_FormThatIsNotKnownOrNotTheRecords_IsRefused(byte form)
    {
        Assert.False(RecordCodec.TryUnpack([form, .. RecordCodec.Pack(SampleTerminal)[1..]], out TerminalRecord _));
        Assert.False(RecordCodec.TryUnpack([form, .. RecordCodec.Pack(SampleMerchant)[1..]], out MerchantRecord _));
    }

    [Fact]
    public void RoundTrip_RandomRecords_GivesThemBack()
    {
        var random = Seed.New(output);
        for (var i = 0; i < 5_000; i++)
        {
            var terminal = random.Terminal();
            Assert.True(RecordCodec.TryUnpack(RecordCodec.Pack(terminal), out TerminalRecord terminalBack));
            Assert.Equal(terminal, terminalBack);
            Assert.Equal(terminal.GetHashCode(), terminalBack.GetHashCode());

            var merchant = random.Merchant();
            Assert.True(RecordCodec.TryUnpack(RecordCodec.Pack(merchant), out MerchantRecord merchantBack));
            Assert.Equal(merchant, merchantBack);
            Assert.Equal(merchant.GetHashCode(), merchantBack.GetHashCode());
        }
    }

    [Fact]
    public void Pack_HoldsNeverSet_IsAsNoHolds()
    {
        Assert.Equal(RecordCodec.Pack(Terminal()), RecordCodec.Pack(Terminal() with { Holds = default }));
        Assert.Equal(RecordCodec.Pack(Merchant()), RecordCodec.Pack(Merchant() with { Holds = default }));
    }

    [Fact]
    public void Pack_MostHolds_RoundTrips()
    {
        var terminal = Terminal() with { Holds = [.. Enumerable.Repeat(Hold(HoldKind.Risk), RecordCodec.MaxHolds)] };
        Assert.True(RecordCodec.TryUnpack(RecordCodec.Pack(terminal), out TerminalRecord back));
        Assert.Equal(terminal, back);
    }

    [Fact]
    public void Pack_OneHoldTooMany_IsRefusedWithBothNumbers()
    {
        Hold[] holds = [.. Enumerable.Repeat(Hold(HoldKind.Risk), RecordCodec.MaxHolds + 1)];
        var terminal = Assert.Throws<ArgumentException>(() => RecordCodec.Pack(Terminal() with { Holds = [.. holds] }));
        var merchant = Assert.Throws<ArgumentException>(() => RecordCodec.Pack(Merchant() with { Holds = [.. holds] }));
        Assert.All([terminal, merchant], refused => Assert.Contains("at most 255 holds, not 256", refused.Message));
    }

    [Fact]
    public void Unpack_EveryTruncation_IsRefused()
    {
        var random = Seed.New(output);
        for (var i = 0; i < 100; i++)
        {
            var (terminal, merchant) = (RecordCodec.Pack(random.Terminal()), RecordCodec.Pack(random.Merchant()));
            for (var length = 0; length < terminal.Length; length++)
            {
                Assert.False(RecordCodec.TryUnpack(terminal.AsSpan(0, length), out TerminalRecord _));
            }

            for (var length = 0; length < merchant.Length; length++)
            {
                Assert.False(RecordCodec.TryUnpack(merchant.AsSpan(0, length), out MerchantRecord _));
            }
        }
    }

    [Fact]
    public void Unpack_AnythingAfterTheEnd_IsRefused()
    {
        for (var extra = 0; extra < 256; extra++)
        {
            Assert.False(RecordCodec.TryUnpack([.. RecordCodec.Pack(SampleTerminal), (byte)extra], out TerminalRecord _));
            Assert.False(RecordCodec.TryUnpack([.. RecordCodec.Pack(SampleMerchant), (byte)extra], out MerchantRecord _));
        }
    }

    [Fact]
    public void Unpack_EveryByteChangedToEveryValue_IsRefusedOrAnotherValidRecord()
    {
        var random = Seed.New(output);
        for (var i = 0; i < 10; i++)
        {
            var (terminal, merchant) = i == 0 ? (SampleTerminal, SampleMerchant) : (random.Terminal(), random.Merchant());
            EveryChange(RecordCodec.Pack(terminal), (ReadOnlySpan<byte> bytes, out object? record) =>
            {
                var ok = RecordCodec.TryUnpack(bytes, out TerminalRecord unpacked);
                record = unpacked;
                return ok ? (unpacked != terminal, RecordCodec.Pack(unpacked!)) : null;
            });
            EveryChange(RecordCodec.Pack(merchant), (ReadOnlySpan<byte> bytes, out object? record) =>
            {
                var ok = RecordCodec.TryUnpack(bytes, out MerchantRecord unpacked);
                record = unpacked;
                return ok ? (unpacked != merchant, RecordCodec.Pack(unpacked!)) : null;
            });
        }
    }

    [Fact]
    public void Unpack_RandomBytes_NeverThrows()
    {
        var random = Seed.New(output);
        for (var i = 0; i < 50_000; i++)
        {
            var bytes = new byte[random.Next(200)];
            random.NextBytes(bytes);
            if (bytes.Length > 0)
            {
                bytes[0] = random.Of<byte>(0x11, 0x12, 0x21, 0x22);
            }

            Assert.False(RecordCodec.TryUnpack(bytes, out TerminalRecord terminal) && terminal.Key == default);
            Assert.False(RecordCodec.TryUnpack(bytes, out MerchantRecord merchant) && merchant.Key == default);
        }
    }

    [Fact]
    public void Unpack_RecordOfTheOtherSort_IsRefused()
    {
        Assert.False(RecordCodec.TryUnpack(RecordCodec.Pack(SampleTerminal), out MerchantRecord _));
        Assert.False(RecordCodec.TryUnpack(RecordCodec.Pack(SampleMerchant), out TerminalRecord _));
    }

    [Fact]
    public void Unpack_PaddedMerchantNumber_IsRefused()
    {
        // A padded number is normalised where it comes from outside; in a packed record it is damage: the record would pack to other bytes.
        var packed = RecordCodec.Pack(Merchant());
        byte[] padded = [.. packed[..10], 16, .. packed[11..26], (byte)' ', .. packed[26..]];
        Assert.Equal(15, packed[10]);
        Assert.False(RecordCodec.TryUnpack(padded, out MerchantRecord _));
    }

    private delegate (bool Differs, byte[] Repacked)? Unpack(ReadOnlySpan<byte> bytes, out object? record);

    private static void EveryChange(byte[] packed, Unpack unpack)
    {
        for (var at = 0; at < packed.Length; at++)
        {
            var good = packed[at];
            for (var value = 0; value < 256; value++)
            {
                packed[at] = (byte)value;
                if (value != good && unpack(packed, out var record) is { } result)
                {
                    Assert.True(result.Differs, $"byte {at} changed to {value} gives the same record");
                    Assert.NotNull(record);
                    Assert.Equal(packed, result.Repacked);
                }
            }

            packed[at] = good;
        }
    }

    private static string Hex(string ascii) => Convert.ToHexString(System.Text.Encoding.ASCII.GetBytes(ascii));
}
