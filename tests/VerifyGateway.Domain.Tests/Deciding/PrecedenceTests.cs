using System.Collections.Immutable;
using VerifyGateway.Domain.Deciding;
using VerifyGateway.Domain.Reasons;
using VerifyGateway.Domain.Records;
using static VerifyGateway.Domain.Tests.Given;

namespace VerifyGateway.Domain.Tests.Deciding;

/// <summary>All reasons are reported, the first is the one to act on, and what must not be told is not.</summary>
public class PrecedenceTests(ITestOutputHelper output)
{
    private static readonly ImmutableArray<Hold> EveryKind =
        [Hold(HoldKind.Holder), Hold(HoldKind.Risk), Hold(HoldKind.Judicial), Hold(HoldKind.Regulator)];

    [Fact]
    public void Sale_EverythingWrongAtOnce_ReportsAllOfItInOrder()
    {
        var merchant = Merchant(MerchantState.Deregistered, IdentityState.Lapsed, EveryKind) with { DocumentValidTo = Day("2020-01-01") };
        var verdict = Decide(Terminal(TerminalState.Retired), merchant);
        Assert.Equal(
            [
                Reason.Deregistered, Reason.TerminalRetired, Reason.FrozenJudicial, Reason.Sanctioned, Reason.FrozenByRisk,
                Reason.FrozenByOwner, Reason.DocumentExpired, Reason.ReverificationRequired,
            ],
            verdict.Reasons.Listed());
    }

    [Fact]
    public void Sale_SuspendedWhileWindingDownAndRejected_ReportsAllOfItInOrder()
    {
        var verdict = Decide(Terminal(TerminalState.Suspended, Hold(HoldKind.Risk, target: HoldTarget.Terminal)), Merchant(MerchantState.WindDown, IdentityState.Rejected));
        Assert.Equal(
            [Reason.FrozenByRisk, Reason.Deregistering, Reason.TerminalSuspended, Reason.VerificationRejected], verdict.Reasons.Listed());
    }

    [Fact]
    public void Sale_NoMerchantAndTerminalNotActivated_ReportsBoth() =>
        Assert.Equal(
            [Reason.TerminalNotActivated, Reason.MerchantNotRegistered],
            StatusDecision.Decide(Query(), Terminal(TerminalState.Approved), null, Policy, Now).Reasons.Listed());

    [Fact]
    public void Sale_DeclinedForOneReason_StillCarriesTheWarnings()
    {
        var merchant = Merchant(identity: IdentityState.ReverifyDue, holds: Hold(HoldKind.Holder)) with
        {
            ReverifyByUnixMs = Now + 1,
            DocumentValidTo = Day("2026-06-10"),
        };
        var verdict = Decide(merchant: merchant);
        Assert.Equal([Reason.FrozenByOwner], verdict.Reasons.Listed());
        Assert.Equal([Reason.DocumentExpiring, Reason.ReverificationRequired], verdict.Warnings.Listed());
    }

    [Fact]
    public void Sale_UnknownTerminal_SaysNothingOfTheMerchant()
    {
        var merchant = Merchant(MerchantState.Deregistered, IdentityState.Rejected, EveryKind);
        foreach (var terminal in new TerminalRecord?[] { null, Terminal(TerminalState.Applied, EveryKind), Terminal(TerminalState.UnderReview), Terminal(TerminalState.Rejected) })
        {
            var steps = new List<ExplanationStep>();
            var verdict = StatusDecision.Decide(Query(), terminal, merchant, Policy, Now, steps);
            Assert.Equal([Reason.TerminalNotRegistered], verdict.Reasons.Listed());
            Assert.True(verdict.Warnings.IsEmpty);
            Assert.Equal([Reason.Maintenance, Reason.TerminalNotRegistered], steps.Select(step => step.Rule));
        }
    }

