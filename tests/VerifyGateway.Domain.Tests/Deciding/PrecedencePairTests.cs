using VerifyGateway.Domain.Deciding;
using VerifyGateway.Domain.Policies;
using VerifyGateway.Domain.Reasons;
using VerifyGateway.Domain.Records;
using static VerifyGateway.Domain.Tests.Given;

namespace VerifyGateway.Domain.Tests.Deciding;

/// <summary>
/// Which of two reasons goes to the terminal: closed, unknown, not proven, ended, not belonging together; then who is under a hold,
/// then what the terminal and the holder have to do, then policies, place, cards and limits.
/// </summary>
public class PrecedencePairTests
{
    /// <summary>In the order of precedence: what gives each reason.</summary>
    private static readonly (Reason Reason, Func<Situation, Situation> Apply)[] InOrder =
    [
        (Reason.Maintenance, it => it with { Windows = [Window(Now, Now + 9)] }),
        (Reason.CutOver, it => it with { Windows = [Window(Now, Now + 9, kind: WindowKind.CutOver)] }),
        (Reason.TerminalNotRegistered, it => it with { Terminal = null }),
        (Reason.TerminalSnProofFailed, it => it with { Query = it.Query with { SnProof = false } }),
        (Reason.Deregistered, it => OfMerchant(it, merchant => merchant with { State = MerchantState.Deregistered })),
        (Reason.TerminalRetired, it => OfTerminal(it, terminal => terminal with { State = TerminalState.Retired })),
        (Reason.TerminalMerchantMismatch, it => it with { Query = it.Query with { TerminalNo = TerminalNo("77770292") } }),
        (Reason.FrozenJudicial, it => Held(it, HoldKind.Judicial)),
        (Reason.Sanctioned, it => Held(it, HoldKind.Regulator)),
        (Reason.FrozenByRisk, it => Held(it, HoldKind.Risk)),
        (Reason.Deregistering, it => OfMerchant(it, merchant => merchant with { State = MerchantState.WindDown })),
        (Reason.TerminalSuspended, it => OfTerminal(it, terminal => terminal with { State = TerminalState.Suspended })),
        (Reason.TerminalNotActivated, it => OfTerminal(it, terminal => terminal with { State = TerminalState.Delivered })),
        (Reason.TerminalUpdateRequired, it => it with { Rules = it.Rules with { MinimumAppVersion = Version("2") } }),
        (Reason.MerchantNotRegistered, it => it with { Merchant = null }),
        (Reason.FrozenByOwner, it => Held(it, HoldKind.Holder)),
        (Reason.VerificationRejected, it => OfMerchant(it, merchant => merchant with { Identity = IdentityState.Rejected })),
        (Reason.NotVerified, it => OfMerchant(it, merchant => merchant with { Identity = IdentityState.NotVerified })),
        (Reason.VerificationNeedsInfo, it => OfMerchant(it, merchant => merchant with { Identity = IdentityState.NeedsInfo })),
        (Reason.VerificationPending, it => OfMerchant(it, merchant => merchant with { Identity = IdentityState.Pending })),
        (Reason.DocumentExpired, it => OfMerchant(it, merchant => merchant with { DocumentValidTo = Day("2020-01-01") })),
        (Reason.ReverificationRequired, it => OfMerchant(it, merchant => merchant with { LastActiveOn = Day("2020-01-01") })),
        (Reason.PolicyRestricted, it => it with { Policies = [Rule(PolicyEffect.Decline)] }),
        (Reason.TerminalLocationOutOfArea, it => OfTerminal(it with { Query = it.Query with { Place = new TerminalPlace { HasPoint = true } } }, terminal => terminal with { Location = LocationRule.Around(9, 9_000_000, 1) })),
        (Reason.CardMismatch, it => OfMerchant(it, merchant => merchant with { SettlementCardDiffers = true })),
        (Reason.CardNotSupported, it => OfPayer(it, payer => payer with { Card = CardCheck.NotSupported })),
        (Reason.CardInvalid, it => OfPayer(it, payer => payer with { Card = CardCheck.Invalid })),
        (Reason.CardExpired, it => OfPayer(it, payer => payer with { CardValidToMonth = 24_000 })),
        (Reason.HolderNotVerified, it => OfPayer(it, payer => payer with { RealName = PayerCheck.NotVerified })),
        (Reason.HolderMismatch, it => OfPayer(it, payer => payer with { RealName = PayerCheck.Mismatch })),
        (Reason.OverLimitAmount, it => OfPayer(it, payer => payer with { Code = CodeKind.Static, CodeDayFen = 99_999 })),
        (Reason.OverLimitCount, it => it with { Policies = [.. it.Policies, Limit(LimitPer.PayerDay, null, 0)] }),
    ];

    [Fact]
    public void Primary_OfTwoReasons_IsTheOneThatStandsFirst()
    {
        var together = 0;
        for (var first = 0; first < InOrder.Length; first++)
        {
            Assert.Equal(InOrder[first].Reason, InOrder[first].Apply(new Situation()).Decide().Primary);
            for (var second = first + 1; second < InOrder.Length; second++)
            {
                var verdict = InOrder[second].Apply(InOrder[first].Apply(new Situation())).Decide();
                // Two states of one thing cannot be at once, and of what is not known or does not belong here nothing more is told.
                if (verdict.Reasons.Contains(InOrder[first].Reason) && verdict.Reasons.Contains(InOrder[second].Reason))
                {
                    Assert.Equal(InOrder[first].Reason, verdict.Primary);
                    together++;
                }
            }
        }

        Assert.True(together > 350, $"{together}");
    }

    [Fact]
    public void InOrder_OfTheTest_IsEveryReasonThatCanStopASale()
    {
        var given = ReasonSet.Of([.. InOrder.Select(row => row.Reason)]);
        Assert.Equal(InOrder.Length, given.Count);
        Assert.Equal(
            [
                Reason.InputFormat, Reason.InputMissing, Reason.GatewayUnavailable, Reason.UpstreamTimeout, Reason.RateLimited, Reason.DuplicateRequest, Reason.StandInDeclined,
            ],
            TransactionRules.StoppedBy(TransactionKind.Sale).Except(given).Listed());
    }

    private static Situation OfMerchant(Situation it, Func<MerchantRecord, MerchantRecord> change) => it with { Merchant = it.Merchant is { } merchant ? change(merchant) : null };

    private static Situation OfTerminal(Situation it, Func<TerminalRecord, TerminalRecord> change) => it with { Terminal = it.Terminal is { } terminal ? change(terminal) : null };

    private static Situation OfPayer(Situation it, Func<Payer, Payer> change) => it.Paying(100, change(it.Query.Payer));

    // On the terminal, so that a mismatch or an unknown merchant does not hide it.
    private static Situation Held(Situation it, HoldKind kind) => OfTerminal(it, terminal => terminal with { Holds = terminal.Holds.Add(Hold(kind, target: HoldTarget.Terminal)) });
}
