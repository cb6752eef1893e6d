using VerifyGateway.Domain.Deciding;
using VerifyGateway.Domain.Policies;
using VerifyGateway.Domain.Reasons;
using VerifyGateway.Domain.Records;
using static VerifyGateway.Domain.Tests.Given;

namespace VerifyGateway.Domain.Tests.Deciding;

/// <summary>Merchants that have been idle: three and twelve months since the last transaction, six months since opening. Boundaries are midnights in China.</summary>
public class IdlenessTests
{
    [Theory]
    [InlineData("2026-01-15", "2026-04-14 23:59:59.999", null, false)]
    [InlineData("2026-01-15", "2026-04-15 00:00:00.000", ReasonDetail.Dormant3M, false)]
    [InlineData("2026-01-15", "2026-05-14 23:59:59.999", ReasonDetail.Dormant3M, false)]
    [InlineData("2026-01-15", "2026-05-15 00:00:00.000", ReasonDetail.Dormant3M, true)]
    [InlineData("2026-01-15", "2027-01-14 23:59:59.999", ReasonDetail.Dormant3M, true)]
    [InlineData("2026-01-15", "2027-01-15 00:00:00.000", ReasonDetail.Dormant12M, true)]
    // The 31st, where the month has no such day; a leap day; the turn of the year.
    [InlineData("2025-11-30", "2026-02-27 23:59:59.999", null, false)]
    [InlineData("2025-11-30", "2026-02-28 00:00:00.000", ReasonDetail.Dormant3M, false)]
    [InlineData("2026-01-31", "2026-04-29 23:59:59.999", null, false)]
    [InlineData("2026-01-31", "2026-04-30 00:00:00.000", ReasonDetail.Dormant3M, false)]
    [InlineData("2028-02-29", "2029-02-27 23:59:59.999", ReasonDetail.Dormant3M, true)]
    [InlineData("2028-02-29", "2029-02-28 00:00:00.000", ReasonDetail.Dormant12M, true)]
    [InlineData("2025-10-31", "2026-01-31 00:00:00.000", ReasonDetail.Dormant3M, false)]
    public void Merchant_WithoutATransaction_IsWarnedThenDeclinedThenStopped(string lastActive, string now, ReasonDetail? detail, bool declined) =>
        Check(Merchant() with { OpenedOn = Day("2020-01-01"), LastActiveOn = Day(lastActive) }, new AcquirerRules(), now, detail, declined);

    [Theory]
    [InlineData("2026-01-15", "2026-07-14 23:59:59.999", null)]
    [InlineData("2026-01-15", "2026-07-15 00:00:00.000", ReasonDetail.Dormant6M)]
    [InlineData("2025-08-31", "2026-02-27 23:59:59.999", null)]
    [InlineData("2025-08-31", "2026-02-28 00:00:00.000", ReasonDetail.Dormant6M)]
    [InlineData("2025-08-31", "2027-02-28 00:00:00.000", ReasonDetail.Dormant6M)]
    public void Merchant_NeverUsed_IsStoppedSixMonthsAfterOpening(string opened, string now, ReasonDetail? detail) =>
        Check(Merchant() with { OpenedOn = Day(opened) }, new AcquirerRules(), now, detail, declined: detail is not null);

    [Theory]
    [InlineData("2026-03-01 00:00:00.000", "2026-05-31 23:59:59.999", null)]
    [InlineData("2026-03-01 00:00:00.000", "2026-06-01 00:00:00.000", ReasonDetail.Dormant3M)]
    [InlineData("2026-02-28 23:59:59.999", "2026-05-28 00:00:00.000", ReasonDetail.Dormant3M)]
    // One that is older than the last transaction, or not known, changes nothing.
    [InlineData("2025-12-01 00:00:00.000", "2026-04-15 00:00:00.000", ReasonDetail.Dormant3M)]
    [InlineData(null, "2026-04-15 00:00:00.000", ReasonDetail.Dormant3M)]
    public void Merchant_VerifiedSince_CountsFromTheDayOfVerification(string? verified, string now, ReasonDetail? detail)
    {
        var merchant = Merchant() with { LastActiveOn = Day("2026-01-15"), VerifiedAtUnixMs = verified is null ? 0 : China(verified) };
        Check(merchant, new AcquirerRules(), now, detail, declined: false);
    }

