using System.Collections.Immutable;
using VerifyGateway.Domain.Deciding;
using VerifyGateway.Domain.Reasons;
using VerifyGateway.Domain.Records;
using static VerifyGateway.Domain.Tests.Given;

namespace VerifyGateway.Domain.Tests.Deciding;

public class HoldRuleTests
{
    private static readonly Dictionary<HoldKind, Reason> ReasonOf = new()
    {
        [HoldKind.Holder] = Reason.FrozenByOwner,
        [HoldKind.Risk] = Reason.FrozenByRisk,
        [HoldKind.Judicial] = Reason.FrozenJudicial,
        [HoldKind.Regulator] = Reason.Sanctioned,
    };

    // A condition of the system is no freeze: it says what the holder has to do, and ends when that is done.
    private static readonly HoldKind[] Freezes = [HoldKind.Holder, HoldKind.Risk, HoldKind.Judicial, HoldKind.Regulator];

    public static MatrixTheoryData<HoldKind, HoldTarget> KindsAndTargets => new(Freezes, Enum.GetValues<HoldTarget>());

    public static TheoryData<HoldKind> Kinds => [.. Freezes];

    [Theory]
    [MemberData(nameof(KindsAndTargets))]
    public void Sale_OneHold_GivesTheReasonOfItsKind(HoldKind kind, HoldTarget target)
    {
        var hold = Hold(kind, target: target);
        var verdict = target is HoldTarget.Terminal
            ? Decide(terminal: Terminal(holds: hold))
            : Decide(merchant: Merchant(holds: hold));
        Assert.Equal(Decision.Decline, verdict.Decision);
        Assert.Equal([ReasonOf[kind]], verdict.Reasons.Listed());
    }

    [Theory]
    [MemberData(nameof(KindsAndTargets))]
    public void Sale_OneHoldForNowOfAClockThatIsAhead_Declines(HoldKind kind, HoldTarget target)
    {
        Verdict Of(bool standsAtOnce, long until)
        {
            var hold = new Hold(kind, target, Now + 5_000, until, StandsAtOnce: standsAtOnce);
            return target is HoldTarget.Terminal ? Decide(terminal: Terminal(holds: hold)) : Decide(merchant: Merchant(holds: hold));
        }

        Assert.Equal([ReasonOf[kind]], Of(standsAtOnce: true, until: 0).Reasons.Listed());
        Assert.Equal(Decision.Allow, Of(standsAtOnce: false, until: 0).Decision);
        // Its end is its end.
        Assert.Equal(Decision.Allow, Of(standsAtOnce: true, until: Now).Decision);
    }

    [Fact]
    public void Kinds_OfHolds_AreTheFreezesAndTheConditions() => Assert.Equal(Enum.GetValues<HoldKind>(), [.. Freezes, HoldKind.System]);

    [Theory]
    [InlineData(HoldTarget.Identity, Reason.ReverificationRequired, ReasonDetail.ConditionOpen, Remedy.ContactAcquirer)]
    [InlineData(HoldTarget.Merchant, Reason.ReverificationRequired, ReasonDetail.ConditionOpen, Remedy.ContactAcquirer)]
    [InlineData(HoldTarget.Terminal, Reason.TerminalSuspended, null, Remedy.ContactAcquirer)]
    public void Sale_ACondition_SuspendsTheTerminalOrAsksForVerification(HoldTarget target, Reason reason, ReasonDetail? detail, Remedy remedy)
    {
        var hold = Hold(HoldKind.System, target: target);
        var verdict = target is HoldTarget.Terminal ? Decide(terminal: Terminal(holds: hold)) : Decide(merchant: Merchant(holds: hold));
        Assert.Equal(Decision.Decline, verdict.Decision);
        Assert.Equal([reason], verdict.Reasons.Listed());
        Assert.Equal(detail, verdict.Detail);
        Assert.Equal(remedy, verdict.Remedy);
        Assert.Equal(0, verdict.UntilUnixMs);
    }

    [Theory]
    [InlineData(true, Decision.Allow)]
    [InlineData(false, Decision.Decline)]
    public void Refund_ARiskHold_PassesWhenWhoPlacedItSaysSo(bool refundsPass, Decision expected)
    {
        var hold = Hold(HoldKind.Risk) with { RefundsPass = refundsPass };
        foreach (var kind in new[] { TransactionKind.PreAuthCompletion, TransactionKind.Refund, TransactionKind.Void })
        {
            Assert.Equal(expected, Decide(merchant: Merchant(holds: hold), kind: kind).Decision);
            Assert.Equal(expected, Decide(terminal: Terminal(holds: hold), kind: kind).Decision);
            Assert.Equal(Decision.Decline, Decide(merchant: Merchant(holds: hold)).Decision);
        }
    }

