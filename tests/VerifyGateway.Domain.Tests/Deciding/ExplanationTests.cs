using VerifyGateway.Domain.Deciding;
using VerifyGateway.Domain.Reasons;
using VerifyGateway.Domain.Records;
using static VerifyGateway.Domain.Tests.Given;

namespace VerifyGateway.Domain.Tests.Deciding;

public class ExplanationTests(ITestOutputHelper output)
{
    private static readonly Reason[] OfTerminal =
    [
        Reason.TerminalNotRegistered, Reason.TerminalRetired, Reason.TerminalMerchantMismatch, Reason.TerminalSuspended, Reason.TerminalNotActivated,
    ];

    private static readonly Reason[] OfHolds = [Reason.FrozenJudicial, Reason.Sanctioned, Reason.FrozenByRisk, Reason.FrozenByOwner];

    private static readonly Reason[] OfMerchant = [Reason.MerchantNotRegistered, Reason.Deregistered, Reason.Deregistering];

    private static readonly Reason[] OfIdentity =
    [
        Reason.VerificationRejected, Reason.NotVerified, Reason.VerificationNeedsInfo, Reason.VerificationPending, Reason.ReverificationRequired,
    ];

    [Fact]
    public void Explanation_NothingWrong_NamesEveryRuleOnceAndNoneApplies()
    {
        var steps = Explain(Terminal(), Merchant());
        Assert.Equal([.. OfTerminal, .. OfHolds, .. OfMerchant, .. OfIdentity, Reason.DocumentExpired], steps.Select(step => step.Rule));
        Assert.DoesNotContain(steps, step => step.Applies);
        Assert.All(steps, step => Assert.NotEmpty(step.Saw));
    }

    [Fact]
    public void Explanation_NoMerchant_EndsAtTheMerchant()
    {
        var steps = Explain(Terminal(), null);
        Assert.Equal([.. OfTerminal, .. OfHolds, Reason.MerchantNotRegistered], steps.Select(step => step.Rule));
        Assert.Equal([Reason.MerchantNotRegistered], steps.Where(step => step.Applies).Select(step => step.Rule));
    }

    [Fact]
    public void Explanation_SeveralReasons_NamesEachWithWhatWasSeen()
    {
        var merchant = Merchant(MerchantState.WindDown, IdentityState.Pending, Hold(HoldKind.Risk), Hold(HoldKind.Risk)) with
        {
            DocumentValidTo = Day("2026-06-10"),
        };
        var applying = Explain(Terminal(TerminalState.Lost), merchant).Where(step => step.Applies).ToDictionary(step => step.Rule, step => step.Saw);
        Assert.Equal(
            [Reason.FrozenByRisk, Reason.Deregistering, Reason.TerminalSuspended, Reason.VerificationPending, Reason.DocumentExpiring],
            applying.Keys.Order());
        Assert.Contains("Lost", applying[Reason.TerminalSuspended]);
        Assert.Contains("2 hold(s)", applying[Reason.FrozenByRisk]);
        Assert.Contains("WindDown", applying[Reason.Deregistering]);
        Assert.Contains("Pending", applying[Reason.VerificationPending]);
        Assert.Contains("2026-06-10", applying[Reason.DocumentExpiring]);
    }

    [Theory]
    [InlineData("898440359120004", TerminalNoText, "merchant number differs, terminal number matches")]
    [InlineData(MerchantNoText, "77770292", "merchant number matches, terminal number differs")]
    public void Explanation_Mismatch_SaysWhichNumberDiffersButNotItsValue(string merchantNo, string terminalNo, string expected)
    {
        var terminal = Terminal() with { MerchantNo = MerchantNo(merchantNo), TerminalNo = TerminalNo(terminalNo) };
        Assert.Contains(Explain(terminal, Merchant()), step => step is { Rule: Reason.TerminalMerchantMismatch, Applies: true } && step.Saw == expected);
    }

    [Theory]
    [InlineData(long.MaxValue)]
    [InlineData(253_402_300_800_000)]
    public void Explanation_DeadlineBeyondTheCalendar_IsStillGiven(long deadline)
    {
        var steps = Explain(Terminal(), Merchant(identity: IdentityState.ReverifyDue) with { ReverifyByUnixMs = deadline });
        Assert.Contains(steps, step => step is { Rule: Reason.ReverificationRequired, Applies: true });
    }

    [Fact]
    public void Explanation_RandomRecords_NeverHoldsAnIdentifier()
    {
        var random = Seed.New(output);
        for (var i = 0; i < 5_000; i++)
        {
            var terminal = random.Terminal();
            var merchant = random.Merchant();
            var query = random.Next(2) == 0 ? Query() : new StatusQuery(terminal.Key.Acquirer, terminal.Key.Sn, terminal.TerminalNo, terminal.MerchantNo, TransactionKind.Sale);
            var steps = new List<ExplanationStep>();
            StatusDecision.Decide(query, terminal, merchant, Policy, Now, steps);

            var said = string.Join('\n', steps.Select(step => step.Saw));
            string[] identifiers =
            [
                query.Acquirer.ToString(), query.Sn.ToString(), query.TerminalNo.ToString(), query.MerchantNo.ToString(),
                terminal.Key.Acquirer.ToString(), terminal.Key.Sn.ToString(), terminal.TerminalNo.ToString(), terminal.MerchantNo.ToString(),
                merchant.Key.No.ToString(),
            ];
            Assert.All(identifiers, identifier => Assert.DoesNotContain(identifier, said));
        }
    }

    private static List<ExplanationStep> Explain(TerminalRecord? terminal, MerchantRecord? merchant)
    {
        var steps = new List<ExplanationStep>();
        StatusDecision.Decide(Query(), terminal, merchant, Policy, Now, steps);
        return steps;
    }
}
