using VerifyGateway.Domain.Deciding;
using VerifyGateway.Domain.Policies;
using VerifyGateway.Domain.Reasons;
using VerifyGateway.Domain.Records;
using static VerifyGateway.Domain.Tests.Given;

namespace VerifyGateway.Domain.Tests.Deciding;

/// <summary>What policies do to a verdict.</summary>
public class PolicyEffectTests
{
    [Fact]
    public void Decline_InForce_StopsNewValueAndIsNamed()
    {
        var policy = Rule(PolicyEffect.Decline);
        var verdict = new Situation().Under(policy).Decide();
        Assert.Equal(Decision.Decline, verdict.Decision);
        Assert.Equal([Reason.PolicyRestricted], verdict.Reasons.Listed());
        Assert.Same(policy, verdict.Policy);
        Assert.Null(verdict.Detail);
        Assert.Equal(Remedy.SeePolicy, verdict.Remedy);
        Assert.Equal(0, verdict.UntilUnixMs);
    }

    [Fact]
    public void Warn_InForce_GoesOnAndIsNamed()
    {
        var policy = Rule(PolicyEffect.Warn);
        var verdict = new Situation().Under(policy).Decide();
        Assert.Equal(Decision.Allow, verdict.Decision);
        Assert.Equal([Reason.PolicyRestricted], verdict.Warnings.Listed());
        Assert.Same(policy, verdict.Policy);
        Assert.Equal(Remedy.None, verdict.Remedy);
    }

    [Theory]
    [InlineData(-1, false)]
    [InlineData(0, true)]
    [InlineData(9, true)]
    [InlineData(10, false)]
    public void Policy_AroundItsTime_IsInForceFromTheFirstInstantUntilBeforeTheLast(long ms, bool inForce)
    {
        var policy = Rule(PolicyEffect.Decline) with { EffectiveFromUnixMs = Now, EffectiveUntilUnixMs = Now + 10 };
        var verdict = new Situation().Under(policy).At(Now + ms).Decide([]);
        Assert.Equal(inForce ? Decision.Decline : Decision.Allow, verdict.Decision);
        Assert.Equal(inForce ? policy : null, verdict.Policy);
        Assert.Equal(inForce ? Now + 10 : 0, verdict.UntilUnixMs);
    }

    [Fact]
    public void Exempt_InTheOrder_KeepsOffWhatComesAfterItOnly()
    {
        var (decline, exempt) = (Rule(PolicyEffect.Decline, "decline", 2), Rule(PolicyEffect.Exempt, "exempt", 1));
        Assert.Equal(Decision.Allow, new Situation().Under(decline, exempt).Decide().Decision);
        Assert.Equal(Decision.Decline, new Situation().Under(decline, exempt with { Priority = 3 }).Decide().Decision);
        Assert.Equal(Decision.Decline, new Situation().Under(decline, exempt with { EffectiveUntilUnixMs = Now }).Decide().Decision);
        Assert.Equal(Decision.Decline, new Situation().Under(decline, exempt with { EffectiveFromUnixMs = Now + 1 }).Decide().Decision);
        Assert.Equal(Decision.Decline, new Situation().Paying(5).Under(decline, exempt with { Scope = new PolicyScope { AmountToFen = 4 } }).Decide().Decision);
        // Not only declines: limits, warnings and re-verification as well.
        var others = new Situation().Paying(5).Under(exempt, Limit(LimitPer.Transaction, 4), Rule(PolicyEffect.Warn, "warn"), Reverification(Now, Now));
        Assert.Equal((Decision.Allow, true), (others.Decide().Decision, others.Decide().Warnings.IsEmpty));
        // But nothing that is no policy.
        Assert.Equal([Reason.FrozenByOwner], (new Situation { Merchant = Merchant(holds: Hold(HoldKind.Holder)) }).Under(exempt).Decide().Reasons.Listed());
    }