    [Fact]
    public void Refund_OneOfTwoRiskHoldsLetsItPass_IsDeclined()
    {
        var (lets, stops) = (Hold(HoldKind.Risk) with { RefundsPass = true }, Hold(HoldKind.Risk));
        Assert.Equal(Decision.Decline, Decide(merchant: Merchant(holds: [lets, stops]), kind: TransactionKind.Refund).Decision);
        Assert.Equal(Decision.Decline, Decide(Terminal(holds: lets), Merchant(holds: stops), TransactionKind.Refund).Decision);
        Assert.Equal(Decision.Decline, Decide(Terminal(holds: stops), Merchant(holds: lets), TransactionKind.Refund).Decision);
        // One that has ended stops nothing any more.
        Assert.Equal(Decision.Allow, Decide(merchant: Merchant(holds: [lets, stops with { UntilUnixMs = Now }]), kind: TransactionKind.Refund).Decision);
    }

    [Fact]
    public void Until_OfARefund_IsWhenTheLastHoldThatStopsItEnds()
    {
        var merchant = Merchant(holds: [Hold(HoldKind.Risk) with { RefundsPass = true }, Hold(HoldKind.Risk, Now + 5)]);
        Assert.Equal(Now + 5, Decide(merchant: merchant, kind: TransactionKind.Refund).UntilUnixMs);
        Assert.Equal(Decision.Allow, Decide(merchant: merchant, kind: TransactionKind.Refund, now: Now + 5).Decision);
        Assert.Equal(0, Decide(merchant: merchant).UntilUnixMs);
    }

    [Theory]
    [InlineData(HoldKind.Holder)]
    [InlineData(HoldKind.Judicial)]
    [InlineData(HoldKind.Regulator)]
    public void Refund_AFlaggedHoldOfAnotherKind_IsAsWithoutTheFlag(HoldKind kind)
    {
        var plain = Decide(merchant: Merchant(holds: Hold(kind)), kind: TransactionKind.Refund);
        Assert.Equal(plain, Decide(merchant: Merchant(holds: Hold(kind) with { RefundsPass = true }), kind: TransactionKind.Refund));
        // A risk hold that lets refunds pass does not open the way for another kind of hold.
        Assert.Equal(plain.Decision, Decide(merchant: Merchant(holds: [Hold(kind), Hold(HoldKind.Risk) with { RefundsPass = true }]), kind: TransactionKind.Refund).Decision);
    }

    [Theory]
    [InlineData(-1, false)]
    [InlineData(0, true)]
    [InlineData(1, true)]
    public void Hold_AroundItsBeginning_StandsFromTheExactInstant(long ms, bool stands) =>
        Check(new Hold(HoldKind.Risk, HoldTarget.Merchant, Now - ms, 0), stands, 0);

    [Theory]
    [InlineData(-1, true)]
    [InlineData(0, false)]
    [InlineData(1, false)]
    public void Hold_AroundItsEnd_StandsUntilBeforeTheExactInstant(long ms, bool stands) =>
        Check(new Hold(HoldKind.Risk, HoldTarget.Merchant, Now - 10, Now - ms), stands, stands ? Now - ms : 0);

    [Fact]
    public void Hold_EndingAsItBegins_NeverStands() => Check(new Hold(HoldKind.Risk, HoldTarget.Merchant, Now, Now), false, 0);

    [Fact]
    public void Until_SeveralOfAKind_IsThatOfTheLastToEnd()
    {
        ImmutableArray<Hold> holds = [Hold(HoldKind.Holder, Now + 5), Hold(HoldKind.Holder, Now + 9), Hold(HoldKind.Holder, Now + 7)];
        Assert.Equal(Now + 9, Decide(merchant: Merchant(holds: holds)).UntilUnixMs);
    }

