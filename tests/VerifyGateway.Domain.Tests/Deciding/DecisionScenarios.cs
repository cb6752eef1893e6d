using VerifyGateway.Domain.Deciding;
using VerifyGateway.Domain.Policies;
using VerifyGateway.Domain.Reasons;
using VerifyGateway.Domain.Records;
using static VerifyGateway.Domain.Tests.Given;

namespace VerifyGateway.Domain.Tests.Deciding;

/// <summary>
/// The acceptance scenarios that a decision alone can fulfil, by their numbers. Those of the lifecycle (10, 11, 13) and of two
/// gateways (7) are tested where there are such.
/// </summary>
public class DecisionScenarios
{
    private static readonly DateOnly Today = new(2026, 6, 1);

    [Theory]
    [InlineData(MerchantNoText)]
    [InlineData("898440359120004")]
    public void Scenario01_SerialNumberUnknown_Is97WhateverTheMerchantNumber(string merchantNo) =>
        Answers(new Situation { Terminal = null, Query = Query() with { MerchantNo = MerchantNo(merchantNo) } }.Decide(), "97", Reason.TerminalNotRegistered);

    [Fact]
    public void Scenario02_MerchantNumberOfAnother_Is58AndTellsNoRegisteredValue()
    {
        var situation = new Situation { Query = Query() with { MerchantNo = MerchantNo("898440359120004") } };
        Answers(situation.Decide(), "58", Reason.TerminalMerchantMismatch);
        Assert.DoesNotContain(MerchantNoText, string.Join('\n', situation.Explain()), StringComparison.Ordinal);
    }

    [Fact]
    public void Scenario03_PendingAndOwnerFreeze_ToldTheFreezeFirstBackEndSeesBoth() =>
        Answers(Decide(merchant: Merchant(identity: IdentityState.Pending, holds: Hold(HoldKind.Holder))), "58", Reason.FrozenByOwner, Reason.VerificationPending);

    [Fact]
    public void Scenario04_RiskAndJudicialHold_OneNeutralTextBackEndSeesTheJudicialFirst()
    {
        var both = Decide(merchant: Merchant(holds: [Hold(HoldKind.Risk), Hold(HoldKind.Judicial)]));
        Answers(both, "58", Reason.FrozenJudicial, Reason.FrozenByRisk);
        var riskAlone = Decide(merchant: Merchant(holds: Hold(HoldKind.Risk)));
        Assert.Equal(riskAlone.Outward(), both.Outward());
        Assert.Equal([Reason.FrozenByRisk], both.Outward().Reasons.Listed());
        Assert.Equal("交易受限请联系收单机构", ReasonTable.Of(both.Outward().Primary).PromptZh);
        Assert.Equal(ReasonTable.Of(riskAlone.Primary).PromptZh, ReasonTable.Of(both.Primary).PromptZh);
        Assert.Equal(ReasonTable.Of(riskAlone.Primary).PromptEn, ReasonTable.Of(both.Primary).PromptEn);
    }

    [Fact]
    public void Scenario05_RiskHold_AReversalPasses()
    {
        var merchant = Merchant(holds: Hold(HoldKind.Risk));
        Assert.Equal(Decision.Allow, Decide(merchant: merchant, kind: TransactionKind.Reversal).Decision);
        Answers(Decide(merchant: merchant), "58", Reason.FrozenByRisk);
    }

    [Fact]
    public void Scenario06_DocumentExpired_WarnsYesterdaysAndDeclinesThatOf91DaysAgo()
    {
        var yesterday = Decide(merchant: Merchant() with { DocumentValidTo = Today.AddDays(-1) });
        Assert.Equal("00", ReasonTable.Of(yesterday.Primary).De39);
        Assert.Equal([Reason.DocumentExpired], yesterday.Warnings.Listed());
        Assert.Equal(Decision.Allow, Decide(merchant: Merchant() with { DocumentValidTo = Today.AddDays(-90) }).Decision);
        Answers(Decide(merchant: Merchant() with { DocumentValidTo = Today.AddDays(-91) }), "03", Reason.DocumentExpired);
    }

