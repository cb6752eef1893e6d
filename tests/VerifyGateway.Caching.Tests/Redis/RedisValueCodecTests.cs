using VerifyGateway.Caching.Redis;
using VerifyGateway.Caching.Store;
using VerifyGateway.Caching.Tests.Support;
using VerifyGateway.Domain.Records;

namespace VerifyGateway.Caching.Tests.Redis;

public sealed class RedisValueCodecTests(ITestOutputHelper output)
{
    private static readonly byte[] Name = [.. "vg2:test"u8];
    private static readonly TerminalKey Terminal = Make.TerminalKey(1);
    private static readonly MerchantKey Merchant = Make.MerchantKey(1);

    [Fact]
    public void Pack_KnownCopies_AreTheBytesThatRedisHolds()
    {
        const string Header = "02" + "0500000000000000" + "0900000000000000";
        Assert.Equal(Header, Convert.ToHexString(RedisValueCodec.Pack(Name, Make.TerminalCopy(Terminal, 5, 9)).AsSpan(0, 17)));
        var absent = RedisValueCodec.Pack(Name, new RecordCopy<MerchantRecord>(null, 0, 9));
        Assert.Equal("02" + "0000000000000000" + "0900000000000000", Convert.ToHexString(absent.AsSpan(0, 17)));
        Assert.Equal(RedisValueCodec.HeaderLength, absent.Length);
        Assert.Equal(
            "22" + "08" + "3438303231303030" + "0F" + "303030303030303030303030303031" + "02" + "05" + "0000000000000000" + "41500B00" + "01"
            + "02" + "01" + "0100000000000000" + "0200000000000000" + "00"
            + "000000000000" + "0000000000000000" + "FFFFFFFFFFFFFFFFFFFFFFFF",
            Convert.ToHexString(RedisValueCodec.Pack(Name, new RecordCopy<MerchantRecord>(
                Make.Merchant(Merchant, MerchantState.Active, new Hold(HoldKind.Risk, HoldTarget.Identity, 1, 2)), 5, 9)).AsSpan(RedisValueCodec.HeaderLength)));
    }

    [Fact]
    public void Pack_CheckOfNine_IsTheOneThatCrc32CIsDefinedBy()
    {
        // The check value of CRC-32C is that of "123456789": here the name, over an empty value of form 2 after it, is compared with a plain one.
        var value = RedisValueCodec.Pack("123456789"u8, 1, 2, "x"u8);
        byte[] covered = [.. "123456789"u8, .. value.AsSpan(0, 17), (byte)'x'];
        var check = uint.MaxValue;
        foreach (var one in covered)
        {
            check ^= one;
            for (var bit = 0; bit < 8; bit++)
            {
                check = (check & 1) != 0 ? (check >> 1) ^ 0x82F63B78 : check >> 1;
            }
        }

        Assert.Equal(~check, System.Buffers.Binary.BinaryPrimitives.ReadUInt32LittleEndian(value.AsSpan(17)));
    }

    [Fact]
    public void Unpack_WhatPackMade_IsTheSameCopy()
    {
        var random = Seed.Next(output);
        for (var i = 0; i < 2_000; i++)
        {
            var (terminal, merchant) = (AnyTerminal(random, Make.TerminalKey(i)), AnyMerchant(random, Make.MerchantKey(i)));
            Assert.Equal(terminal, RedisValueCodec.Unpack(Name, RedisValueCodec.Pack(Name, terminal), Make.TerminalKey(i)));
            Assert.Equal(merchant, RedisValueCodec.Unpack(Name, RedisValueCodec.Pack(Name, merchant), Make.MerchantKey(i)));
        }
    }

