using VerifyGateway.Domain.Lifecycle;

namespace VerifyGateway.Domain.Tests.Lifecycle;

public class RefusalTableTests
{
    [Fact]
    public void Table_EveryRefusal_HasItsRowInItsPlace()
    {
        Assert.Equal(Enum.GetValues<Refusal>(), RefusalTable.All.Select(row => row.Refusal));
        Assert.All(Enum.GetValues<Refusal>(), refusal => Assert.Equal(refusal, RefusalTable.Of(refusal).Refusal));
    }

    [Fact]
    public void Codes_AllOfThem_AreDistinctAndScreaming()
    {
        Assert.Distinct(RefusalTable.All.Select(row => row.Code));
        Assert.All(RefusalTable.All, row => Assert.Matches("^[A-Z]+(_[A-Z0-9]+)*$", row.Code));
        Assert.Equal("TRY_LIMIT_DAY", RefusalTable.Of(Refusal.TryLimitDay).Code);
    }

    [Fact]
    public void Sentences_AllOfThem_SayOneThingEachInBothLanguages()
    {
        Assert.Distinct(RefusalTable.All.Select(row => row.Sentence));
        Assert.Distinct(RefusalTable.All.Select(row => row.SentenceZh));
        Assert.All(RefusalTable.All, row => Assert.Matches(@"^[A-Z][^0-9{}]*\.$", row.Sentence));
        Assert.All(RefusalTable.All, row => Assert.Matches(@"^[\u4E00-\u9FFF，]+$", row.SentenceZh));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(255)]
    public void Of_NoRefusal_SaysSo(int number) => Assert.Throws<ArgumentOutOfRangeException>(() => RefusalTable.Of((Refusal)number));
}