    [Fact]
    public void Policy_FirstOfSeveral_IsTheOneNamed()
    {
        var (first, second, warns) = (Rule(PolicyEffect.Decline, "z", 1), Rule(PolicyEffect.Decline, "a", 2), Rule(PolicyEffect.Warn, "w", 1));
        Assert.Equal("z", new Situation().Under(second, first).Decide().Policy?.Id);
        // What stands against goes before what only warns, wherever it stands in the order.
        Assert.Equal("a", new Situation().Under(second, warns).Decide().Policy?.Id);
        // A limit has a name of its own.
        var verdict = new Situation().Paying(5).Under(Limit(LimitPer.Transaction, 4, id: "one"), Limit(LimitPer.Transaction, 3, id: "two", priority: 2_000), warns).Decide();
        Assert.Equal(("one", Reason.OverLimitAmount), (verdict.Policy?.Id, verdict.Primary));
    }

    [Fact]
    public void Policy_NotTheCauseOfTheFirstReason_IsNotNamed()
    {
        var decline = Rule(PolicyEffect.Decline);
        Assert.Null((new Situation { Merchant = Merchant(holds: Hold(HoldKind.Holder)) }).Under(decline).Decide().Policy);
        Assert.Null((new Situation { Merchant = Merchant(identity: IdentityState.Lapsed) }).Under(Reverification(Now, Now + 1)).Decide().Policy);
        var code = new Payer { Code = CodeKind.Static, CodeDayFen = 50_000, DayFen = 9 };
        Assert.Null(new Situation().Paying(1, code).Under(Limit(LimitPer.PayerDay, 9)).Decide().Policy);
    }

    [Theory]
    [InlineData(LimitPer.Transaction, 900, 0, false)]
    [InlineData(LimitPer.Transaction, 901, 0, true)]
    [InlineData(LimitPer.PayerDay, 100, 800, false)]
    [InlineData(LimitPer.PayerDay, 101, 800, true)]
    [InlineData(LimitPer.PayerMonth, 100, 800, false)]
    [InlineData(LimitPer.PayerMonth, 101, 800, true)]
    [InlineData(LimitPer.PayerYear, 100, 800, false)]
    [InlineData(LimitPer.PayerYear, 101, 800, true)]
    [InlineData(LimitPer.PayerYear, long.MaxValue, long.MaxValue, true)]
    [InlineData(LimitPer.PayerDay, 1, long.MaxValue, true)]
    public void Limit_OfAnAmount_MayBeReachedNotPassed(LimitPer per, long amount, long total, bool over)
    {
        // Only the total that the limit speaks of counts: the others are far over it.
        var payer = new Payer
        {
            DayFen = per is LimitPer.PayerDay ? total : 9_999, MonthFen = per is LimitPer.PayerMonth ? total : 9_999, YearFen = per is LimitPer.PayerYear ? total : 9_999,
        };
        var policy = Limit(per, 900);
        var verdict = new Situation().Paying(amount, payer).Under(policy).Decide([]);
        Assert.Equal(over ? [Reason.OverLimitAmount] : [], verdict.Reasons.Listed());
        Assert.Equal(over ? ReasonDetail.PolicyLimit : null, verdict.Detail);
        Assert.Equal(over ? policy : null, verdict.Policy);
        var until = !over || amount > 900 ? 0 : China(per switch
        {
            LimitPer.PayerDay => "2026-06-02 00:00:00.000",
            LimitPer.PayerMonth => "2026-07-01 00:00:00.000",
            _ => "2027-01-01 00:00:00.000",
        });
        Assert.Equal(until, verdict.UntilUnixMs);
    }

    [Theory]
    [InlineData("2026-12-31 23:59:59.999", "2027-01-01 00:00:00.000")]
    [InlineData("2026-12-01 00:00:00.000", "2027-01-01 00:00:00.000")]
    [InlineData("2028-02-29 00:00:00.000", "2028-03-01 00:00:00.000")]
    public void Until_OfAMonth_IsTheFirstOfTheNextInChina(string now, string until) =>
        Assert.Equal(China(until), (new Situation { NowUnixMs = China(now) }).Paying(1, new Payer { MonthFen = 900 }).Under(Limit(LimitPer.PayerMonth, 900)).Decide().UntilUnixMs);

