using VerifyGateway.Domain.Deciding;
using VerifyGateway.Domain.Policies;
using VerifyGateway.Domain.Reasons;
using VerifyGateway.Domain.Records;
using static VerifyGateway.Domain.Tests.Given;

namespace VerifyGateway.Domain.Tests.Deciding;

/// <summary>Days, months and years are those of China (UTC+8), whatever the instant: seen by when a limit counts anew.</summary>
public class ChinaTimeTests
{
    [Theory]
    [InlineData("1969-12-31 23:59:59.999", "1970-01-01 00:00:00.000")]
    [InlineData("1970-01-01 00:00:00.000", "1970-01-02 00:00:00.000")]
    [InlineData("1970-01-01 07:59:59.999", "1970-01-02 00:00:00.000")]
    [InlineData("1970-01-01 08:00:00.000", "1970-01-02 00:00:00.000")]
    [InlineData("1969-12-30 00:00:00.000", "1969-12-31 00:00:00.000")]
    [InlineData("2024-02-28 23:59:59.999", "2024-02-29 00:00:00.000")]
    [InlineData("2023-12-31 00:00:00.000", "2024-01-01 00:00:00.000")]
    public void Day_OfAnInstant_EndsAtTheNextMidnight(string now, string midnight) => Assert.Equal(China(midnight), Over(China(now), LimitPer.PayerDay));

    [Fact]
    public void Day_OfSummer_HasNoOtherZone() => Assert.Equal(Over(China("1988-07-01 12:00:00.000"), LimitPer.PayerDay), China("1988-07-01 12:00:00.000") + (12 * 3_600_000));

    [Theory]
    [InlineData("2026-06-30 23:59:59.999", "2026-07-01 00:00:00.000", "2027-01-01 00:00:00.000")]
    [InlineData("1970-01-31 23:59:59.999", "1970-02-01 00:00:00.000", "1971-01-01 00:00:00.000")]
    [InlineData("9998-12-31 23:59:59.999", "9999-01-01 00:00:00.000", "9999-01-01 00:00:00.000")]
    public void MonthAndYear_OfAnInstant_EndAtTheFirst(string now, string month, string year)
    {
        Assert.Equal(China(month), Over(China(now), LimitPer.PayerMonth));
        Assert.Equal(China(year), Over(China(now), LimitPer.PayerYear));
    }

    [Fact]
    public void MonthAndYear_AtTheEndOfTheCalendar_DoNotCountAnew()
    {
        Assert.Equal(0, Over(China("9999-12-01 00:00:00.000"), LimitPer.PayerMonth));
        Assert.Equal(0, Over(China("9999-01-01 00:00:00.000"), LimitPer.PayerYear));
        Assert.Equal(China("9999-12-31 00:00:00.000") + 86_400_000, Over(China("9999-12-31 00:00:00.000"), LimitPer.PayerDay));
    }

    [Theory]
    [InlineData(long.MinValue)]
    [InlineData(long.MaxValue)]
    [InlineData(0)]
    [InlineData(-62_135_625_600_000 - 1)]
    [InlineData(253_402_272_000_000)]
    public void Instants_OutsideTheCalendar_AreDecidedAndEndInTheFutureOrNever(long now)
    {
        var merchant = Merchant() with { DocumentValidTo = Day("2026-06-30"), LastActiveOn = Day("2026-06-01"), VerifiedAtUnixMs = now };
        var payer = new Payer { CardValidToMonth = 24_000, DayFen = 1, MonthFen = 1, YearFen = 1 };
        foreach (var per in Enum.GetValues<LimitPer>())
        {
            var rule = Limit(per, 1) with { EffectiveFromUnixMs = 1 };
            var situation = new Situation { Merchant = merchant, NowUnixMs = now }.Paying(1, payer).Under(rule);
            foreach (var verdict in new[] { situation.Decide(), situation.Decide([]) })
            {
                Assert.True(verdict.UntilUnixMs == 0 || verdict.UntilUnixMs > now);
            }

            Assert.True(situation.NextChange() > now || now == long.MaxValue);
        }
    }

    private static long Over(long now, LimitPer per)
    {
        // By an acquirer's own limits: no policy can be in force before 1970.
        var payer = per switch
        {
            LimitPer.PayerDay => new Payer { Code = CodeKind.Static, CodeDayFen = 50_000 },
            LimitPer.PayerYear => new Payer { Account = AccountClass.Class2, BalanceYearFen = 10_000_000 },
            _ => new Payer { MonthFen = 900 },
        };
        var situation = new Situation { NowUnixMs = now }.Paying(1, payer);
        if (per is LimitPer.PayerMonth)
        {
            situation = situation.Under(Limit(per, 900) with { EffectiveFromUnixMs = 1 });
        }

        var verdict = situation.Decide();
        Assert.Equal(Reason.OverLimitAmount, verdict.Primary);
        return verdict.UntilUnixMs;
    }
}