    [Fact]
    public void Scenario08_SameKeySameBody_IsTheSameRequest()
    {
        var (first, again) = (Paying(1_000), Paying(1_000));
        Assert.Equal(RequestIdentity.Of(first, 12, 345, Today), RequestIdentity.Of(again, 12, 345, Today));
        Assert.Equal(RequestMatch.Same, RequestIdentity.Compare(first, again));
        Assert.Equal(StatusDecision.Decide(first, Terminal(), Merchant(), Policy, Now), StatusDecision.Decide(again, Terminal(), Merchant(), Policy, Now));
    }

    [Fact]
    public void Scenario09_SameKeyOtherAmount_Is94()
    {
        var (first, other) = (Paying(1_000), Paying(1_001));
        Assert.Equal(RequestIdentity.Of(first, 12, 345, Today), RequestIdentity.Of(other, 12, 345, Today));
        Assert.Equal(RequestMatch.Different, RequestIdentity.Compare(first, other));
        Answers(RequestIdentity.Duplicate, "94", Reason.DuplicateRequest);
        Assert.Equal(Remedy.CheckLast, RequestIdentity.Duplicate.Remedy);
        Assert.True(RequestIdentity.Duplicate.Warnings.IsEmpty);
    }

    [Fact]
    public void Scenario12_WindingDown_ASaleIs58AndARefundPasses()
    {
        Answers(Decide(merchant: Merchant(MerchantState.WindDown)), "58", Reason.Deregistering);
        var refund = Decide(merchant: Merchant(MerchantState.WindDown), kind: TransactionKind.Refund);
        Assert.Equal(Decision.Allow, refund.Decision);
        Assert.Equal([Reason.Deregistering], refund.Warnings.Listed());
    }

    [Fact]
    public void Scenario14_JudicialHoldEndsWithNoJobRunning_TheNextCheckPasses()
    {
        var merchant = Merchant(holds: Hold(HoldKind.Judicial, until: Now + 1));
        Answers(Decide(merchant: merchant), "58", Reason.FrozenJudicial);
        Assert.Equal(Decision.Allow, Decide(merchant: merchant, now: Now + 1).Decision);
    }

    [Fact]
    public void Scenario15_StaticCode480And30_Is61And480And20IsFine()
    {
        var payer = new Payer { Code = CodeKind.Static, CodeDayFen = 48_000 };
        var over = new Situation().Paying(3_000, payer).Decide();
        Answers(over, "61", Reason.OverLimitAmount);
        Assert.Equal(ReasonDetail.StaticCode500, over.Detail);
        Assert.Equal(Decision.Allow, new Situation().Paying(2_000, payer).Decide().Decision);
    }

    [Fact]
    public void Scenario16_ClassI990And10_IsFineAnd10Point01Is61()
    {
        var payer = new Payer { Account = AccountClass.Class1, BalanceTotalFen = 99_000 };
        Assert.Equal(Decision.Allow, new Situation().Paying(1_000, payer).Decide().Decision);
        var over = new Situation().Paying(1_001, payer).Decide();
        Answers(over, "61", Reason.OverLimitAmount);
        Assert.Equal(ReasonDetail.ClassITotal, over.Detail);
    }

    [Fact]
    public void Scenario17_MaintenanceOfVerificationOnly_ChecksGoOnAndItsEndIsKnown()
    {
        var situation = new Situation { Windows = [Window(Now - 5, Now + 5, GatewayService.Verification)] };
        Assert.Equal(Decision.Allow, situation.Decide().Decision);
        var window = situation.Compiled().ViewOf(Acquirer()).WindowOf(GatewayService.Verification, Now);
        Assert.Equal((Reason.Maintenance, Now + 5), (window!.Reason, window.UntilUnixMs));
    }

    private static StatusQuery Paying(long amountFen) => Query() with { AmountMinor = amountFen };

    private static void Answers(Verdict verdict, string de39, params Reason[] reasons)
    {
        Assert.Equal(Decision.Decline, verdict.Decision);
        Assert.Equal(reasons, verdict.Reasons.Listed());
        Assert.Equal(de39, ReasonTable.Of(verdict.Primary).De39);
    }
}
