using VerifyGateway.Server.Frames;
using VerifyGateway.TestKit;

namespace VerifyGateway.Server.Tests.Frames;

/// <summary>What blocks of headers have to do with the table, and for how long they are known.</summary>
public sealed class HeaderBlockTests
{
    private readonly ManualTime _time = new();

    [Theory]
    [InlineData("", nameof(TableUse.None))]
    [InlineData("82", nameof(TableUse.None))]
    [InlineData("BD", nameof(TableUse.None))]
    [InlineData("BE", nameof(TableUse.Reads))]
    [InlineData("FF00", nameof(TableUse.Reads))]
    [InlineData("80", nameof(TableUse.Changes))]
    [InlineData("FF", nameof(TableUse.Changes))]
    [InlineData("FF80", nameof(TableUse.Changes))]
    [InlineData("FFFFFF7F", nameof(TableUse.Changes))]
    [InlineData("04023132", nameof(TableUse.None))]
    [InlineData("0F0F0131", nameof(TableUse.None))]
    [InlineData("0F2F0131", nameof(TableUse.Reads))]
    [InlineData("1F2F0131", nameof(TableUse.Reads))]
    [InlineData("00013101", nameof(TableUse.Changes))]
    [InlineData("0001310132", nameof(TableUse.None))]
    [InlineData("1001310132", nameof(TableUse.None))]
    [InlineData("0001310232", nameof(TableUse.Changes))]
    [InlineData("4001310132", nameof(TableUse.Changes))]
    [InlineData("410131", nameof(TableUse.Changes))]
    [InlineData("20", nameof(TableUse.Changes))]
    [InlineData("3FE11F", nameof(TableUse.Changes))]
    [InlineData("82BE410131", nameof(TableUse.Changes))]
    [InlineData("0081FF0131", nameof(TableUse.None))]
    public void Use_OfABlock_IsWhatItsFormSays(string block, string use) => Assert.Equal(use, HeaderBlock.UseOf(Convert.FromHexString(block)).ToString());

    [Fact]
    public void Use_OfABlockThatIsCutOff_IsThatItMayChangeTheTable()
    {
        // Cut between two headers it is a block of its own; within one it cannot be read.
        var block = Wire.PlainBlock;
        var uses = Enumerable.Range(0, block.Length).Select(length => HeaderBlock.UseOf(block.AsSpan(0, length))).ToArray();
        Assert.Equal(6, uses.Count(static use => use == TableUse.None));
        Assert.DoesNotContain(TableUse.Reads, uses);
    }

    [Fact]
    public void Use_OfAnyBytes_NeverFails()
    {
        var random = new Random(1);
        var bytes = new byte[60];
        for (var round = 0; round < 200_000; round++)
        {
            random.NextBytes(bytes);
            HeaderBlock.UseOf(bytes.AsSpan(0, random.Next(60)));
        }
    }

    [Fact]
    public void Known_Block_IsOneThatWasConfirmedForItsStream_AndForATime()
    {
        var known = new KnownHeaders(TimeSpan.FromSeconds(10), _time);
        byte[] block = [0x82];
        Assert.Null(known.Find(block, _time.GetTimestamp()));
        known.Passes(3, block);
        known.Confirm(1, null, mayWait: true);
        Assert.Null(known.Find(block, _time.GetTimestamp()));
        known.Confirm(3, null, mayWait: true);
        Assert.NotNull(known.Find(block, _time.GetTimestamp()));
        Assert.Null(known.Find([0x83], _time.GetTimestamp()));
        _time.Advance(TimeSpan.FromSeconds(9.9));
        Assert.NotNull(known.Find(block, _time.GetTimestamp()));
        _time.Advance(TimeSpan.FromSeconds(0.1));
        Assert.Null(known.Find(block, _time.GetTimestamp()));
        // As it was forgotten, it has to be confirmed again.
        known.Confirm(3, null, mayWait: true);
        Assert.Null(known.Find(block, _time.GetTimestamp()));
    }

    [Fact]
    public void Known_BlockThatReadsTheTable_IsForgottenWhenThatChanges_AndAnotherIsNot()
    {
        var known = new KnownHeaders(TimeSpan.FromSeconds(10), _time);
        byte[] reads = [0xBE];
        byte[] plain = [0x82];
        Learn(known, 1, reads);
        Learn(known, 3, plain);
        known.Passes(5, [0x40, 1, (byte)'a', 0]);
        Assert.Null(known.Find(reads, _time.GetTimestamp()));
        Assert.NotNull(known.Find(plain, _time.GetTimestamp()));
        // It is not confirmed by what was said of it before the change.
        known.Passes(7, reads);
        known.TableChanges();
        known.Confirm(7, null, mayWait: true);
        Assert.Null(known.Find(reads, _time.GetTimestamp()));
    }

    [Fact]
    public void Known_Blocks_AreEightAtMost_AndTheLastOnes()
    {
        var known = new KnownHeaders(TimeSpan.FromSeconds(10), _time);
        for (uint one = 0; one < 9; one++)
        {
            Learn(known, (2 * one) + 1, [(byte)(0x81 + one)]);
        }

        Assert.Null(known.Find([0x81], _time.GetTimestamp()));
        Assert.All(Enumerable.Range(1, 8), one => Assert.NotNull(known.Find([(byte)(0x81 + one)], _time.GetTimestamp())));
    }

    [Fact]
    public void Offered_BlockThatIsNeverConfirmed_MakesWayForAnother()
    {
        var known = new KnownHeaders(TimeSpan.FromSeconds(10), _time);
        known.Passes(1, [0x82]);
        known.Passes(3, [0x83]);
        known.Confirm(3, null, mayWait: true);
        Assert.Null(known.Find([0x83], _time.GetTimestamp()));
        known.Passes(203, [0x83]);
        known.Confirm(203, null, mayWait: true);
        Assert.NotNull(known.Find([0x83], _time.GetTimestamp()));
        // At once, when it is said to be another.
        known.Passes(205, [0x84]);
        known.Refuse(203);
        known.Passes(207, [0x85]);
        known.Refuse(205);
        known.Passes(209, [0x86]);
        known.Confirm(209, null, mayWait: true);
        Assert.Null(known.Find([0x85], _time.GetTimestamp()));
        Assert.NotNull(known.Find([0x86], _time.GetTimestamp()));
    }

    [Fact]
    public void Block_OfMoreBytesThanAreKept_IsNotKept()
    {
        var known = new KnownHeaders(TimeSpan.FromSeconds(10), _time);
        var (longest, longer) = (Enumerable.Repeat((byte)0x82, KnownHeaders.MostBytes).ToArray(), Enumerable.Repeat((byte)0x82, KnownHeaders.MostBytes + 1).ToArray());
        Learn(known, 1, longest);
        Learn(known, 3, longer);
        Assert.NotNull(known.Find(longest, _time.GetTimestamp()));
        Assert.Null(known.Find(longer, _time.GetTimestamp()));
    }

    [Fact]
    public void Block_ThatTellsALengthOfTheBody_IsForNoOther()
    {
        var known = new KnownHeaders(TimeSpan.FromSeconds(10), _time);
        known.Passes(1, [0x82]);
        known.Confirm(1, 60, mayWait: true);
        var block = known.Find([0x82], _time.GetTimestamp())!;
        Assert.Equal((true, false, false), (block.IsBody(60), block.IsBody(59), block.IsBody(0)));
    }

    private void Learn(KnownHeaders known, uint stream, byte[] block)
    {
        known.Passes(stream, block);
        known.Confirm((int)stream, null, mayWait: true);
        known.Find([], _time.GetTimestamp());
    }
}
