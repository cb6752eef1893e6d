using VerifyGateway.Domain.Reasons;

namespace VerifyGateway.Domain.Tests.Reasons;

public class RemedyAndCodeTableTests
{
    public static TheoryData<Remedy> EachRemedy => [.. Enum.GetValues<Remedy>()];

    [Theory]
    [MemberData(nameof(EachRemedy))]
    public void Remedy_EachOfThem_SaysWhatToDoInBothLanguagesAndWhoDoesIt(Remedy remedy)
    {
        var row = RemedyTable.Of(remedy);
        Assert.Equal(remedy, row.Remedy);
        Assert.EndsWith("。", row.Zh);
        Assert.EndsWith(".", row.En);
        Assert.Contains(row.Zh, letter => letter is >= '\u4E00' and <= '\u9FFF');
        Assert.Equal(remedy == Remedy.None, row.By == Actor.Nobody);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(27)]
    public void Remedy_NoSuchNumber_SaysSo(int number) => Assert.Throws<ArgumentOutOfRangeException>(() => RemedyTable.Of((Remedy)number));

    [Fact]
    public void De39_Table_KnowsWhichCodesCaptureSignInApproveOrMayBeRetried()
    {
        Assert.Equal("04 07 33 34 35 36 37 38 41 43 67", Codes(row => row.Captures));
        Assert.Equal("77 99", Codes(row => row.SignsIn));
        Assert.Equal("00 10 11 16", Codes(row => row.Class == De39Class.Approved));
        Assert.Equal("09 13 14 42 99", Codes(row => row.Class == De39Class.MayRetry));
        Assert.Equal("06 98", Codes(row => row.Class == De39Class.SystemFault));
        Assert.Equal("04 07 33 34 35 36 37 38 41 43 77 97", Codes(row => row.Class == De39Class.OperatorActs));

        static string Codes(Func<De39Info, bool> which) => string.Join(' ', De39Table.All.Where(which).Select(row => row.Code));
    }

    [Fact]
    public void De39_Table_HoldsTwoDigitsOnceEachInOrder()
    {
        Assert.All(De39Table.All, row => Assert.Matches("^[0-9]{2}$", row.Code));
        Assert.Equal(De39Table.All.Select(row => row.Code).Order(StringComparer.Ordinal).Distinct(), De39Table.All.Select(row => row.Code));
        Assert.All(De39Table.All, row => Assert.Same(row, De39Table.Find(row.Code)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("0")]
    [InlineData("A0")]
    [InlineData("08")]
    [InlineData("000")]
    public void De39_UnknownCode_IsNotFound(string code) => Assert.Null(De39Table.Find(code));

    [Fact]
    public void De39_OfEveryReason_IsInTheTable() => Assert.All(ReasonTable.All, row => Assert.NotNull(De39Table.Find(row.De39)));

    [Fact]
    public void Codes_OfNames_GoBothWays()
    {
        foreach (var reason in Enum.GetValues<Reason>())
        {
            Assert.True(Domain.Reasons.Codes.TryParse<Reason>(Domain.Reasons.Codes.Of(reason), out var back));
            Assert.Equal(reason, back);
        }

        Assert.False(Domain.Reasons.Codes.TryParse<Reason>("not_verified", out _));
        Assert.False(Domain.Reasons.Codes.TryParse<Reason>("25", out _));
    }
}
