using VerifyGateway.Domain.Deciding;
using VerifyGateway.Domain.Reasons;
using static VerifyGateway.Domain.Tests.Given;
using static VerifyGateway.Domain.Tests.Policies.PolicyTexts;

namespace VerifyGateway.Domain.Tests.Policies;

/// <summary>What the page says of policies that overlap, of exemptions and of limits is what a check meets.</summary>
public class PolicyWalkTests
{
    [Theory]
    [InlineData(1, 2, "a")]
    [InlineData(2, 1, "b")]
    public void Check_SeveralPoliciesDecline_NamesTheFirstInTheOrder(int priorityOfA, int priorityOfB, string named)
    {
        var verdict = Decide(FileOf(Policy($"'priority': {priorityOfA}", "a", "DECLINE"), Policy($"'priority': {priorityOfB}", "b", "DECLINE")));
        Assert.Equal((Decision.Decline, named), (verdict.Decision, verdict.Policy?.Id));
        Assert.Equal([Reason.PolicyRestricted], verdict.Reasons.Listed());
    }

    [Theory]
    [InlineData(1, Decision.Allow)]
    [InlineData(3, Decision.Decline)]
    public void Check_AnExemption_EndsTheWalkForPoliciesAfterItOnly(int priority, Decision expected) =>
        Assert.Equal(expected, Decide(FileOf(Policy($"'priority': {priority}", "a", "EXEMPT"), Policy("'priority': 2", "b", "DECLINE"))).Decision);

    [Fact]
    public void Check_AnExemptionOfAnotherTimeOrAmount_EndsNothing()
    {
        var decline = Policy("'priority': 2", "b", "DECLINE");
        Assert.Equal(Decision.Decline, Decide(FileOf(Policy("'priority': 1, 'effective_until': '2026-02-01T00:00:00+08:00'", "a", "EXEMPT"), decline)).Decision);
        Assert.Equal(Decision.Decline, Decide(FileOf(Policy("'priority': 1, 'scope': {'amount_from_fen': 1001}", "a", "EXEMPT"), decline)).Decision);
        Assert.Equal(Decision.Allow, Decide(FileOf(Policy("'priority': 1, 'scope': {'amount_from_fen': 1000, 'amount_to_fen': 1000}", "a", "EXEMPT"), decline)).Decision);
    }

    [Theory]
    [InlineData("'per': 'TRANSACTION', 'amount_fen': 1000", Decision.Allow)]
    [InlineData("'per': 'TRANSACTION', 'amount_fen': 999", Decision.Decline)]
    [InlineData("'per': 'PAYER_DAY', 'amount_fen': 1010", Decision.Allow)]
    [InlineData("'per': 'PAYER_DAY', 'amount_fen': 1009", Decision.Decline)]
    [InlineData("'per': 'PAYER_MONTH', 'amount_fen': 1200", Decision.Allow)]
    [InlineData("'per': 'PAYER_MONTH', 'amount_fen': 1199", Decision.Decline)]
    [InlineData("'per': 'PAYER_YEAR', 'amount_fen': 4000", Decision.Allow)]
    [InlineData("'per': 'PAYER_YEAR', 'amount_fen': 3999", Decision.Decline)]
    [InlineData("'per': 'PAYER_DAY', 'count': 5", Decision.Allow)]
    [InlineData("'per': 'PAYER_DAY', 'count': 4", Decision.Decline)]
    [InlineData("'per': 'PAYER_DAY', 'amount_fen': 1010, 'count': 4", Decision.Decline)]
    public void Check_ALimit_MayBeReachedAndNotPassed(string limit, Decision expected) =>
        Assert.Equal(expected, Decide(FileOf(Policy($"'limit': {{{limit}}}", effect: "LIMIT"))).Decision);

    [Fact]
    public void Check_InAnotherCurrency_IsInNoScopeThatNamesAmountsAndUnderNoLimitOfThem()
    {
        var text = FileOf(Policy("'limit': {'per': 'TRANSACTION', 'amount_fen': 1}", "a", "LIMIT"), Policy("'scope': {'amount_to_fen': 5000}", "b", "DECLINE"));
        Assert.Equal(Decision.Decline, Decide(text).Decision);
        Assert.Equal(Decision.Allow, Decide(text, currency: 840).Decision);
    }

    [Fact]
    public void Check_OfARefund_MeetsPoliciesThatNameRefundsOnly()
    {
        Assert.Equal(Decision.Allow, Decide(FileOf(Policy(effect: "DECLINE")), TransactionKind.Refund).Decision);
        Assert.Equal(Decision.Decline, Decide(FileOf(Policy("'scope': {'transaction_kinds': ['REFUND']}", effect: "DECLINE")), TransactionKind.Refund).Decision);
    }

    [Theory]
    [InlineData("2026-05-01T00:00:00+08:00", "2026-06-01T10:00:00+08:00", Decision.Decline)]
    [InlineData("2026-05-01T00:00:00+08:00", "2026-06-01T10:00:00.001+08:00", Decision.Allow)]
    [InlineData("2026-04-01T00:00:00+08:00", "2026-06-01T10:00:00+08:00", Decision.Allow)]
    public void Check_AReverification_WarnsBeforeItsDeadlineAndDeclinesFromIt(string since, string by, Decision expected)
    {
        var verdict = Decide(FileOf(Policy($"'reverify': {{'verified_since': '{since}', 'by': '{by}'}}", effect: "REQUIRE_REVERIFICATION")));
        Assert.Equal(expected, verdict.Decision);
        Assert.Equal(expected == Decision.Allow && since.StartsWith("2026-05", StringComparison.Ordinal), verdict.Warnings.Contains(Reason.ReverificationRequired));
    }

    private static Verdict Decide(string text, TransactionKind kind = TransactionKind.Sale, int currency = 0)
    {
        var query = Query(kind) with { AmountMinor = 1_000, Currency = currency, Payer = new() { DayFen = 10, MonthFen = 200, YearFen = 3_000, DayCount = 4 } };
        var merchant = Merchant() with { VerifiedAtUnixMs = China("2026-04-01 00:00:00.000") };
        return StatusDecision.Decide(query, Terminal(), merchant, Loaded(text), Now);
    }
}
