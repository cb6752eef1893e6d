using System.Buffers;
using Google.Protobuf;
using VerifyGateway.Server.Faults;
using VerifyGateway.Server.Rpc;
using VerifyGateway.TestKit;
using VerifyGateway.V1;

namespace VerifyGateway.Server.Tests;

/// <summary>A length that goes past the message never comes to the parser, and nothing else is kept from it.</summary>
public sealed class WireLengthsTests(ITestOutputHelper output)
{
    private readonly int _seed = DirectComparisonTests.SeedOf(output);

    [Fact]
    public void Parts_ThatClaimToBeHuge_AreRefusedAndCostNoMemory()
    {
        var messages = new HugeMessages(_seed);
        for (var at = 0; at < 20_000; at++)
        {
            var message = messages.Next();
            // What the message costs it costs each time; what the runtime allocates when it compiles a method anew comes once.
            var cost = Allocated.Least(Refuse, rounds: 1);
            Assert.InRange(cost <= 100_000 ? cost : Allocated.Least(Refuse, rounds: 3), 0, 100_000);

            void Refuse() => Assert.Throws<GatewayException>(() => RequestParser.Parse<CheckStatusRequest>(message));
        }
    }

    [Fact]
    public void Parser_WithoutTheLook_ReadsPastItsBoundsOrAsksForGigabytes()
    {
        var messages = new HugeMessages(_seed);
        var (outside, most) = (0, 0L);
        for (var at = 0; at < 300 && (outside == 0 || most < 1L << 30); at++)
        {
            var message = messages.Next();
            var before = GC.GetAllocatedBytesForCurrentThread();
            var thrown = Record.Exception(() => CheckStatusRequest.Parser.ParseFrom(message));
            outside += thrown is InvalidProtocolBufferException ? 0 : 1;
            // A smaller machine has not so much to give.
            most = Math.Max(most, thrown is OutOfMemoryException ? 1L << 30 : GC.GetAllocatedBytesForCurrentThread() - before);
        }

        output.WriteLine($"{outside} that ended in another way than as a bad message; {most:N0} bytes for one");
        Assert.True(outside > 0 && most >= 1L << 30, $"{outside} {most}");
    }

    [Fact]
    public void Messages_OfEveryKind_AreKeptBackOnlyWhenTheParserRefusesThem()
    {
        var messages = new DirectMessages(new Random(_seed), new DirectFleet(_seed, TimeProvider.System).Pairs);
        var random = new Random(_seed);
        var (kept, valid) = (0, 0);
        for (var at = 0; at < 200_000; at++)
        {
            // With a byte 0xFF somewhere every part is looked at.
            var message = messages.Next();
            message = random.Next(2) == 0 ? message : [.. message, 0xA0, 0x1F, 0xFF, (byte)random.Next(128)];
            var fits = WireLengths.Fit(CheckStatusRequest.Descriptor, message);
            var thrown = Record.Exception(() => CheckStatusRequest.Parser.ParseFrom(message));
            Assert.True(fits ? thrown is null or InvalidProtocolBufferException : thrown is not null, $"{fits} {thrown} {Convert.ToHexString(message)}");
            kept += fits ? 0 : 1;
            valid += thrown is null ? 1 : 0;
        }

        output.WriteLine($"{kept:N0} kept back, {valid:N0} valid");
        Assert.InRange(valid, 20_000, 199_000);
        Assert.InRange(kept, 100, 150_000);
    }

    [Fact]
    public void Parts_ThatClaimToBeHugeBehindATagOfMoreBitsThanATagHas_AreRefused()
    {
        // The parser throws the upper bits away and finds the part of a trace, and in it a text of nearly 2 GiB.
        byte[] huge = [0x0A, .. DirectWire.Varint(int.MaxValue - 8)];
        ulong tag = (CheckStatusRequest.TraceFieldNumber << 3) | 2;
        for (var bit = 32; bit < 64; bit++)
        {
            byte[] message = [.. DirectWire.Varint(tag | (1UL << bit)), .. DirectWire.Varint((ulong)huge.Length), .. huge, 0x31, 0x31];
            Assert.False(WireLengths.Fit(CheckStatusRequest.Descriptor, message), $"bit {bit}");
        }
    }