    [Fact]
    public void Merchant_NeverUsedButVerifiedSince_CountsFromTheDayOfVerification()
    {
        var merchant = Merchant() with { OpenedOn = Day("2025-01-01"), VerifiedAtUnixMs = China("2026-01-01 00:00:00.000") };
        Check(merchant, new AcquirerRules(), "2026-06-30 23:59:59.999", null, declined: false);
        Check(merchant, new AcquirerRules(), "2026-07-01 00:00:00.000", ReasonDetail.Dormant6M, declined: true);
    }

    [Fact]
    public void Merchant_OfWhichNoDayIsKnown_IsNotIdle() =>
        Check(Merchant() with { VerifiedAtUnixMs = China("2001-01-01 00:00:00.000") }, new AcquirerRules(), "2026-06-01 00:00:00.000", null, declined: false);

    [Fact]
    public void Settings_OfZero_SwitchOff()
    {
        var idle = Merchant() with { LastActiveOn = Day("2020-01-01") };
        Check(idle, new AcquirerRules { IdleStopMonths = 0 }, "2026-06-01 00:00:00.000", ReasonDetail.Dormant3M, declined: true);
        Check(idle, new AcquirerRules { IdleReverifyMonths = 0 }, "2026-06-01 00:00:00.000", ReasonDetail.Dormant12M, declined: true);
        Check(idle, new AcquirerRules { IdleReverifyMonths = 0, IdleStopMonths = 0 }, "2026-06-01 00:00:00.000", null, declined: false);
        Check(Merchant() with { OpenedOn = Day("2020-01-01") }, new AcquirerRules { UnusedStopMonths = 0 }, "2026-06-01 00:00:00.000", null, declined: false);
    }

    [Theory]
    [InlineData(0, "2026-04-15 00:00:00.000", true)]
    [InlineData(1, "2026-04-15 23:59:59.999", false)]
    [InlineData(1, "2026-04-16 00:00:00.000", true)]
    public void Grace_OfSoManyDays_MovesTheDecline(int days, string now, bool declined) =>
        Check(Merchant() with { LastActiveOn = Day("2026-01-15") }, new AcquirerRules { IdleReverifyGraceDays = days }, now, ReasonDetail.Dormant3M, declined);

    [Fact]
    public void Days_AtTheEndOfTheCalendar_DoNotOverflow()
    {
        foreach (var day in new[] { "9999-12-31", "9999-11-30" })
        {
            Check(Merchant() with { LastActiveOn = Day(day) }, new AcquirerRules { IdleReverifyGraceDays = 3_650 }, "2026-06-01 00:00:00.000", null, declined: false);
            Check(Merchant() with { OpenedOn = Day(day), VerifiedAtUnixMs = long.MaxValue }, new AcquirerRules(), "2026-06-01 00:00:00.000", null, declined: false);
        }

        Assert.Equal(Decision.Decline, new Situation { Merchant = Merchant() with { LastActiveOn = Day("0001-01-01"), VerifiedAtUnixMs = 1 }, NowUnixMs = long.MaxValue }.Decide([]).Decision);
    }

    private static void Check(MerchantRecord merchant, AcquirerRules rules, string now, ReasonDetail? detail, bool declined)
    {
        foreach (var explanation in new List<ExplanationStep>?[] { null, [] })
        {
            var verdict = new Situation { Merchant = merchant, Rules = rules, NowUnixMs = China(now) }.Decide(explanation);
            Assert.Equal(declined ? Decision.Decline : Decision.Allow, verdict.Decision);
            Assert.Equal(declined ? [Reason.ReverificationRequired] : [], verdict.Reasons.Listed());
            Assert.Equal(declined || detail is null ? [] : [Reason.ReverificationRequired], verdict.Warnings.Listed());
            Assert.Equal(detail, verdict.Detail);
            Assert.Equal(0, verdict.UntilUnixMs);
            Assert.Equal(declined ? Remedy.Reverify : Remedy.None, verdict.Remedy);
        }
    }
}
