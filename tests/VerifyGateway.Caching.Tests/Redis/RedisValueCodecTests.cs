using VerifyGateway.Caching.Redis;
using VerifyGateway.Caching.Store;
using VerifyGateway.Caching.Tests.Support;
using VerifyGateway.Domain.Records;

namespace VerifyGateway.Caching.Tests.Redis;

public sealed class RedisValueCodecTests(ITestOutputHelper output)
{
    private static readonly TerminalKey Terminal = Make.TerminalKey(1);
    private static readonly MerchantKey Merchant = Make.MerchantKey(1);

    [Fact]
    public void Pack_KnownCopies_AreTheBytesThatRedisHolds()
    {
        const string Header = "01" + "0500000000000000" + "0900000000000000" + "0068E5CF8B010000";
        Assert.Equal(Header, Convert.ToHexString(RedisValueCodec.Pack(Make.TerminalCopy(Terminal, 5, 9, 1_700_000_000_000)).AsSpan(0, 25)));
        Assert.Equal(
            "01" + "0000000000000000" + "0900000000000000" + "0068E5CF8B010000",
            Convert.ToHexString(RedisValueCodec.Pack(new RecordCopy<MerchantRecord>(null, 0, 9, 1_700_000_000_000))));
        Assert.Equal(
            Header + "22" + "08" + "3438303231303030" + "0F" + "303030303030303030303030303031" + "02" + "05" + "0000000000000000" + "41500B00" + "01"
            + "02" + "01" + "0100000000000000" + "0200000000000000" + "00"
            + "000000000000" + "0000000000000000" + "FFFFFFFFFFFFFFFFFFFFFFFF",
            Convert.ToHexString(RedisValueCodec.Pack(new RecordCopy<MerchantRecord>(
                Make.Merchant(Merchant, MerchantState.Active, new Hold(HoldKind.Risk, HoldTarget.Identity, 1, 2)), 5, 9, 1_700_000_000_000))));
    }

    [Fact]
    public void Unpack_WhatPackMade_IsTheSameCopy()
    {
        var random = Seed.Next(output);
        for (var i = 0; i < 2_000; i++)
        {
            var (terminal, merchant) = (AnyTerminal(random, Make.TerminalKey(i)), AnyMerchant(random, Make.MerchantKey(i)));
            Assert.Equal(terminal, RedisValueCodec.Unpack(RedisValueCodec.Pack(terminal), Make.TerminalKey(i)));
            Assert.Equal(merchant, RedisValueCodec.Unpack(RedisValueCodec.Pack(merchant), Make.MerchantKey(i)));
        }
    }

    [Fact]
    public void Unpack_CutOffAnywhere_IsRefused()
    {
        var whole = RedisValueCodec.Pack(Make.TerminalCopy(Terminal, 5, 9, 1_000));
        for (var length = 0; length < whole.Length; length++)
        {
            Assert.Null(RedisValueCodec.Unpack(whole.AsSpan(0, length), Terminal));
        }

        var merchant = RedisValueCodec.Pack(new RecordCopy<MerchantRecord>(Make.Merchant(Merchant, MerchantState.Active, new Hold(HoldKind.Risk, HoldTarget.Identity, 1, 2)), 5, 9, 1_000));
        for (var length = 0; length < merchant.Length; length++)
        {
            Assert.Null(RedisValueCodec.Unpack(merchant.AsSpan(0, length), Merchant));
        }
    }

    [Fact]
    public void Unpack_Lengthened_IsRefused()
    {
        Assert.Null(RedisValueCodec.Unpack([.. RedisValueCodec.Pack(Make.TerminalCopy(Terminal, 5, 9, 1_000)), 0], Terminal));
        Assert.Null(RedisValueCodec.Unpack([.. RedisValueCodec.Pack(new RecordCopy<TerminalRecord>(null, 0, 9, 1_000)), 0], Terminal));
    }

