using VerifyGateway.Domain.Deciding;
using VerifyGateway.Domain.Policies;
using VerifyGateway.Domain.Reasons;
using VerifyGateway.Domain.Records;
using static VerifyGateway.Domain.Tests.Given;

namespace VerifyGateway.Domain.Tests.Deciding;

/// <summary>When a reason ends by itself, and when a warning turns into a decline.</summary>
public class UntilAndDeadlineTests
{
    private static readonly Hold Condition = Hold(HoldKind.System, Now + 5_000);

    [Fact]
    public void Until_OfAConditionOnTheMerchant_IsItsEnd()
    {
        var merchant = Merchant(holds: Condition);
        var verdict = Decide(merchant: merchant);
        Assert.Equal((Reason.ReverificationRequired, ReasonDetail.ConditionOpen, Now + 5_000), (verdict.Primary, verdict.Detail, verdict.UntilUnixMs));
        Assert.Equal(Decision.Allow, Decide(merchant: merchant, now: Now + 5_000).Decision);
    }

    [Fact]
    public void Until_OfAConditionOnTheTerminal_IsItsEnd()
    {
        var terminal = Terminal(holds: Condition with { Target = HoldTarget.Terminal });
        Assert.Equal((Reason.TerminalSuspended, Now + 5_000), (Decide(terminal).Primary, Decide(terminal).UntilUnixMs));
        Assert.Equal(Decision.Allow, Decide(terminal, now: Now + 5_000).Decision);
    }

    [Fact]
    public void Until_OfAConditionOnASuspendedTerminal_IsNone() =>
        Assert.Equal(0, Decide(Terminal(TerminalState.Suspended, Condition with { Target = HoldTarget.Terminal })).UntilUnixMs);

    [Theory]
    [InlineData(IdentityState.Lapsed)]
    [InlineData(IdentityState.ReverifyDue)]
    public void Until_OfAConditionBesideALapsedIdentity_IsNone(IdentityState state) => Assert.Equal(0, Decide(merchant: Merchant(identity: state, holds: Condition)).UntilUnixMs);

    [Fact]
    public void Until_OfAConditionThatDoesNotEnd_IsNone() => Assert.Equal(0, Decide(merchant: Merchant(holds: [Condition, Hold(HoldKind.System)])).UntilUnixMs);

    [Theory]
    [InlineData(LimitPer.Transaction)]
    [InlineData(LimitPer.PayerDay)]
    public void Until_OfALimitOfAPolicyWithAnEnd_IsTheSoonerOfThatAndOfCountingAnew(LimitPer per)
    {
        var query = Query() with { AmountMinor = 101 };
        var until = Under(query, Merchant(), Given.Limit(per, 100) with { EffectiveUntilUnixMs = Now + 7_000 }).UntilUnixMs;
        Assert.Equal(Now + 7_000, until);
        var midnight = Under(
            Query() with { AmountMinor = 60, Payer = new Payer { DayFen = 60 } }, Merchant(), Given.Limit(LimitPer.PayerDay, 100) with { EffectiveUntilUnixMs = Now + (30 * 86_400_000L) }).UntilUnixMs;
        Assert.Equal(China("2026-06-02 00:00:00.000"), midnight);
    }

    [Fact]
    public void Until_OfANumberOfAPolicyWithAnEnd_IsTheSooner() => Assert.Equal(
        Now + 7_000, Under(Query() with { Payer = new Payer { DayCount = 3 } }, Merchant(), Given.Limit(LimitPer.PayerDay, null, 3) with { EffectiveUntilUnixMs = Now + 7_000 }).UntilUnixMs);

    [Fact]
    public void Until_OfAReverificationByAPolicyWithAnEnd_IsThatEnd()
    {
        var policy = Given.Reverification(Now - 5, Now - 1) with { EffectiveFromUnixMs = Now - 10, EffectiveUntilUnixMs = Now + 7_000 };
        Assert.Equal((Reason.ReverificationRequired, Now + 7_000), (Under(Query(), Merchant(), policy).Primary, Under(Query(), Merchant(), policy).UntilUnixMs));
        // Together with an idle merchant it does not end.
        Assert.Equal(0, Under(Query(), Merchant() with { OpenedOn = Day("2020-01-01") }, policy).UntilUnixMs);
        // Together with another one that ends later, the later end counts.
        Assert.Equal(Now + 9_000, Under(Query(), Merchant(), policy, policy with { Id = "other", EffectiveUntilUnixMs = Now + 9_000 }).UntilUnixMs);
    }

    [Fact]
    public void Deadline_OfEachWarning_IsWhenItDeclines()
    {
        Deadline(Merchant(identity: IdentityState.ReverifyDue) with { ReverifyByUnixMs = Now + 5 }, Now + 5);
        Deadline(Merchant() with { DocumentValidTo = Day("2026-05-31") }, China("2026-08-30 00:00:00.000"));
        Deadline(Merchant() with { DocumentValidTo = Day("2026-06-30") }, China("2026-09-29 00:00:00.000"));
        Deadline(Merchant() with { LastActiveOn = Day("2026-02-20") }, China("2026-06-19 00:00:00.000"));
        // Of several, the first; of none, none.
        Deadline(Merchant() with { DocumentValidTo = Day("2026-05-31"), LastActiveOn = Day("2026-02-20") }, China("2026-06-19 00:00:00.000"));
        Assert.Equal(0, Decide().DeadlineUnixMs);
        Assert.Equal(0, Decide(merchant: Merchant(identity: IdentityState.Lapsed)).DeadlineUnixMs);
    }