    [Fact]
    public void Unpack_CutOffAnywhere_IsRefused()
    {
        var whole = RedisValueCodec.Pack(Name, Make.TerminalCopy(Terminal, 5, 9));
        for (var length = 0; length < whole.Length; length++)
        {
            Assert.Null(RedisValueCodec.Unpack(Name, whole.AsSpan(0, length), Terminal));
        }

        var merchant = RedisValueCodec.Pack(Name, new RecordCopy<MerchantRecord>(Make.Merchant(Merchant, MerchantState.Active, new Hold(HoldKind.Risk, HoldTarget.Identity, 1, 2)), 5, 9));
        for (var length = 0; length < merchant.Length; length++)
        {
            Assert.Null(RedisValueCodec.Unpack(Name, merchant.AsSpan(0, length), Merchant));
        }
    }

    [Fact]
    public void Unpack_Lengthened_IsRefused()
    {
        Assert.Null(RedisValueCodec.Unpack(Name, [.. RedisValueCodec.Pack(Name, Make.TerminalCopy(Terminal, 5, 9)), 0], Terminal));
        Assert.Null(RedisValueCodec.Unpack(Name, [.. RedisValueCodec.Pack(Name, new RecordCopy<TerminalRecord>(null, 0, 9)), 0], Terminal));
    }

    [Fact]
    public void Unpack_AnyBitFlipped_IsRefused()
    {
        var whole = RedisValueCodec.Pack(Name, new RecordCopy<MerchantRecord>(
            Make.Merchant(Merchant, MerchantState.Active, new Hold(HoldKind.Risk, HoldTarget.Identity, 1, 2)), 5, 9));
        for (var bit = 0; bit < whole.Length * 8; bit++)
        {
            var damaged = whole.ToArray();
            damaged[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.Null(RedisValueCodec.Unpack(Name, damaged, Merchant));
        }
    }

    [Fact]
    public void Control_AFlippedBitOfARecordWithoutACheck_IsAnotherRecord()
    {
        var packed = RecordCodec.Pack(Make.Terminal(Terminal, TerminalState.Suspended));
        var allowed = Enumerable.Range(0, packed.Length * 8).Count(bit =>
        {
            var damaged = packed.ToArray();
            damaged[bit / 8] ^= (byte)(1 << (bit % 8));
            return RecordCodec.TryUnpack(damaged, out TerminalRecord record) && record.Key == Terminal && record.State == TerminalState.Active;
        });
        Assert.Equal(1, allowed);
    }

    [Fact]
    public void Unpack_UnderAnotherName_IsRefused()
    {
        // An absence names nothing itself: its place does.
        Assert.NotNull(RedisValueCodec.Unpack(Name, RedisValueCodec.Pack(Name, new RecordCopy<TerminalRecord>(null, 0, 9)), Terminal));
        Assert.Null(RedisValueCodec.Unpack([.. Name, (byte)'2'], RedisValueCodec.Pack(Name, new RecordCopy<TerminalRecord>(null, 0, 9)), Terminal));
    }

    [Fact]
    public void Unpack_RandomBytes_NeverThrows()
    {
        var random = Seed.Next(output);
        for (var i = 0; i < 20_000; i++)
        {
            var bytes = new byte[random.Next(200)];
            random.NextBytes(bytes);
            if (bytes.Length > 0)
            {
                bytes[0] = (byte)random.Next(3);
            }

            if (bytes.Length > 22)
            {
                bytes[21] = random.Next(2) == 0 ? (byte)0x11 : (byte)0x21;
            }

            Assert.Null(RedisValueCodec.Unpack(Name, bytes, Terminal)?.Record);
            Assert.Null(RedisValueCodec.Unpack(Name, bytes, Merchant)?.Record);
        }
    }

    [Fact]
    public void Unpack_AnotherKeysRecord_IsRefused()
    {
        var value = RedisValueCodec.Pack(Name, Make.TerminalCopy(Terminal, 5, 9));
        Assert.NotNull(RedisValueCodec.Unpack(Name, value, Terminal));
        Assert.Null(RedisValueCodec.Unpack(Name, value, Make.TerminalKey(2)));
        Assert.Null(RedisValueCodec.Unpack(Name, value, Merchant));
        Assert.Null(RedisValueCodec.Unpack(Name, value, new TerminalKey(Make.Acquirer("48021001"), Terminal.Sn)));
    }

    [Theory]
    [InlineData(1, 9)]
    [InlineData(-1, 9)]
    [InlineData(9, 9)]
    public void Unpack_AbsenceWithARevision_IsRefused(long revision, long head) =>
        Assert.Null(RedisValueCodec.Unpack(Name, RedisValueCodec.Pack(Name, new RecordCopy<TerminalRecord>(null, revision, head)), Terminal));

    [Theory]
    [InlineData(0, 9)]
    [InlineData(-1, 9)]
    [InlineData(10, 9)]
    public void Unpack_RecordWithAnImpossibleRevision_IsRefused(long revision, long head) =>
        Assert.Null(RedisValueCodec.Unpack(Name, RedisValueCodec.Pack(Name, Make.TerminalCopy(Terminal, revision, head)), Terminal));

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(255)]
    public void R2_AnotherFormUnderARightCheck_IsRefused(byte form)
    {
        Assert.Null(RedisValueCodec.Unpack(Name, Resealed.With(RedisValueCodec.Pack(Name, Make.TerminalCopy(Terminal, 5, 9)), 0, form), Terminal));
        Assert.Null(RedisValueCodec.Unpack(Name, Resealed.With(RedisValueCodec.Pack(Name, Make.MerchantCopy(Merchant, 5, 9)), 0, form), Merchant));
        Assert.Null(RedisValueCodec.Unpack(Name, Resealed.With(RedisValueCodec.Pack(Name, new RecordCopy<TerminalRecord>(null, 0, 9)), 0, form), Terminal));
    }