    [Theory]
    [InlineData(2, 3, false)]
    [InlineData(3, 3, true)]
    [InlineData(4, 3, true)]
    [InlineData(0, 0, true)]
    public void Limit_OfANumber_CountsThisOneIn(int before, int most, bool over)
    {
        var verdict = new Situation().Paying(1, new Payer { DayCount = before }).Under(Limit(LimitPer.PayerDay, null, most)).Decide([]);
        Assert.Equal(over ? [Reason.OverLimitCount] : [], verdict.Reasons.Listed());
        Assert.Equal(over && most > 0 ? China("2026-06-02 00:00:00.000") : 0, verdict.UntilUnixMs);
        Assert.Equal(over ? ("65", Remedy.TryTomorrow) : ("00", Remedy.None), (ReasonTable.Of(verdict.Primary).De39, verdict.Remedy));
    }

    [Fact]
    public void Until_SeveralNumbersPassed_IsWhenTheLastCountsAnew()
    {
        var situation = new Situation().Paying(1, new Payer { DayCount = 3 });
        Assert.Equal(0, situation.Under(Limit(LimitPer.PayerDay, null, 3), Limit(LimitPer.PayerDay, null, 0, "none", 2_000)).Decide().UntilUnixMs);
    }

    [Fact]
    public void Limit_OfAmountAndNumber_GivesBothReasons()
    {
        var verdict = new Situation().Paying(1, new Payer { DayFen = 900, DayCount = 3 }).Under(Limit(LimitPer.PayerDay, 900, 3)).Decide([]);
        Assert.Equal([Reason.OverLimitAmount, Reason.OverLimitCount], verdict.Reasons.Listed());
    }

    [Fact]
    public void Limit_InAnotherCurrency_ComparesTheNumberOnly()
    {
        var situation = new Situation { Query = Query() with { Currency = 840, AmountMinor = 9_999, Payer = new Payer { DayFen = 9_999, DayCount = 3 } } };
        Assert.Equal(Decision.Allow, situation.Under(Limit(LimitPer.PayerDay, 900)).Decide([]).Decision);
        Assert.Equal([Reason.OverLimitCount], situation.Under(Limit(LimitPer.PayerDay, 900, 3)).Decide([]).Reasons.Listed());
    }

    [Theory]
    [InlineData(-1, 1, true)]
    [InlineData(-1, 0, false)]
    [InlineData(-1, -1, false)]
    [InlineData(0, 0, true)]
    [InlineData(0, -1, true)]
    public void Reverification_ByDeadlineAndSince_WarnsThenDeclines(long verifiedFromSince, long byFromNow, bool passes)
    {
        // Verified a millisecond too early: a warning before the deadline, a decline from it. Verified at the very instant: new enough.
        var situation = new Situation { Merchant = Merchant() with { VerifiedAtUnixMs = Now - 500 + verifiedFromSince } };
        var policy = Reverification(Now - 500, Now + byFromNow);
        var verdict = situation.Under(policy).Decide([]);
        Assert.Equal(passes ? Decision.Allow : Decision.Decline, verdict.Decision);
        Assert.Equal(passes ? [] : [Reason.ReverificationRequired], verdict.Reasons.Listed());
        Assert.Equal(passes && verifiedFromSince < 0 ? [Reason.ReverificationRequired] : [], verdict.Warnings.Listed());
        Assert.Equal(verifiedFromSince < 0 ? ReasonDetail.NewRule : null, verdict.Detail);
        Assert.Equal(verifiedFromSince < 0 ? policy : null, verdict.Policy);
    }

    [Fact]
    public void Reverification_VerificationNotKnown_IsAsked() =>
        Assert.Equal([Reason.ReverificationRequired], new Situation().Under(Reverification(1, Now)).Decide().Reasons.Listed());

    [Theory]
    [InlineData(99, false)]
    [InlineData(100, true)]
    [InlineData(200, true)]
    [InlineData(201, false)]
    public void Amounts_OfTheScope_AreInclusive(long amount, bool inScope)
    {
        var policy = Rule(PolicyEffect.Decline, scope: new PolicyScope { AmountFromFen = 100, AmountToFen = 200 });
        Assert.Equal(inScope ? Decision.Decline : Decision.Allow, new Situation().Paying(amount).Under(policy).Decide().Decision);
        Assert.Equal(Decision.Allow, (new Situation { Query = Query() with { AmountMinor = amount, Currency = 840 } }).Under(policy).Decide().Decision);
        Assert.Equal(Decision.Decline, (new Situation { Query = Query() with { AmountMinor = amount, Currency = 840 } }).Under(Rule(PolicyEffect.Decline)).Decide().Decision);
    }

