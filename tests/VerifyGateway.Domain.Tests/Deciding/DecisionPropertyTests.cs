using FsCheck;
using FsCheck.Fluent;
using VerifyGateway.Domain.Deciding;
using VerifyGateway.Domain.Policies;
using VerifyGateway.Domain.Reasons;
using VerifyGateway.Domain.Records;
using static VerifyGateway.Domain.Tests.Given;

namespace VerifyGateway.Domain.Tests.Deciding;

/// <summary>What holds of every decision, whatever it is made of.</summary>
public class DecisionPropertyTests
{
    private static readonly Config Often = Config.QuickThrowOnFailure.WithQuietOnSuccess(true).WithMaxTest(3_000);

    private static readonly Reason[] Elsewhere =
    [
        Reason.Ok, Reason.InputFormat, Reason.InputMissing, Reason.GatewayUnavailable, Reason.UpstreamTimeout,
        Reason.RateLimited, Reason.DuplicateRequest, Reason.StandInApproved, Reason.StandInDeclined,
    ];

    [Fact]
    public void Decide_TheSameTwice_IsTheSameWithAndWithoutAnExplanation() => ForAll(situation =>
    {
        var policies = situation.Compiled();
        var verdict = Decide();
        var (first, second) = (new List<ExplanationStep>(), new List<ExplanationStep>());
        Assert.Equal(verdict, Decide());
        Assert.Equal(verdict, Decide(first));
        Assert.Equal(verdict, Decide(second));
        Assert.Equal(string.Join('\n', first), string.Join('\n', second));
        // A snapshot compiled anew is no other.
        Assert.Equal(verdict, situation.Decide());

        Verdict Decide(ICollection<ExplanationStep>? explanation = null) =>
            StatusDecision.Decide(situation.Query, situation.Terminal, situation.Merchant, policies, situation.NowUnixMs, explanation);
    });

    [Fact]
    public void Verdict_OfAnySituation_AgreesWithItself() => ForAll(situation =>
    {
        var verdict = situation.Decide();
        var (reasons, warnings) = (verdict.Reasons.Listed(), verdict.Warnings.Listed());
        Assert.Empty(reasons.Intersect(warnings));
        Assert.Empty(reasons.Concat(warnings).Intersect(Elsewhere));
        Assert.Equal(reasons.Length == 0, verdict.Decision == Decision.Allow);
        // The one to act on stands first in the table, and says what is to be done with the transaction.
        Assert.Equal(reasons.Length == 0 ? Reason.Ok : ReasonTable.All.First(row => reasons.Contains(row.Reason)).Reason, verdict.Primary);
        Assert.Equal(
            verdict.Decision,
            ReasonTable.Of(verdict.Primary).Class switch { ReasonClass.Allow => Decision.Allow, ReasonClass.RetryLater => Decision.RetryLater, _ => Decision.Decline });
        var lostSignsIn = situation.Query.Kind == TransactionKind.SignIn && situation.Terminal?.State == TerminalState.Lost;
        var stopping = TransactionRules.StoppedBy(situation.Query.Kind).Or(lostSignsIn ? ReasonSet.Of(Reason.TerminalSuspended) : ReasonSet.None);
        Assert.True(verdict.Reasons.Except(stopping.Or(ReasonSet.Of(Reason.Deregistered, Reason.TerminalRetired))).IsEmpty);
        Assert.True(verdict.UntilUnixMs == 0 || (verdict.UntilUnixMs > situation.NowUnixMs && reasons.Length > 0));
        Assert.True(verdict.Policy is null || situation.Policies.Contains(verdict.Policy));
        Assert.True(Enum.IsDefined(verdict.Remedy));
    });

