using VerifyGateway.Domain.Deciding;
using VerifyGateway.Domain.Policies;
using VerifyGateway.Domain.Reasons;
using VerifyGateway.Domain.Records;
using static VerifyGateway.Domain.Tests.Given;

namespace VerifyGateway.Domain.Tests.Deciding;

public class ExplanationTests(ITestOutputHelper output)
{
    private static readonly Reason[] OfTerminal =
    [
        Reason.Maintenance, Reason.TerminalNotRegistered, Reason.TerminalSnProofFailed, Reason.TerminalRetired, Reason.TerminalSuspended,
        Reason.TerminalNotActivated, Reason.TerminalMerchantMismatch, Reason.TerminalUpdateRequired,
    ];

    private static readonly Reason[] OfHolds =
    [
        Reason.FrozenJudicial, Reason.Sanctioned, Reason.FrozenByRisk, Reason.FrozenByOwner, Reason.TerminalSuspended, Reason.ReverificationRequired,
    ];

    private static readonly Reason[] OfMerchant = [Reason.MerchantNotRegistered, Reason.Deregistered, Reason.Deregistering];

    private static readonly Reason[] OfIdentity =
    [
        Reason.VerificationRejected, Reason.NotVerified, Reason.VerificationNeedsInfo, Reason.VerificationPending, Reason.ReverificationRequired,
    ];

    private static readonly Reason[] OfTheRest =
    [
        Reason.DocumentExpired, Reason.ReverificationRequired, Reason.TerminalLocationOutOfArea, Reason.CardMismatch, Reason.CardNotSupported, Reason.CardInvalid,
        Reason.CardExpired, Reason.HolderNotVerified, Reason.HolderMismatch, Reason.OverLimitAmount, Reason.PolicyRestricted,
    ];

    [Fact]
    public void Explanation_NothingWrong_NamesEveryRuleInOrderAndNoneApplies()
    {
        var steps = new Situation().Explain();
        Assert.Equal([.. OfTerminal, .. OfHolds, .. OfMerchant, .. OfIdentity, .. OfTheRest], steps.Select(step => step.Rule));
        Assert.DoesNotContain(steps, step => step.Applies);
        Assert.All(steps, step => Assert.NotEmpty(step.Saw));
        Assert.All(steps, step => Assert.True(Enum.IsDefined(step.Section)));
        Assert.Equal(Enum.GetValues<RuleSection>().Order(), steps.Select(step => step.Section).Distinct().Order());
    }

    [Fact]
    public void Explanation_NoMerchant_EndsAtTheMerchant()
    {
        var steps = new Situation { Merchant = null }.Explain();
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
        var applying = new Situation { Terminal = Terminal(TerminalState.Lost), Merchant = merchant }.Explain()
            .Where(step => step.Applies).ToDictionary(step => step.Rule, step => step.Saw);
        Assert.Equal(
            [Reason.FrozenByRisk, Reason.Deregistering, Reason.TerminalSuspended, Reason.VerificationPending, Reason.DocumentExpiring],
            applying.Keys.Order());
        Assert.Equal("terminal state Suspended", applying[Reason.TerminalSuspended]);
        Assert.Contains("2 hold(s)", applying[Reason.FrozenByRisk]);
        Assert.Contains("WindDown", applying[Reason.Deregistering]);
        Assert.Contains("Pending", applying[Reason.VerificationPending]);
        Assert.Contains("2026-06-10", applying[Reason.DocumentExpiring]);
    }

    [Fact]
    public void Explanation_Holds_AreChildrenEachWithWhenItStands()
    {
        var merchant = Merchant(holds:
        [
            Hold(HoldKind.Risk, Now + 1_000), Hold(HoldKind.Risk) with { RefundsPass = true }, new Hold(HoldKind.Risk, HoldTarget.Identity, Now + 1_000, 0),
            new Hold(HoldKind.Risk, HoldTarget.Merchant, Now - 9_000, Now), Hold(HoldKind.Holder),
        ]);
        var step = Assert.Single(new Situation { Merchant = merchant }.Explain(), step => step.Rule == Reason.FrozenByRisk);
        Assert.Equal([true, true, false, false], step.Children.Select(child => child.Applies));
        Assert.Equal(
            ["ends by itself at 2026-06-01T02:00:01Z", "stands until it is lifted", "stands from 2026-06-01T02:00:01Z", "has ended"], step.Children.Select(child => child.Change));
        Assert.Equal(["merchant", "merchant", "identity", "merchant"], step.Children.Select(child => child.Saw.Split(' ', ',')[2]));
        Assert.Equal([false, true, false, false], step.Children.Select(child => child.Saw.Contains("refunds pass", StringComparison.Ordinal)));
        Assert.All(step.Children, child => Assert.Equal((RuleSection.Holds, Reason.FrozenByRisk), (child.Section, child.Rule)));
    }