    [Fact]
    public void Until_SeveralOfAKindOnTerminalAndMerchant_IsThatOfTheLastToEnd()
    {
        var (sooner, later) = (Hold(HoldKind.Holder, Now + 5), Hold(HoldKind.Holder, Now + 9));
        Assert.Equal(Now + 9, Decide(Terminal(holds: later), Merchant(holds: sooner)).UntilUnixMs);
        Assert.Equal(Now + 9, Decide(Terminal(holds: sooner), Merchant(holds: later)).UntilUnixMs);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Until_OneOfAKindDoesNotEnd_IsNone(bool endlessFirst)
    {
        var (endless, ending) = (Hold(HoldKind.Holder), Hold(HoldKind.Holder, Now + 9));
        var verdict = Decide(merchant: Merchant(holds: endlessFirst ? [endless, ending] : [ending, endless]));
        Assert.Equal(Reason.FrozenByOwner, verdict.Primary);
        Assert.Equal(0, verdict.UntilUnixMs);
    }

    [Theory]
    [InlineData(6, 0, 5)]
    [InlineData(6, 20, 5)]
    [InlineData(5, 20, 20)]
    [InlineData(1, 20, 20)]
    [InlineData(1, 3, 5)]
    [InlineData(1, 0, 0)]
    public void Until_AHoldBeginsLater_CountsWhenItBeginsBeforeTheOtherEnds(int begins, int ends, int expected)
    {
        ImmutableArray<Hold> holds =
        [
            new(HoldKind.Holder, HoldTarget.Merchant, Now - 9, Now - 1),
            new(HoldKind.Holder, HoldTarget.Merchant, Now + begins, ends == 0 ? 0 : Now + ends),
            Hold(HoldKind.Holder, Now + 5),
        ];
        Assert.Equal(expected == 0 ? 0 : Now + expected, Decide(merchant: Merchant(holds: holds)).UntilUnixMs);
    }

    [Fact]
    public void Until_SeveralReasons_IsThatOfThePrimaryOne()
    {
        ImmutableArray<Hold> holds = [Hold(HoldKind.Holder, Now + 50), Hold(HoldKind.Risk, Now + 5)];
        var verdict = Decide(merchant: Merchant(holds: holds));
        Assert.Equal([Reason.FrozenByRisk, Reason.FrozenByOwner], verdict.Reasons.Listed());
        Assert.Equal(Now + 5, verdict.UntilUnixMs);
    }

    [Fact]
    public void Until_PrimaryReasonDoesNotEnd_IsNoneThoughAHoldBehindItEnds()
    {
        var verdict = Decide(merchant: Merchant(MerchantState.Deregistered, holds: Hold(HoldKind.Judicial, Now + 5)));
        Assert.Equal(Reason.Deregistered, verdict.Primary);
        Assert.Equal(0, verdict.UntilUnixMs);

        verdict = Decide(merchant: Merchant(holds: [Hold(HoldKind.Judicial), Hold(HoldKind.Risk, Now + 5)]));
        Assert.Equal(Reason.FrozenJudicial, verdict.Primary);
        Assert.Equal(0, verdict.UntilUnixMs);
    }

    [Fact]
    public void Until_TransactionIsAllowed_IsNone()
    {
        var verdict = Decide(merchant: Merchant(holds: Hold(HoldKind.Holder, Now + 5)), kind: TransactionKind.Refund);
        Assert.Equal(Decision.Allow, verdict.Decision);
        Assert.Equal([Reason.FrozenByOwner], verdict.Warnings.Listed());
        Assert.Equal(0, verdict.UntilUnixMs);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Until_ReasonThatDoesNotStopTheKind_IsNeverTaken(HoldKind kind)
    {
        // Whatever stands before it in precedence but does not stop the transaction says nothing about when the stopping ends.
        foreach (var transaction in Enum.GetValues<TransactionKind>())
        {
            var verdict = Decide(Terminal(TerminalState.Suspended), Merchant(holds: Hold(kind, Now + 5)), transaction);
            Assert.Equal(verdict.Primary == ReasonOf[kind] ? Now + 5 : 0, verdict.UntilUnixMs);
        }
    }

    [Fact]
    public void Sale_HoldsNeverSet_MeanNone() => Assert.Equal(Decision.Allow, Decide(Terminal() with { Holds = default }, Merchant() with { Holds = default }).Decision);

    private static void Check(Hold hold, bool stands, long until)
    {
        Assert.Equal(stands, hold.StandsAt(Now));
        foreach (var verdict in new[] { Decide(merchant: Merchant(holds: hold)), Decide(terminal: Terminal(holds: hold)) })
        {
            Assert.Equal(stands ? Decision.Decline : Decision.Allow, verdict.Decision);
            Assert.Equal(until, verdict.UntilUnixMs);
        }
    }
}
