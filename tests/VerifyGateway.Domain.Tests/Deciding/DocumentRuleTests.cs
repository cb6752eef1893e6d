using VerifyGateway.Domain.Deciding;
using VerifyGateway.Domain.Policies;
using VerifyGateway.Domain.Reasons;
using static VerifyGateway.Domain.Tests.Given;

namespace VerifyGateway.Domain.Tests.Deciding;

/// <summary>The four times of an identity document: fine, expiring, in grace, over. All boundaries are midnights in China.</summary>
public class DocumentRuleTests
{
    // Valid to 30 June: it ends with the first instant of 1 July in China. Thirty days of warning, ninety of grace.
    [Theory]
    [InlineData("2026-05-31 23:59:59.999", null, false)]
    [InlineData("2026-06-01 00:00:00.000", Reason.DocumentExpiring, false)]
    [InlineData("2026-06-30 23:59:59.999", Reason.DocumentExpiring, false)]
    [InlineData("2026-07-01 00:00:00.000", Reason.DocumentExpired, false)]
    [InlineData("2026-09-28 23:59:59.999", Reason.DocumentExpired, false)]
    [InlineData("2026-09-29 00:00:00.000", Reason.DocumentExpired, true)]
    [InlineData("2026-09-29 00:00:00.001", Reason.DocumentExpired, true)]
    public void Sale_AroundEachBoundary_FollowsTheDocument(string time, Reason? reason, bool declined) =>
        Check("2026-06-30", time, Policy, reason, declined);

    // A leap day, the turn of a year, and settings of zero.
    [Theory]
    [InlineData("2028-02-29", "2028-02-29 23:59:59.999", 0, 0, null, false)]
    [InlineData("2028-02-29", "2028-03-01 00:00:00.000", 0, 0, Reason.DocumentExpired, true)]
    [InlineData("2026-12-31", "2026-12-31 23:59:59.999", 1, 1, Reason.DocumentExpiring, false)]
    [InlineData("2026-12-31", "2026-12-30 23:59:59.999", 1, 1, null, false)]
    [InlineData("2026-12-31", "2027-01-01 00:00:00.000", 1, 1, Reason.DocumentExpired, false)]
    [InlineData("2026-12-31", "2027-01-01 23:59:59.999", 1, 1, Reason.DocumentExpired, false)]
    [InlineData("2026-12-31", "2027-01-02 00:00:00.000", 1, 1, Reason.DocumentExpired, true)]
    public void Sale_OtherSettings_MoveTheBoundaries(string validTo, string time, int warning, int grace, Reason? reason, bool declined) =>
        Check(validTo, time, PolicySnapshot.Of(new AcquirerRules { DocumentWarningDays = warning, DocumentGraceDays = grace }), reason, declined);

    [Fact]
    public void Sale_DocumentForLife_NeverExpires() =>
        Assert.True(Decide(now: China("9999-12-31 23:59:59.999")) is { Decision: Decision.Allow, Warnings.IsEmpty: true });

    // Some registers write "for life" as the last day that a calendar has.
    [Theory]
    [InlineData("9999-12-31")]
    [InlineData("9999-12-30")]
    public void Sale_DocumentToTheLastDayOfTheCalendar_IsFine(string validTo) => Check(validTo, "2026-06-01 10:00:00.000", Policy, null, false);

    [Fact]
    public void Sale_DocumentFromTheFirstDayOfTheCalendar_IsOver() =>
        Check("0001-01-01", "2026-06-01 10:00:00.000", Policy, Reason.DocumentExpired, true);

    [Fact]
    public void Sale_VastSettings_DoNotOverflow()
    {
        var vast = PolicySnapshot.Of(new AcquirerRules { DocumentGraceDays = 3_650, DocumentWarningDays = 3_650 });
        Check("2026-06-30", "2026-06-01 10:00:00.000", vast, Reason.DocumentExpiring, false);
        Check("2026-06-30", "2030-06-01 10:00:00.000", vast, Reason.DocumentExpired, false);
    }

    private static void Check(string validTo, string time, PolicySnapshot policy, Reason? reason, bool declined)
    {
        var merchant = Merchant() with { DocumentValidTo = Day(validTo) };
        foreach (var explanation in new List<ExplanationStep>?[] { null, [] })
        {
            var verdict = StatusDecision.Decide(Query(), Terminal(), merchant, policy, China(time), explanation);
            Assert.Equal(declined ? Decision.Decline : Decision.Allow, verdict.Decision);
            Assert.Equal(declined ? [reason!.Value] : [], verdict.Reasons.Listed());
            Assert.Equal(declined || reason is null ? [] : [reason.Value], verdict.Warnings.Listed());
            Assert.Equal(0, verdict.UntilUnixMs);
        }
    }
}
