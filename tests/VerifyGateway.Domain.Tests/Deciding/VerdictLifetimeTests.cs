using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;
using VerifyGateway.Domain.Deciding;
using VerifyGateway.Domain.Policies;
using VerifyGateway.Domain.Records;
using static VerifyGateway.Domain.Tests.Given;

namespace VerifyGateway.Domain.Tests.Deciding;

public sealed class VerdictLifetimeTests
{
    [Fact]
    public void NextChange_NothingThatEnds_IsNever()
    {
        Assert.Equal(long.MaxValue, Next(Terminal(), Merchant()));
        Assert.Equal(long.MaxValue, VerdictLifetime.NextChange(Query(), null, null, Policy, Now));
    }

    [Theory]
    [InlineData(5, 0, 5)]
    [InlineData(5, 9, 5)]
    [InlineData(-5, 9, 9)]
    [InlineData(-5, 0, long.MaxValue)]
    [InlineData(-9, -5, long.MaxValue)]
    [InlineData(0, 0, long.MaxValue)]
    public void NextChange_AHold_IsItsNextBeginOrEnd(long begins, long ends, long expected)
    {
        ImmutableArray<Hold> holds = [new(HoldKind.Risk, HoldTarget.Merchant, Now + begins, ends == 0 ? 0 : Now + ends)];
        var instant = expected == long.MaxValue ? long.MaxValue : Now + expected;
        Assert.Equal(instant, Next(Terminal(holds: holds), Merchant()));
        Assert.Equal(instant, Next(Terminal(), Merchant(holds: holds)));
    }

    [Fact]
    public void NextChange_AHoldThatStandsAtOnce_BeginsAtNoInstantThatIsAhead()
    {
        Assert.Equal(Now + 9, Next(Terminal(holds: new Hold(HoldKind.Risk, HoldTarget.Terminal, Now + 5, Now + 9, StandsAtOnce: true)), Merchant()));
        Assert.Equal(long.MaxValue, Next(Terminal(), Merchant(holds: new Hold(HoldKind.Risk, HoldTarget.Merchant, Now + 5, 0, StandsAtOnce: true))));
    }

    [Fact]
    public void NextChange_AReverifyDeadline_CountsWhileItIsDue()
    {
        Assert.Equal(Now + 7, Next(Terminal(), Merchant(identity: IdentityState.ReverifyDue) with { ReverifyByUnixMs = Now + 7 }));
        Assert.Equal(long.MaxValue, Next(Terminal(), Merchant(identity: IdentityState.Lapsed) with { ReverifyByUnixMs = Now + 7 }));
    }

    [Fact]
    public void NextChange_ADocument_StepsThroughWarningEndAndGrace()
    {
        var merchant = Merchant() with { DocumentValidTo = new DateOnly(2026, 12, 31) };
        var now = China("2026-06-01 10:00:00.000");
        string[] steps = ["2026-12-02 00:00:00.000", "2027-01-01 00:00:00.000", "2027-04-01 00:00:00.000"];
        foreach (var step in steps)
        {
            var next = VerdictLifetime.NextChange(Query(), null, merchant, Policy, now);
            Assert.Equal(China(step), next);
            now = next;
        }

        Assert.Equal(long.MaxValue, VerdictLifetime.NextChange(Query(), null, merchant, Policy, now));
    }

