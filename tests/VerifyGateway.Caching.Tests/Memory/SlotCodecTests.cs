using VerifyGateway.Caching.Memory;
using VerifyGateway.Caching.Tests.Support;
using VerifyGateway.Domain.Reasons;
using VerifyGateway.Domain.Records;

namespace VerifyGateway.Caching.Tests.Memory;

public sealed class SlotCodecTests(ITestOutputHelper output)
{
    private const long Now = 1_780_000_000_000;
    private readonly byte[] _room = new byte[FleetTable.MaxValueBytes];

    [Fact]
    public void RoundTrip_RandomRecords_GivesThemBack()
    {
        var random = Seed.Next(output);
        for (var i = 0; i < 5_000; i++)
        {
            var terminal = random.Terminal();
            Assert.True(Slot.TryUnpack(_room.AsSpan(0, SlotCodec.Pack(terminal, _room)), terminal.Key, out var terminalBack));
            Assert.Equal(terminal, terminalBack);
            var merchant = random.Merchant();
            Assert.True(Slot.TryUnpack(_room.AsSpan(0, SlotCodec.Pack(merchant, _room)), merchant.Key, out var merchantBack));
            Assert.Equal(merchant, merchantBack);
        }
    }

    [Fact]
    public void RoundTrip_AgreesWithTheCodecOfTheFeed()
    {
        // What the other codec carries this one carries, to the byte of the other.
        var random = Seed.Next(output);
        for (var i = 0; i < 1_000; i++)
        {
            var packed = RecordCodec.Pack(random.Terminal());
            Assert.True(RecordCodec.TryUnpack(packed, out TerminalRecord record));
            Assert.True(Slot.TryUnpack(_room.AsSpan(0, SlotCodec.Pack(record, _room)), record.Key, out TerminalRecord back));
            Assert.Equal(packed, RecordCodec.Pack(back));
        }
    }

    [Fact]
    public void Pack_LongestRecords_FitIntoTheLongestValue()
    {
        var random = Seed.Next(output);
        Hold[] holds = [.. Enumerable.Repeat(random.Hold() with { EffectiveAtUnixMs = long.MinValue, UntilUnixMs = long.MaxValue }, RecordCodec.MaxHolds)];
        var longest = 0;
        for (var i = 0; i < 500; i++)
        {
            var terminal = random.Terminal() with { Holds = [.. holds] };
            var merchant = random.Merchant() with { Holds = [.. holds], VerifiedAtUnixMs = long.MinValue, ReverifyByUnixMs = long.MaxValue };
            longest = Math.Max(longest, Math.Max(SlotCodec.Pack(terminal, _room), SlotCodec.Pack(merchant, _room)));
        }

        output.WriteLine($"longest {longest} of {FleetTable.MaxValueBytes}");
        Assert.InRange(longest, 4_590, FleetTable.MaxValueBytes);
    }

    [Fact]
    public void Pack_UsualRecords_FitIntoOneLine()
    {
        var random = Seed.Next(output);
        for (var i = 0; i < 1_000; i++)
        {
            // With letters in both numbers, at a fixed place or in a region, in service or not.
            var terminal = random.Terminal() with
            {
                BindingVersion = random.Next(1, 128),
                Holds = [],
                Location = random.Of(default, LocationRule.Around(31_221_345, 121_483_520, 500)),
                EndedOn = null,
            };
            Assert.InRange(SlotCodec.Pack(terminal, _room), 1, Line.ShortBytes);
            // Everything known, and a deadline or a detail.
            var merchant = random.Merchant() with
            {
                Holds = [],
                VerifiedAtUnixMs = Now,
                ReverifyByUnixMs = random.Of(0, Now),
                EndedOn = null,
            };
            Assert.InRange(SlotCodec.Pack(merchant, _room), 1, Line.ShortBytes);
        }

        // One hold without an end finds room as well.
        var held = Make.Merchant(Make.MerchantKey(1), MerchantState.Active, new Hold(HoldKind.Risk, HoldTarget.Merchant, Now, 0)) with { VerifiedAtUnixMs = Now };
        Assert.InRange(SlotCodec.Pack(held, _room), 1, Line.ShortBytes);
    }

    [Fact]
    public void Unpack_EveryChangeOfAByte_IsRefused()
    {
        var random = Seed.Next(output);
        for (var i = 0; i < 20; i++)
        {
            var (terminal, merchant) = (random.Terminal(), random.Merchant());
            EveryChange(SlotCodec.Pack(terminal, _room), bytes => Slot.TryUnpack(bytes, terminal.Key, out _));
            EveryChange(SlotCodec.Pack(merchant, _room), bytes => Slot.TryUnpack(bytes, merchant.Key, out _));
        }
    }

