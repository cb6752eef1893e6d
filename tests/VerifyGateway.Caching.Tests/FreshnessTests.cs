using VerifyGateway.Caching.Store;
using VerifyGateway.Caching.Tests.Support;
using VerifyGateway.Domain.Records;

namespace VerifyGateway.Caching.Tests;

public sealed class FreshnessTests
{
    private const long Read = 1_700_000_000_000;
    private static readonly Freshness Bound = new(freshForMs: 2_000, absentFreshForMs: 1_000);

    [Theory]
    [InlineData(-1, false)]
    [InlineData(0, true)]
    [InlineData(1_000, true)]
    [InlineData(1_001, true)]
    [InlineData(2_000, true)]
    [InlineData(2_001, false)]
    [InlineData(long.MaxValue - Read, false)]
    public void IsFresh_Record_EndsExactlyAtTheBound(long age, bool fresh) =>
        Assert.Equal(fresh, Bound.IsFresh(Make.TerminalCopy(Make.TerminalKey(1), 5, 9, Read), Read + age, 0));

    [Theory]
    [InlineData(-1, false)]
    [InlineData(0, true)]
    [InlineData(1_000, true)]
    [InlineData(1_001, false)]
    public void IsFresh_Absence_EndsAtItsOwnBound(long age, bool fresh) =>
        Assert.Equal(fresh, Bound.IsFresh(new RecordCopy<MerchantRecord>(null, 0, 9, Read), Read + age, 0));

    [Theory]
    [InlineData(500, true)]
    [InlineData(501, false)]
    public void IsFresh_AbsenceAllowedLongerThanRecords_IsHeldToTheBoundOfRecords(long age, bool fresh) =>
        Assert.Equal(fresh, new Freshness(500, 60_000).IsFresh(new RecordCopy<MerchantRecord>(null, 0, 9, Read), Read + age, 0));

    [Theory]
    [InlineData(0, true)]
    [InlineData(8, true)]
    [InlineData(9, true)]
    [InlineData(10, false)]
    public void IsFresh_AtLeastRevision_IsHeldAgainstTheHead(long atLeast, bool fresh) =>
        Assert.Equal(fresh, Bound.IsFresh(Make.TerminalCopy(Make.TerminalKey(1), 5, 9, Read), Read, atLeast));

    [Theory]
    [InlineData(long.MinValue)]
    [InlineData(long.MinValue + 1)]
    [InlineData(-1)]
    [InlineData(0)]
    [InlineData(Read + 1)]
    [InlineData(long.MaxValue)]
    public void IsFresh_ImpossibleReadTime_IsStale(long readAt) =>
        Assert.False(Bound.IsFresh(Make.TerminalCopy(Make.TerminalKey(1), 5, 9, readAt), Read, 0));

    [Fact]
    public void FreshUntil_AnyCopy_IsTheFirstInstantOfStaleness()
    {
        var record = Make.TerminalCopy(Make.TerminalKey(1), 5, 9, Read);
        var absence = new RecordCopy<TerminalRecord>(null, 0, 9, Read);
        Assert.True(Bound.IsFresh(record, Bound.FreshUntil(record) - 1, 0));
        Assert.False(Bound.IsFresh(record, Bound.FreshUntil(record), 0));
        Assert.True(Bound.IsFresh(absence, Bound.FreshUntil(absence) - 1, 0));
        Assert.False(Bound.IsFresh(absence, Bound.FreshUntil(absence), 0));
    }

    [Fact]
    public void Control_HugeBound_CallsAnAncientCopyFresh() =>
        Assert.True(new Freshness(int.MaxValue, 0).IsFresh(Make.TerminalCopy(Make.TerminalKey(1), 5, 9, Read), Read + int.MaxValue, 0));
}