    /// <summary>Whatever the records are, the verdict does not change before the instant that is named.</summary>
    [Fact]
    public void NextChange_RandomRecords_NoVerdictChangesBefore()
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        for (var round = 0; round < 2_000; round++)
        {
            var holds = Enumerable.Range(0, random.Next(4)).Select(_ => new Hold(
                (HoldKind)random.Next(1, 5), HoldTarget.Merchant, Now + random.Next(-50, 50), random.Next(2) == 0 ? 0 : Now + random.Next(-50, 90))).ToImmutableArray();
            var merchant = Merchant(identity: (IdentityState)random.Next(1, 9), holds: holds) with { ReverifyByUnixMs = Now + random.Next(-50, 50) };
            var next = Next(Terminal(), merchant);
            var verdict = Decide(merchant: merchant);
            for (var now = Now; now < Math.Min(next, Now + 100); now++)
            {
                var later = Decide(merchant: merchant, now: now);
                Assert.True(verdict.Decision == later.Decision && verdict.Reasons == later.Reasons && verdict.Warnings == later.Warnings, $"seed {seed}, round {round}");
            }
        }
    }

    [Fact]
    public void NextChange_ACard_IsTheEndOfItsMonth() =>
        Assert.Equal(China("2026-07-01 00:00:00.000"), new Situation().Paying(1, new Payer { CardValidToMonth = (2026 * 12) + 5 }).NextChange());

    [Fact]
    public void NextChange_Idleness_StepsThroughWarningDeclineAndStop()
    {
        var situation = new Situation { Merchant = Merchant() with { LastActiveOn = Day("2026-05-31") } };
        foreach (var step in new[] { "2026-08-31 00:00:00.000", "2026-09-30 00:00:00.000", "2027-05-31 00:00:00.000" })
        {
            Assert.Equal(China(step), situation.NextChange());
            situation = situation.At(situation.NextChange());
        }

        Assert.Equal(long.MaxValue, situation.NextChange());
        Assert.Equal(China("2026-11-30 00:00:00.000"), new Situation { Merchant = Merchant() with { OpenedOn = Day("2026-05-31") } }.NextChange());
    }

    [Fact]
    public void NextChange_PoliciesAndWindows_AreTheirInstants()
    {
        var policy = Rule(PolicyEffect.Decline) with { EffectiveFromUnixMs = Now + 5, EffectiveUntilUnixMs = Now + 9 };
        Assert.Equal(Now + 5, new Situation().Under(policy).NextChange());
        Assert.Equal(Now + 9, new Situation().Under(policy).At(Now + 5).NextChange());
        Assert.Equal(Now + 7, new Situation().Under(Reverification(Now, Now + 7)).NextChange());
        Assert.Equal(Now + 3, (new Situation { Windows = [Window(Now + 3, Now + 4)] }).NextChange());
        Assert.Equal(Now + 4, (new Situation { Windows = [Window(Now + 3, Now + 4)] }).At(Now + 3).NextChange());
    }

    [Fact]
    public void NextChange_TotalsStated_IsMidnightWhenTheyCountAnew()
    {
        var midnight = China("2026-06-02 00:00:00.000");
        Payer[] payers =
        [
            new() { BalanceYearFen = 1 }, new() { BalanceDayFen = 1 }, new() { CodeDayFen = 1 }, new() { DayFen = 1 }, new() { MonthFen = 1 }, new() { YearFen = 1 }, new() { DayCount = 1 },
        ];
        Assert.All(payers, payer => Assert.Equal(midnight, new Situation().Paying(1, payer).NextChange()));
        // What is counted since opening never counts anew.
        Assert.Equal(long.MaxValue, new Situation().Paying(1, new Payer { BalanceTotalFen = 1, Account = AccountClass.Class1 }).NextChange());
        // Else an answer that lives on would still name an end that has passed.
        var over = new Situation().Paying(1, new Payer { Code = CodeKind.Static, CodeDayFen = 50_000 });
        Assert.Equal(midnight, over.Decide().UntilUnixMs);
        Assert.NotEqual(over.Decide().UntilUnixMs, over.At(midnight).Decide().UntilUnixMs);
    }

    /// <summary>Whatever the situation is, no part of the verdict changes before the instant that is named.</summary>
    [Fact]
    public void NextChange_RandomSituations_NoVerdictChangesBefore()
    {
        var changed = 0;
        Prop.ForAll(Situations.Any.ToArbitrary(), situation =>
        {
            var next = situation.NextChange();
            Assert.True(next > situation.NowUnixMs);
            var verdict = situation.Decide();
            foreach (var instant in Instants(situation.NowUnixMs, next))
            {
                Assert.Equal(verdict, situation.At(instant).Decide());
            }

            changed += next < long.MaxValue && situation.At(next).Decide() != verdict ? 1 : 0;
        }).Check(Config.QuickThrowOnFailure.WithQuietOnSuccess(true).WithMaxTest(1_500));
        // The other side: the instants that are named are ones at which verdicts do change.
        Assert.True(changed > 50, $"{changed}");
    }

    /// <summary>Instants from one until before another: the edges, those near the beginning, and halves of the way.</summary>
    private static IEnumerable<long> Instants(long from, long until)
    {
        yield return until - 1;
        for (var way = (Math.Min(until, from + 40_000_000_000L) - from) / 2; way > 0; way /= 2)
        {
            yield return from + way;
            yield return Math.Min(until, from + 40_000_000_000L) - 1 - (way / 2);
        }
    }

    private static long Next(TerminalRecord terminal, MerchantRecord merchant) => VerdictLifetime.NextChange(Query(), terminal, merchant, Policy, Now);
}
