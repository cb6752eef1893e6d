using System.Collections.Immutable;
using VerifyGateway.Domain.Deciding;
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

    private static long Next(TerminalRecord terminal, MerchantRecord merchant) => VerdictLifetime.NextChange(Query(), terminal, merchant, Policy, Now);
}
