using VerifyGateway.Domain.Deciding;
using VerifyGateway.Domain.Reasons;
using VerifyGateway.Domain.Records;
using static VerifyGateway.Domain.Tests.Given;

namespace VerifyGateway.Domain.Tests.Deciding;

/// <summary>Stories of whole checks, told as an acquirer would tell them.</summary>
public class AcceptanceTests
{
    [Theory]
    [InlineData(MerchantNoText)]
    [InlineData("898440359120004")]
    public void SerialNumberUnknown_WhateverTheMerchantNumber_IsCode97(string merchantNo)
    {
        var verdict = StatusDecision.Decide(Query() with { MerchantNo = MerchantNo(merchantNo) }, null, Merchant(), Policy, Now);
        Answers(verdict, "97", Reason.TerminalNotRegistered);
    }

    [Fact]
    public void SerialNumberKnown_MerchantNumberOfAnother_IsCode58AndTellsNoRegisteredValue()
    {
        var steps = new List<ExplanationStep>();
        var query = Query() with { MerchantNo = MerchantNo("898440359120004") };
        Answers(StatusDecision.Decide(query, Terminal(), null, Policy, Now, steps), "58", Reason.TerminalMerchantMismatch);
        Assert.DoesNotContain(steps, step => step.Saw.Contains(MerchantNoText, StringComparison.Ordinal));
    }

    [Fact]
    public void VerificationPendingAndOwnerFreeze_ToldTheFreezeFirst_BackEndSeesBoth() =>
        Answers(
            Decide(merchant: Merchant(identity: IdentityState.Pending, holds: Hold(HoldKind.Holder))),
            "58", Reason.FrozenByOwner, Reason.VerificationPending);

    [Fact]
    public void RiskAndJudicialHold_OneNeutralText_BackEndSeesTheJudicialFirst()
    {
        var verdict = Decide(merchant: Merchant(holds: [Hold(HoldKind.Risk), Hold(HoldKind.Judicial)]));
        Answers(verdict, "58", Reason.FrozenJudicial, Reason.FrozenByRisk);
        Assert.Equal([Reason.FrozenByRisk], verdict.Reasons.Outward().Listed());
        Assert.Equal("交易受限请联系收单机构", ReasonTable.Of(verdict.Reasons.Outward().First).PromptZh);
        Assert.Equal(ReasonTable.Of(verdict.Primary).PromptZh, ReasonTable.Of(verdict.Reasons.Outward().First).PromptZh);
    }

    [Fact]
    public void RiskHold_Reversal_Passes() =>
        Assert.Equal(Decision.Allow, Decide(merchant: Merchant(holds: Hold(HoldKind.Risk)), kind: TransactionKind.Reversal).Decision);

    [Fact]
    public void DocumentExpiredYesterday_Sale_PassesWithAWarning()
    {
        var verdict = Decide(merchant: Merchant() with { DocumentValidTo = Day("2026-05-31") });
        Assert.Equal(Decision.Allow, verdict.Decision);
        Assert.Equal([Reason.DocumentExpired], verdict.Warnings.Listed());
    }

    [Fact]
    public void DocumentExpired91DaysAgo_Sale_IsCode03() =>
        Answers(Decide(merchant: Merchant() with { DocumentValidTo = Day("2026-06-01").AddDays(-91) }), "03", Reason.DocumentExpired);

    [Fact]
    public void DocumentExpired90DaysAgo_Sale_StillPasses() =>
        Assert.Equal(Decision.Allow, Decide(merchant: Merchant() with { DocumentValidTo = Day("2026-06-01").AddDays(-90) }).Decision);

    [Fact]
    public void WindingDown_Sale_IsCode58ButARefundPasses()
    {
        Answers(Decide(merchant: Merchant(MerchantState.WindDown)), "58", Reason.Deregistering);
        var refund = Decide(merchant: Merchant(MerchantState.WindDown), kind: TransactionKind.Refund);
        Assert.Equal(Decision.Allow, refund.Decision);
        Assert.Equal([Reason.Deregistering], refund.Warnings.Listed());
    }

    [Fact]
    public void JudicialHoldEndsWithNoJobRunning_NextCheck_IsNotDeclinedByIt()
    {
        var merchant = Merchant(holds: Hold(HoldKind.Judicial, until: Now + 1));
        Answers(Decide(merchant: merchant), "58", Reason.FrozenJudicial);
        Assert.Equal(Decision.Allow, Decide(merchant: merchant, now: Now + 1).Decision);
    }

    private static void Answers(Verdict verdict, string de39, params Reason[] reasons)
    {
        Assert.Equal(Decision.Decline, verdict.Decision);
        Assert.Equal(reasons, verdict.Reasons.Listed());
        Assert.Equal(de39, ReasonTable.Of(verdict.Primary).De39);
    }
}