    [Fact]
    public void Deadline_OfAPolicy_IsItsOwnUnlessItEndsBefore()
    {
        var policy = Given.Reverification(Now - 5, Now + 5_000) with { EffectiveFromUnixMs = Now - 10 };
        Assert.Equal(Now + 5_000, Under(Query(), Merchant(), policy).DeadlineUnixMs);
        Assert.Equal(0, Under(Query(), Merchant(), policy with { EffectiveUntilUnixMs = Now + 5_000 }).DeadlineUnixMs);
    }

    [Fact]
    public void Detail_OfARefundWhoseReverificationStands_IsOfWhatStands()
    {
        // Idle for more than a year, and asked to verify by a policy with its deadline ahead: the first stands, the second warns.
        var merchant = Merchant() with { LastActiveOn = Day("2025-01-01") };
        var verdict = Under(Query(TransactionKind.Refund), merchant, Given.Reverification(Now - 5, Now + 5_000) with { EffectiveFromUnixMs = Now - 10 });
        Assert.Equal((Decision.Allow, ReasonDetail.Dormant12M), (verdict.Decision, verdict.Detail));
    }

    [Theory]
    [InlineData("2026-03-01 12:00:00.000", false)]
    [InlineData("2026-03-02 12:00:00.000", true)]
    public void Idleness_VerifiedTheDayAfter_CountsFromThere(string verified, bool allowed)
    {
        var rules = new AcquirerRules { IdleReverifyGraceDays = 0 };
        var merchant = Merchant() with { LastActiveOn = Day("2026-03-01"), VerifiedAtUnixMs = China(verified) };
        var verdict = StatusDecision.Decide(Query(), Terminal(), merchant, PolicySnapshot.Of(rules), China("2026-06-01 00:00:00.000"));
        Assert.Equal(allowed ? Decision.Allow : Decision.Decline, verdict.Decision);
    }

    [Fact]
    public void Idleness_InTheLastDaysOfTheCalendar_IsTheSameWithAndWithoutAnExplanation()
    {
        var merchant = Merchant() with { LastActiveOn = Day("9999-12-26") };
        var now = China("9999-12-31 10:00:00.000");
        Assert.Equal(
            StatusDecision.Decide(Query(), Terminal(), merchant, Policy, now, []), StatusDecision.Decide(Query(), Terminal(), merchant, Policy, now));
    }

    [Theory]
    [InlineData(TransactionKind.Refund)]
    [InlineData(TransactionKind.Void)]
    [InlineData(TransactionKind.PreAuthCompletion)]
    [InlineData(TransactionKind.Sale)]
    public void Outward_AJudicialHoldBesideARiskHoldThatLetsRefundsPass_LooksLikeARiskHoldThatDoesNot(TransactionKind kind)
    {
        var passing = Hold(HoldKind.Risk) with { RefundsPass = true };
        var judicial = Decide(merchant: Merchant(holds: [passing, Hold(HoldKind.Judicial)]), kind: kind).Outward();
        var regulator = Decide(merchant: Merchant(holds: [passing, Hold(HoldKind.Regulator)]), kind: kind).Outward();
        var risk = Decide(merchant: Merchant(holds: [passing, Hold(HoldKind.Risk)]), kind: kind).Outward();
        Assert.Equal(risk, judicial);
        Assert.Equal(risk, regulator);
        Assert.True(judicial.Reasons.And(judicial.Warnings).IsEmpty);
    }

    [Fact]
    public void Explanation_OfPlaceAndState_TellsNoRegisteredValueAndNothingNeutral()
    {
        var said = string.Join('\n', new[]
        {
            Explained(Terminal() with { Location = LocationRule.Within(Region("310115")) }, Merchant(), new TerminalPlace { Region = Region("440304") }),
            Explained(Terminal() with { Location = LocationRule.Around(31_221_345, 121_483_520, 77) }, Merchant(), new TerminalPlace { HasPoint = true, LatitudeMicrodegrees = 31_231_345, LongitudeMicrodegrees = 121_483_520 }),
            Explained(Terminal(TerminalState.Lost), Merchant(), default), Explained(Terminal(), Merchant(identity: IdentityState.Revoked), default),
        });
        Assert.Contains("not within the registered region", said);
        Assert.Contains("not within 77 m of the registered address", said);
        Assert.All(["310115", "1112", "1111", "1113", "Lost", "Revoked"], secret => Assert.DoesNotContain(secret, said));
    }

    private static string Explained(TerminalRecord terminal, MerchantRecord merchant, TerminalPlace place)
    {
        var steps = new List<ExplanationStep>();
        StatusDecision.Decide(Query() with { Place = place }, terminal, merchant, Policy, Now, steps);
        return string.Join('\n', steps);
    }

    private static void Deadline(MerchantRecord merchant, long expected)
    {
        var verdict = Decide(merchant: merchant);
        Assert.Equal((Decision.Allow, expected), (verdict.Decision, verdict.DeadlineUnixMs));
        Assert.Equal(Decision.Allow, Decide(merchant: merchant, now: expected - 1).Decision);
        Assert.Equal(Decision.Decline, Decide(merchant: merchant, now: expected).Decision);
    }

    private static Verdict Under(in StatusQuery query, MerchantRecord merchant, params PolicyRule[] policies) =>
        StatusDecision.Decide(query, Terminal(), merchant, Compile(new PolicySet { Policies = [.. policies] }), Now);
}