    [Fact]
    public void Sale_Mismatch_SaysNothingOfTheMerchantsState()
    {
        var terminal = Terminal() with { MerchantNo = MerchantNo("898440359120004") };
        var merchants = new MerchantRecord?[]
        {
            null, Merchant(), Merchant(MerchantState.Deregistered), Merchant(MerchantState.WindDown, IdentityState.Rejected),
            Merchant(identity: IdentityState.ReverifyDue) with { ReverifyByUnixMs = Now + 1, DocumentValidTo = Day("2026-06-10") },
            Merchant(holds: EveryKind),
        };
        var answers = merchants.Select(merchant =>
        {
            var steps = new List<ExplanationStep>();
            var verdict = StatusDecision.Decide(Query(), terminal, merchant, Policy, Now, steps);
            return (verdict, string.Join('|', steps));
        });
        var (only, _) = Assert.Single(answers.Distinct());
        Assert.Equal([Reason.TerminalMerchantMismatch], only.Reasons.Listed());
    }

    [Fact]
    public void Sale_Mismatch_StillReportsWhatStandsOnTheTerminalItself()
    {
        var terminal = Terminal(TerminalState.Lost, Hold(HoldKind.Judicial, target: HoldTarget.Terminal)) with { TerminalNo = TerminalNo("77770292") };
        Assert.Equal(
            [Reason.TerminalMerchantMismatch, Reason.FrozenJudicial, Reason.TerminalSuspended], Decide(terminal).Reasons.Listed());
    }

    [Theory]
    [InlineData(TerminalState.Retired)]
    [InlineData(TerminalState.Replaced)]
    public void Sale_RetiredTerminalAtAnotherMerchant_IsRetiredFirst(TerminalState state)
    {
        var terminal = Terminal(state) with { MerchantNo = MerchantNo("898440359120004") };
        Assert.Equal([Reason.TerminalRetired, Reason.TerminalMerchantMismatch], Decide(terminal).Reasons.Listed());
    }

    [Fact]
    public void Verdict_ConfidentialHolds_LookAlikeOutwardForEveryKind()
    {
        HoldKind[] secret = [HoldKind.Risk, HoldKind.Judicial, HoldKind.Regulator];
        foreach (var kind in Enum.GetValues<TransactionKind>())
        {
            var outward = secret.Select(hold => Decide(merchant: Merchant(holds: [Hold(hold), Hold(HoldKind.Holder)]), kind: kind))
                .Select(verdict => (verdict.Decision, verdict.Reasons.Outward(), verdict.Warnings.Outward()));
            Assert.Single(outward.Distinct());
        }
    }

    [Fact]
    public void Verdict_RandomRecords_HasAnAnswerThatAgreesWithItself()
    {
        var random = Seed.New(output);
        for (var i = 0; i < 20_000; i++)
        {
            TerminalRecord? terminal = random.Next(10) == 0 ? null : random.Terminal();
            MerchantRecord? merchant = random.Next(10) == 0 ? null : random.Merchant();
            var kind = random.Of(Enum.GetValues<TransactionKind>());
            var query = terminal is not { } known || random.Next(5) == 0 ? Query(kind) : new StatusQuery(known.Key.Acquirer, known.Key.Sn, known.TerminalNo, known.MerchantNo, kind);
            var now = Now + random.NextInt64(-400, 400) * 86_400_000L;

            var steps = new List<ExplanationStep>();
            var verdict = StatusDecision.Decide(query, terminal, merchant, Policy, now, steps);

            Assert.Equal(verdict, StatusDecision.Decide(query, terminal, merchant, Policy, now));
            Assert.Equal(verdict.Reasons.IsEmpty ? Decision.Allow : Decision.Decline, verdict.Decision);
            Assert.True(verdict.Reasons.And(verdict.Warnings).IsEmpty);
            // A lost terminal is told as a suspended one, and alone of the two gets no keys.
            var stopping = kind == TransactionKind.SignIn && terminal?.State == TerminalState.Lost ? TransactionRules.StoppedBy(kind).With(Reason.TerminalSuspended) : TransactionRules.StoppedBy(kind);
            Assert.True(verdict.Reasons.Except(stopping).IsEmpty);
            Assert.True(verdict.UntilUnixMs == 0 || verdict.UntilUnixMs > now);
            Assert.Equal(verdict.Reasons.Or(verdict.Warnings), ReasonSet.Of([.. steps.Where(step => step.Applies).Select(step => step.Rule)]));
        }
    }
}