    [Theory]
    [InlineData(0x13)]
    [InlineData(0x24)]
    public void R2_AnotherFormOfTheRecordUnderARightCheck_IsRefused(byte form)
    {
        Assert.Null(RedisValueCodec.Unpack(Name, Resealed.With(RedisValueCodec.Pack(Name, Make.TerminalCopy(Terminal, 5, 9)), RedisValueCodec.HeaderLength, form), Terminal));
        Assert.Null(RedisValueCodec.Unpack(Name, Resealed.With(RedisValueCodec.Pack(Name, Make.MerchantCopy(Merchant, 5, 9)), RedisValueCodec.HeaderLength, form), Merchant));
    }

    [Fact]
    public void Control_AResealedRevision_IsRead()
    {
        // The check of the two tests above is right: were it not, they would pass whatever is said of forms.
        var value = Resealed.With(RedisValueCodec.Pack(Name, Make.TerminalCopy(Terminal, 5, 9)), 1, 6);
        Assert.Equal(RedisValueCodec.Pack(Name, Make.TerminalCopy(Terminal, 6, 9)), value);
        Assert.Equal(Make.TerminalCopy(Terminal, 6, 9), RedisValueCodec.Unpack(Name, value, Terminal));
    }

    private static RecordCopy<TerminalRecord> AnyTerminal(Random random, in TerminalKey key)
    {
        var revision = random.NextInt64(1, long.MaxValue);
        var head = random.NextInt64(revision, long.MaxValue);
        return random.Next(10) == 0
            ? new RecordCopy<TerminalRecord>(null, 0, head)
            : new RecordCopy<TerminalRecord>(Make.Terminal(key, (TerminalState)random.Next(1, 11), AnyHolds(random)), revision, head);
    }

    private static RecordCopy<MerchantRecord> AnyMerchant(Random random, in MerchantKey key)
    {
        var revision = random.NextInt64(1, long.MaxValue);
        return new RecordCopy<MerchantRecord>(
            Make.Merchant(key, (MerchantState)random.Next(1, 5), AnyHolds(random)) with { DocumentValidTo = random.Next(2) == 0 ? null : new DateOnly(2031, 2, 3) },
            revision, random.NextInt64(revision, long.MaxValue));
    }

    private static Hold[] AnyHolds(Random random) =>
        [.. Enumerable.Range(0, random.Next(4)).Select(_ => new Hold((HoldKind)random.Next(1, 5), (HoldTarget)random.Next(1, 4), random.NextInt64(), random.NextInt64(), random.Next(2) == 0, random.Next(4) == 0))];
}