    [Theory]
    [InlineData("", true)]
    // A text of two bytes, and 0xFF in a number.
    [InlineData("0A023031 38FFFFFFFFFFFFFFFFFF01", true)]
    // The text is longer than the rest.
    [InlineData("38FF01 0A033031", false)]
    // A part (13) whose text goes past the part, and not past the message.
    [InlineData("38FF01 6A030A0331 38FF01", false)]
    // The same bytes in a text (1), in a field that is not known (300), and in a group that is not known (400).
    [InlineData("38FF01 0A030A0331 38FF01", true)]
    [InlineData("38FF01 E212030A0331 38FF01", true)]
    [InlineData("38FF01 8319 6A030A0331 8419 38FF01", true)]
    // A length that overflows only with the bits that are thrown away.
    [InlineData("0AFFFFFFFFFF01 30", false)]
    // A negative length of ten bytes.
    [InlineData("0AFFFFFFFFFFFFFFFFFF01 30", false)]
    // A part (13) as above, with bits of its tag that are thrown away.
    [InlineData("38FF01 EA80808010 030A0331 38FF01", false)]
    [InlineData("38FF01 EA8080808001 030A0331 38FF01", false)]
    // A number, a fixed number and a tag that break off: the parser says so.
    [InlineData("38FF", true)]
    [InlineData("39FF", true)]
    [InlineData("3DFF", true)]
    [InlineData("FF", true)]
    // An end without a beginning.
    [InlineData("8419 38FF01", true)]
    public void Message_ByItsBytes_FitsOrDoesNot(string hex, bool fits)
    {
        var message = Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));
        Assert.Equal(fits, WireLengths.Fit(CheckStatusRequest.Descriptor, message));
        Assert.Equal(fits, WireLengths.Fit(CheckStatusRequest.Descriptor, new ReadOnlySequence<byte>(message)));
        Assert.Equal(fits, WireLengths.Fit(CheckStatusRequest.Descriptor, InSegments(message)));
        if (!fits)
        {
            Assert.ThrowsAny<Exception>(() => CheckStatusRequest.Parser.ParseFrom(message));
        }
    }

    [Fact]
    public void Message_NestedDeeperThanTheParserGoes_EndsTheLook()
    {
        Assert.True(WireLengths.Fit(Google.Protobuf.WellKnownTypes.Value.Descriptor, Nested(500)));
        Assert.Throws<InvalidProtocolBufferException>(() => Google.Protobuf.WellKnownTypes.Value.Parser.ParseFrom(Nested(500)));
    }

    [Fact]
    public void Message_OfMegabytes_IsLookedAtWithoutAByteOf0xFF()
    {
        // From 2 MiB on, a length can overflow with other bytes.
        var padding = DirectWire.Counted(1, new byte[3 << 20]);
        byte[] huge = [.. padding, 0x0A, .. DirectWire.Varint(0x7FD0_2010)];
        Assert.DoesNotContain((byte)0xFF, huge[^5..]);
        Assert.False(WireLengths.Fit(CheckStatusRequest.Descriptor, huge));
        Assert.True(WireLengths.Fit(CheckStatusRequest.Descriptor, padding));
    }

    /// <summary>A list in a list in a list.</summary>
    private static byte[] Nested(int deep)
    {
        byte[] value = [0x18, 0xFF, 0x01];
        for (var i = 0; i < deep; i++)
        {
            // Value.list_value (6), ListValue.values (1).
            value = DirectWire.Counted(6, DirectWire.Counted(1, value));
        }

        return value;
    }

    private static ReadOnlySequence<byte> InSegments(byte[] message)
    {
        var first = new Segment(message.AsMemory(0, message.Length / 2), 0);
        var last = first.Append(message.AsMemory(message.Length / 2));
        return new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length);
    }

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public Segment(ReadOnlyMemory<byte> memory, long before) => (Memory, RunningIndex) = (memory, before);

        public Segment Append(ReadOnlyMemory<byte> memory)
        {
            var next = new Segment(memory, RunningIndex + Memory.Length);
            Next = next;
            return next;
        }
    }
}