    [Fact]
    public void Until_OfAnySituation_IsWhenTheReasonIsGone()
    {
        var seen = 0;
        ForAll(situation =>
        {
            // Limits count anew by totals that the caller states anew: time alone does not end them.
            var verdict = situation.Decide();
            if (verdict.UntilUnixMs is not (0 or long.MaxValue) && verdict.Primary is not (Reason.OverLimitAmount or Reason.OverLimitCount))
            {
                var freeze = verdict.Primary is not (Reason.Maintenance or Reason.CutOver or Reason.PolicyRestricted);
                Assert.DoesNotContain(verdict.Primary, situation.At(verdict.UntilUnixMs).Decide().Reasons.Listed());
                Assert.True(!freeze || situation.At(verdict.UntilUnixMs - 1).Decide().Reasons.Contains(verdict.Primary));
                seen++;
            }
        });
        Assert.True(seen > 100, $"{seen}");
    }

    [Fact]
    public void Outward_OfAnySituation_TellsNothingConfidential() => ForAll(situation =>
    {
        var outward = situation.Decide().Outward();
        Assert.DoesNotContain(Reason.FrozenJudicial, outward.Reasons.Listed().Concat(outward.Warnings.Listed()));
        Assert.DoesNotContain(Reason.Sanctioned, outward.Reasons.Listed().Concat(outward.Warnings.Listed()));
        Assert.True(outward.Detail is not { } detail || DetailTable.Of(detail).Visibility != Visibility.Confidential);
        Assert.True(outward.Primary != Reason.FrozenByRisk || outward.UntilUnixMs == 0);
        Assert.True(outward.Reasons.And(outward.Warnings).IsEmpty);
        Assert.Equal(outward, outward.Outward());
    });

    [Fact]
    public void Hold_Added_NeverLetsATransactionGoOn()
    {
        var withHold = from situation in Situations.Any from hold in Situations.AnyHold from onTerminal in Gen.Elements(true, false) select (situation, hold, onTerminal);
        var stopped = 0;
        UntilEnough(() => stopped, Prop.ForAll(withHold.ToArbitrary(), it =>
        {
            var more = it.situation with
            {
                Terminal = it.onTerminal ? it.situation.Terminal is { } terminal ? terminal with { Holds = terminal.Holds.Add(it.hold) } : null : it.situation.Terminal,
                Merchant = it.onTerminal ? it.situation.Merchant : it.situation.Merchant is { } merchant ? merchant with { Holds = merchant.Holds.Add(it.hold) } : null,
            };
            stopped += NoMilder(it.situation.Decide(), more.Decide()) ? 1 : 0;
        }));
    }

    [Fact]
    public void DecliningPolicy_Added_NeverLetsATransactionGoOn()
    {
        var withPolicy = from situation in Situations.Any from policy in Situations.AnyPolicy("added", PolicyEffect.Decline) select (situation, policy);
        var stopped = 0;
        UntilEnough(() => stopped, Prop.ForAll(withPolicy.ToArbitrary(), it =>
            stopped += NoMilder(it.situation.Decide(), (it.situation with { Policies = it.situation.Policies.Add(it.policy) }).Decide()) ? 1 : 0));
    }

    [Fact]
    public void Amount_Raised_NeverLetsATransactionGoOn()
    {
        // Without policies that speak of amounts: one may exempt the larger of two.
        var withMore = from situation in Situations.Any from amount in Situations.Fen from payer in Situations.AnyPayer from more in Gen.Choose(1, 200_000) select (situation: situation.Paying(amount, payer), more);
        var stopped = 0;
        UntilEnough(() => stopped, Prop.ForAll(withMore.ToArbitrary(), it =>
        {
            var plain = it.situation with { Policies = [.. it.situation.Policies.Where(policy => !policy.Scope.NamesAmounts)] };
            var raised = long.MaxValue - plain.Query.AmountMinor < it.more ? long.MaxValue : plain.Query.AmountMinor + it.more;
            stopped += NoMilder(plain.Decide(), plain.Paying(raised, plain.Query.Payer).Decide()) ? 1 : 0;
        }));
    }

    /// <summary>Checks a property again and again until the change has made a difference often enough for the property to mean something.</summary>
    private static void UntilEnough(Func<int> stopped, Property property)
    {
        for (var round = 0; stopped() <= 20; round++)
        {
            Assert.True(round < 50, $"only {stopped()} situations were stopped");
            property.Check(Often);
        }
    }