    [Fact]
    public void Unpack_EveryTruncationAndTail_IsRefused()
    {
        var random = Seed.Next(output);
        for (var i = 0; i < 50; i++)
        {
            var terminal = random.Terminal();
            var length = SlotCodec.Pack(terminal, _room);
            for (var other = 0; other < length + 8; other++)
            {
                Assert.Equal(other == length, Slot.TryUnpack(_room.AsSpan(0, other), terminal.Key, out _));
            }
        }
    }

    [Fact]
    public void Unpack_OfAnotherKey_IsRefused()
    {
        var random = Seed.Next(output);
        var terminal = random.Terminal();
        var length = SlotCodec.Pack(terminal, _room);
        Assert.False(Slot.TryUnpack(_room.AsSpan(0, length), random.Terminal().Key, out _));
        Assert.False(Slot.TryUnpack(_room.AsSpan(0, length), random.Merchant().Key, out _));
    }

    [Fact]
    public void Unpack_DamageWithARightCheck_GivesARecordThatPacksOrNothing()
    {
        // The check is not what keeps impossible values out: behind a right one every field is looked at again.
        var random = Seed.Next(output);
        var (taken, refused) = (0, 0);
        for (var i = 0; i < 20_000; i++)
        {
            var terminal = random.Terminal();
            if (Slot.TryUnpack(Damaged(random, SlotCodec.Pack(terminal, _room), RecordName.Of(terminal.Key, new byte[RecordName.MostBytes])), terminal.Key, out var other))
            {
                taken++;
                Assert.True(Slot.TryUnpack(_room.AsSpan(0, SlotCodec.Pack(other, _room)), other.Key, out var back));
                Assert.Equal(other, back);
            }
            else
            {
                refused++;
            }

            var merchant = random.Merchant();
            if (Slot.TryUnpack(Damaged(random, SlotCodec.Pack(merchant, _room), RecordName.Of(merchant.Key, new byte[RecordName.MostBytes])), merchant.Key, out var otherMerchant))
            {
                taken++;
                Assert.Equal(otherMerchant, RoundTrip(otherMerchant));
            }
            else
            {
                refused++;
            }
        }

        output.WriteLine($"taken {taken}, refused {refused}");
        Assert.True(taken > 0 && refused > 0);
    }

    [Fact]
    public void Pack_WhatCannotBe_IsRefused()
    {
        var (terminal, merchant) = (Make.Terminal(Make.TerminalKey(1)), Make.Merchant(Make.MerchantKey(1)));
        TerminalRecord[] terminals =
        [
            terminal with { State = 0 }, terminal with { State = (TerminalState)16 }, terminal with { BindingVersion = 0 }, terminal with { TerminalNo = default },
            terminal with { MerchantNo = default }, terminal with { Location = LocationRule.Within(default) }, terminal with { Location = LocationRule.Around(90_000_001, 0, 0) },
            terminal with { Holds = [default] }, terminal with { Holds = [.. Enumerable.Repeat(new Hold(HoldKind.Risk, HoldTarget.Terminal, 0, 0), 256)] },
        ];
        MerchantRecord[] merchants =
        [
            merchant with { State = (MerchantState)9 }, merchant with { Identity = 0 }, merchant with { Kind = (MerchantKind)99 }, merchant with { AccountClass = (AccountClass)99 },
        ];
        Assert.All(terminals, record => Assert.Throws<ArgumentException>(() => SlotCodec.Pack(record, _room)));
        Assert.All(merchants, record => Assert.Throws<ArgumentException>(() => SlotCodec.Pack(record, _room)));
        Assert.Equal((ReasonDetail)200, RoundTrip(merchant with { Detail = (ReasonDetail)200 }).Detail);
    }

    [Fact]
    public void Pack_HoldsNeverSet_IsAsNoHolds()
    {
        var merchant = Make.Merchant(Make.MerchantKey(1));
        Assert.Equal(merchant, RoundTrip(merchant with { Holds = default }));
    }

    private MerchantRecord RoundTrip(MerchantRecord record)
    {
        Assert.True(Slot.TryUnpack(_room.AsSpan(0, SlotCodec.Pack(record, _room)), record.Key, out var back));
        return back;
    }

    private byte[] Damaged(Random random, int length, in RecordName name)
    {
        var bytes = _room[..length];
        bytes[random.Next(SlotBytes.CheckBytes, length)] = (byte)random.Next(256);
        BitConverter.TryWriteBytes(bytes, SlotBytes.Check(name, bytes.AsSpan(SlotBytes.CheckBytes)));
        return bytes;
    }

    private void EveryChange(int length, Func<byte[], bool> unpack)
    {
        var bytes = _room[..length];
        for (var at = 0; at < Math.Min(length, 200); at++)
        {
            var good = bytes[at];
            for (var value = 0; value < 256; value++)
            {
                bytes[at] = (byte)value;
                Assert.Equal(value == good, unpack(bytes));
            }

            bytes[at] = good;
        }
    }
}