    [Fact]
    public void Unpack_AnyBitFlipped_IsRefusedOrAConsistentCopyOfThatKey()
    {
        var whole = RedisValueCodec.Pack(new RecordCopy<MerchantRecord>(
            Make.Merchant(Merchant, MerchantState.Active, new Hold(HoldKind.Risk, HoldTarget.Identity, 1, 2)), 5, 9, 1_000));
        for (var bit = 0; bit < whole.Length * 8; bit++)
        {
            var damaged = whole.ToArray();
            damaged[bit / 8] ^= (byte)(1 << (bit % 8));
            if (RedisValueCodec.Unpack(damaged, Merchant) is { } copy)
            {
                Assert.Equal(Merchant, copy.Record!.Key);
                Assert.InRange(copy.Revision, 1, copy.Head);
                Assert.Equal(damaged, RedisValueCodec.Pack(copy));
            }
        }
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

            if (bytes.Length > 26)
            {
                bytes[25] = random.Next(2) == 0 ? (byte)0x11 : (byte)0x21;
            }

            Assert.Null(RedisValueCodec.Unpack(bytes, Terminal)?.Record);
            Assert.Null(RedisValueCodec.Unpack(bytes, Merchant)?.Record);
        }
    }

    [Fact]
    public void Unpack_AnotherKeysRecord_IsRefused()
    {
        var value = RedisValueCodec.Pack(Make.TerminalCopy(Terminal, 5, 9, 1_000));
        Assert.NotNull(RedisValueCodec.Unpack(value, Terminal));
        Assert.Null(RedisValueCodec.Unpack(value, Make.TerminalKey(2)));
        Assert.Null(RedisValueCodec.Unpack(value, Merchant));
        Assert.Null(RedisValueCodec.Unpack(value, new TerminalKey(Make.Acquirer("48021001"), Terminal.Sn)));
    }

    [Theory]
    [InlineData(1, 9)]
    [InlineData(-1, 9)]
    [InlineData(9, 9)]
    public void Unpack_AbsenceWithARevision_IsRefused(long revision, long head) =>
        Assert.Null(RedisValueCodec.Unpack(RedisValueCodec.Pack(new RecordCopy<TerminalRecord>(null, revision, head, 1_000)), Terminal));

    [Theory]
    [InlineData(0, 9)]
    [InlineData(-1, 9)]
    [InlineData(10, 9)]
    public void Unpack_RecordWithAnImpossibleRevision_IsRefused(long revision, long head) =>
        Assert.Null(RedisValueCodec.Unpack(RedisValueCodec.Pack(Make.TerminalCopy(Terminal, revision, head, 1_000)), Terminal));

    [Fact]
    public void Unpack_AnotherForm_IsRefused()
    {
        var value = RedisValueCodec.Pack(Make.TerminalCopy(Terminal, 5, 9, 1_000));
        value[0] = 2;
        Assert.Null(RedisValueCodec.Unpack(value, Terminal));
    }

    private static RecordCopy<TerminalRecord> AnyTerminal(Random random, in TerminalKey key)
    {
        var revision = random.NextInt64(1, long.MaxValue);
        var head = random.NextInt64(revision, long.MaxValue);
        return random.Next(10) == 0
            ? new RecordCopy<TerminalRecord>(null, 0, head, random.NextInt64())
            : new RecordCopy<TerminalRecord>(Make.Terminal(key, (TerminalState)random.Next(1, 11), AnyHolds(random)), revision, head, random.NextInt64());
    }

    private static RecordCopy<MerchantRecord> AnyMerchant(Random random, in MerchantKey key)
    {
        var revision = random.NextInt64(1, long.MaxValue);
        return new RecordCopy<MerchantRecord>(
            Make.Merchant(key, (MerchantState)random.Next(1, 5), AnyHolds(random)) with { DocumentValidTo = random.Next(2) == 0 ? null : new DateOnly(2031, 2, 3) },
            revision, random.NextInt64(revision, long.MaxValue), random.NextInt64());
    }

    private static Hold[] AnyHolds(Random random) =>
        [.. Enumerable.Range(0, random.Next(4)).Select(_ => new Hold((HoldKind)random.Next(1, 5), (HoldTarget)random.Next(1, 4), random.NextInt64(), random.NextInt64()))];
}