    [Fact]
    public void Reasons_ThatTheDecisionCanGive_AreAllGenerated()
    {
        var (reasons, warnings) = (ReasonSet.None, ReasonSet.None);
        var all = ReasonTable.All.Select(row => row.Reason).Except(Elsewhere).ToArray();
        var stopping = all.Where(reason => ReasonTable.Of(reason).Class != ReasonClass.Warn).ToArray();
        // The rare ones may need a second or third round.
        for (var round = 0; round < 20 && (reasons.Or(warnings).Count < all.Length || reasons.Count < stopping.Length); round++)
        {
            ForAll(situation =>
            {
                var verdict = situation.Decide();
                (reasons, warnings) = (reasons.Or(verdict.Reasons), warnings.Or(verdict.Warnings));
            });
        }

        Assert.Equal(all, reasons.Or(warnings).Listed());
        Assert.Equal(stopping, reasons.Listed());
    }

    /// <summary>Every state × every kind × a hold of every kind, with numbers that are not defined among them.</summary>
    [Fact]
    public void Decide_EveryCombination_HasAVerdictOfTheTable()
    {
        var terminals = Numbers<TerminalState>(11, 255).Select(state => (TerminalRecord?)Terminal((TerminalState)state)).Append(null).ToArray();
        var merchants = (from state in Numbers<MerchantState>(5, 255) from identity in Numbers<IdentityState>(9, 255) select (MerchantRecord?)Merchant((MerchantState)state, (IdentityState)identity)).Append(null).ToArray();
        var kinds = Numbers<TransactionKind>(12, 255).ToArray();
        var verdicts = 0;
        foreach (var hold in Numbers<HoldKind>(6, 255).Select(kind => Hold((HoldKind)kind)))
        {
            foreach (var terminal in terminals.SelectMany(terminal => new[] { terminal, terminal is { } known ? known with { Holds = [hold] } : null }))
            {
                foreach (var merchant in merchants.Select(merchant => merchant is not { } known || verdicts % 2 == 0 ? merchant : known with { Holds = [hold] }))
                {
                    foreach (var kind in kinds)
                    {
                        var verdict = StatusDecision.Decide(Query((TransactionKind)kind), terminal, merchant, Policy, Now);
                        Assert.Equal(ReasonTable.Of(verdict.Primary).Class == ReasonClass.Allow ? Decision.Allow : Decision.Decline, verdict.Decision);
                        verdicts++;
                        // Only what is defined and in order lets new value pass.
                        Assert.True(
                            verdict.Decision != Decision.Allow || !TransactionRules.TakesNewValue((TransactionKind)kind)
                            || (terminal is { State: TerminalState.Active, Holds.IsEmpty: true } && merchant is { State: MerchantState.Active, Identity: IdentityState.Verified, Holds.IsEmpty: true }));
                    }
                }
            }
        }

        Assert.True(verdicts > 100_000, $"{verdicts}");
    }

    /// <summary>The numbers of an enum and of what is none of its values.</summary>
    private static IEnumerable<byte> Numbers<T>(params byte[] undefined)
        where T : struct, Enum => Enum.GetValues<T>().Select(value => Convert.ToByte(value, System.Globalization.CultureInfo.InvariantCulture)).Append((byte)0).Concat(undefined);

    /// <summary>Asserts that nothing that stood is gone; true when the second stops what the first let go on.</summary>
    private static bool NoMilder(Verdict before, Verdict after)
    {
        Assert.True(before.Reasons.Except(after.Reasons).IsEmpty);
        Assert.True(before.Decision == Decision.Allow || after.Decision != Decision.Allow);
        return before.Decision == Decision.Allow && after.Decision != Decision.Allow;
    }

    private static void ForAll(Action<Situation> holds) => Prop.ForAll(Situations.Any.ToArbitrary(), holds).Check(Often);
}