    [Fact]
    public void Explanation_Policies_AreChildrenInTheirOrderThoseOfAnotherTimeIncluded()
    {
        var steps = new Situation().Paying(900).Under(
            Rule(PolicyEffect.Decline, "past", 1) with { EffectiveUntilUnixMs = Now }, Rule(PolicyEffect.Decline, "ahead", 2) with { EffectiveFromUnixMs = Now + 1_000 },
            Rule(PolicyEffect.Decline, "now", 3) with { Document = "银发〔2021〕259号", EffectiveUntilUnixMs = Now + 1_000 }, Limit(LimitPer.Transaction, 899, id: "over", priority: 4),
            Limit(LimitPer.Transaction, 900, id: "within", priority: 5), Reverification(Now, Now + 9) with { Priority = 6 }, Rule(PolicyEffect.Exempt, "exempt", 7), Rule(PolicyEffect.Decline, "not-looked-at", 8)).Explain();
        var children = Assert.Single(steps, step => step.Section == RuleSection.Policies).Children;
        Assert.Equal(
            [
                ("past version 1 is in force no longer", false, ""),
                ("ahead version 1 is not in force yet", false, "in force from 2026-06-01T02:00:01Z"),
                ("now version 1 (银发〔2021〕259号) declines", true, "in force until 2026-06-01T02:00:01Z"),
                ("over version 1 amount over its limit", true, "limit CNY 8.99 per transaction"),
                ("within version 1 within its limit", false, "limit CNY 9.00 per transaction"),
                ("reverify version 1 asks for a newer verification", true, "passes with a verification since 2026-06-01T02:00:00Z; declines from 2026-06-01T02:00:00Z without one"),
                ("exempt version 1 exempts from all policies after it", false, ""),
            ],
            children.Select(child => (child.Saw, child.Applies, child.Change)));
    }

    [Fact]
    public void Change_OfWhatApplies_SaysWhatWouldChangeTheAnswer()
    {
        var situation = new Situation
        {
            Terminal = Terminal(TerminalState.Lost) with { Location = LocationRule.Within(Region("440000")) },
            Query = Query() with { Place = new TerminalPlace { Region = Region("310000") } },
            Merchant = Merchant(identity: IdentityState.ReverifyDue) with { ReverifyByUnixMs = Now + 1_000, DocumentValidTo = Day("2026-05-31") },
            Rules = new AcquirerRules { MinimumAppVersion = Version("3.1") },
            Windows = [Window(Now, Now + 60_000)],
        }.Paying(60_000, new Payer { Code = CodeKind.Static, CodeDayFen = 100 });
        var changes = situation.Explain().Where(step => step.Applies).ToDictionary(step => step.Rule, step => step.Change);
        Assert.Equal("open again at 2026-06-01T02:01:00Z", changes[Reason.Maintenance]);
        Assert.Equal(RemedyTable.Of(Remedy.ContactAcquirer).En, changes[Reason.TerminalSuspended]);
        Assert.Equal("passes with version 3.1.0.0 or newer", changes[Reason.TerminalUpdateRequired]);
        Assert.Equal("declines from 2026-06-01T02:00:01Z unless verified again", changes[Reason.ReverificationRequired]);
        Assert.Equal("declines from 2026-08-29T16:00:00Z without a new document", changes[Reason.DocumentExpired]);
        Assert.Equal("passes within the registered region, declines outside", changes[Reason.TerminalLocationOutOfArea]);
        Assert.Equal("passes up to CNY 499.00", changes[Reason.OverLimitAmount]);
    }