    [Fact]
    public void Scope_OfCardClassOrCodeKind_GivesItsDetailAndResponseCode()
    {
        var cards = Rule(PolicyEffect.Decline, "cards", 1, new PolicyScope { CardClasses = [CardClass.Credit] });
        var codes = Rule(PolicyEffect.Decline, "codes", 2, new PolicyScope { CodeKinds = [CodeKind.Static] });
        Is(new Payer { CardClass = CardClass.Credit }, ReasonDetail.CardClassRestricted, "57");
        Is(new Payer { Code = CodeKind.Static }, ReasonDetail.CodeUseRestricted, "58");
        Is(new Payer { CardClass = CardClass.Credit, Code = CodeKind.Static }, ReasonDetail.CardClassRestricted, "57");
        Assert.Equal(Decision.Allow, new Situation().Paying(1, new Payer { CardClass = CardClass.Debit, Code = CodeKind.Dynamic }).Under(cards, codes).Decide().Decision);

        void Is(Payer payer, ReasonDetail detail, string de39)
        {
            var verdict = new Situation().Paying(1, payer).Under(cards, codes).Decide();
            Assert.Equal((Reason.PolicyRestricted, detail, de39, Remedy.OtherPayment), (verdict.Primary, verdict.Detail, DetailTable.Of(detail).De39, verdict.Remedy));
        }
    }

    [Fact]
    public void Until_OverChainsOfPoliciesAndExemptions_IsWhenNothingRestrictsAnyMore()
    {
        var first = Rule(PolicyEffect.Decline, "first") with { EffectiveUntilUnixMs = Now + 10 };
        var next = Rule(PolicyEffect.Decline, "next") with { EffectiveFromUnixMs = Now + 10, EffectiveUntilUnixMs = Now + 20 };
        var overlapping = Rule(PolicyEffect.Decline, "overlapping") with { EffectiveFromUnixMs = Now + 15, EffectiveUntilUnixMs = Now + 30 };
        var later = Rule(PolicyEffect.Decline, "later") with { EffectiveFromUnixMs = Now + 31 };
        var endless = Rule(PolicyEffect.Decline, "endless") with { EffectiveFromUnixMs = Now + 5 };
        var exempt = Rule(PolicyEffect.Exempt, "exempt", 1) with { EffectiveFromUnixMs = Now + 7, EffectiveUntilUnixMs = Now + 8 };
        Assert.Equal(Now + 10, Until(first));
        Assert.Equal(Now + 20, Until(first, next));
        Assert.Equal(Now + 30, Until(first, next, overlapping));
        Assert.Equal(Now + 30, Until(first, next, overlapping, later));
        Assert.Equal(0, Until(first, next, endless));
        // An exemption that begins ends the restriction, be it for a millisecond.
        Assert.Equal(Now + 7, Until(first, next, endless, exempt));
        // One that comes later in the order does not.
        Assert.Equal(0, Until(first, endless, exempt with { Priority = 9_000 }));
        // A policy that only warns prolongs nothing.
        Assert.Equal(Now + 10, Until(first, Rule(PolicyEffect.Warn, "warn")));

        static long Until(params PolicyRule[] policies) => new Situation().Under([.. policies]).Decide().UntilUnixMs;
    }

    [Theory]
    [InlineData(64, true)]
    [InlineData(65, false)]
    public void Until_MoreChangesThanAreWorthFollowing_IsNone(int policies, bool followed)
    {
        var chain = Enumerable.Range(0, policies).Select(i =>
            Rule(PolicyEffect.Decline, $"p{i}") with { EffectiveFromUnixMs = Now + (i * 10), EffectiveUntilUnixMs = Now + ((i + 1) * 10) });
        Assert.Equal(followed ? Now + (policies * 10L) : 0, new Situation().Under([.. chain]).Decide().UntilUnixMs);
    }
}