    [Fact]
    public void Change_APlaceThatIsOnlyWarnedOf_DoesNotSpeakOfDeclining()
    {
        var situation = new Situation
        {
            Terminal = Terminal() with { Location = LocationRule.Around(31_000_000, 121_000_000, 500) },
            Query = Query() with { Place = new TerminalPlace { HasPoint = true, LatitudeMicrodegrees = 32_000_000, LongitudeMicrodegrees = 121_000_000 } },
            Rules = new AcquirerRules { OutOfArea = LocationAction.Warn },
        };
        Assert.Equal("passes within 500 m of the registered address, warns beyond", ChangeOf(situation));
        Assert.Equal("passes within 500 m of the registered address, declines beyond", ChangeOf(situation with { Rules = new AcquirerRules() }));

        static string ChangeOf(Situation of) => Assert.Single(of.Explain(), step => step.Rule == Reason.TerminalLocationOutOfArea).Change;
    }

    [Theory]
    [InlineData("898440359120004", TerminalNoText, "merchant number differs, terminal number matches")]
    [InlineData(MerchantNoText, "77770292", "merchant number matches, terminal number differs")]
    public void Explanation_Mismatch_SaysWhichNumberDiffersButNotItsValue(string merchantNo, string terminalNo, string expected)
    {
        var terminal = Terminal() with { MerchantNo = MerchantNo(merchantNo), TerminalNo = TerminalNo(terminalNo) };
        Assert.Contains(new Situation { Terminal = terminal }.Explain(), step => step is { Rule: Reason.TerminalMerchantMismatch, Applies: true } && step.Saw == expected);
    }

    [Theory]
    [InlineData(long.MaxValue)]
    [InlineData(253_402_300_800_000)]
    public void Explanation_DeadlineBeyondTheCalendar_IsStillGiven(long deadline)
    {
        var steps = new Situation { Merchant = Merchant(identity: IdentityState.ReverifyDue) with { ReverifyByUnixMs = deadline } }.Explain();
        Assert.Contains(steps, step => step is { Rule: Reason.ReverificationRequired, Applies: true });
    }

    [Fact]
    public void Explanation_RandomSituations_AgreesWithTheVerdictAndNeverHoldsAnIdentifier()
    {
        var random = Seed.New(output);
        for (var i = 0; i < 3_000; i++)
        {
            var (terminal, merchant) = (random.Terminal(), random.Merchant());
            var query = random.Next(2) == 0 ? Query() : new StatusQuery(terminal.Key.Acquirer, terminal.Key.Sn, terminal.TerminalNo, terminal.MerchantNo, TransactionKind.Sale);
            var place = new TerminalPlace { HasPoint = true, LatitudeMicrodegrees = 31_221_345, LongitudeMicrodegrees = 121_483_527, Region = Region("310101") };
            var situation = new Situation
            {
                Query = query with { Place = place, AmountMinor = random.Next(2) * 100_000L, Payer = new Payer { Code = CodeKind.Static, Account = AccountClass.Class1 } },
                Terminal = terminal with { Location = LocationRule.Around(31_201_001, 121_403_003, 100) },
                Merchant = merchant,
                Policies = [Rule(PolicyEffect.Decline, scope: new PolicyScope { Acquirers = [terminal.Key.Acquirer, Acquirer("99999999")] }), Limit(LimitPer.PayerDay, 5, 5)],
            };
            var steps = new List<ExplanationStep>();
            var verdict = situation.Decide(steps);

            var all = steps.SelectMany(Tree).ToList();
            Assert.Equal(verdict.Reasons.Or(verdict.Warnings), ReasonSet.Of([.. all.Where(step => step.Applies && !step.Children.Any(child => child.Applies)).Select(step => step.Rule)]));
            Assert.All(all, step => Assert.True(Enum.IsDefined(step.Section) && step.Saw.Length > 0 && (!step.Applies || step.Children.Count > 0 || step.Section == RuleSection.Policies || step.Change.Length > 0)));
            var said = string.Join('\n', steps);
            string[] identifiers =
            [
                query.Acquirer.ToString(), query.Sn.ToString(), query.TerminalNo.ToString(), query.MerchantNo.ToString(), "99999999",
                terminal.Key.Acquirer.ToString(), terminal.Key.Sn.ToString(), terminal.TerminalNo.ToString(), terminal.MerchantNo.ToString(),
                merchant.Key.No.ToString(), "31221345", "121483527", "31201001", "121403003", "31.2", "121.4",
            ];
            Assert.All(identifiers, identifier => Assert.DoesNotContain(identifier, said));
        }
    }

    private static IEnumerable<ExplanationStep> Tree(ExplanationStep step) => [step, .. step.Children.SelectMany(Tree)];
}
