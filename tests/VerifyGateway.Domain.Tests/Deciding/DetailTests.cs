using VerifyGateway.Domain.Deciding;
using VerifyGateway.Domain.Reasons;
using VerifyGateway.Domain.Records;
using static VerifyGateway.Domain.Tests.Given;

namespace VerifyGateway.Domain.Tests.Deciding;

/// <summary>Which of its causes a reason has, and who may learn of it.</summary>
public class DetailTests
{
    [Theory]
    [InlineData(IdentityState.NotVerified, ReasonDetail.NameIdMismatch)]
    [InlineData(IdentityState.Revoked, ReasonDetail.NameIdMismatch)]
    [InlineData(IdentityState.Pending, ReasonDetail.NameIdMismatch)]
    [InlineData(IdentityState.NeedsInfo, ReasonDetail.NameIdMismatch)]
    [InlineData(IdentityState.Rejected, ReasonDetail.NameIdMismatch)]
    [InlineData(IdentityState.Lapsed, null)]
    [InlineData(IdentityState.Verified, null)]
    public void DetailOfACase_ByState_IsToldWithTheReasonsOfAVerificationOnly(IdentityState identity, ReasonDetail? expected) =>
        Assert.Equal(expected, Decide(merchant: Merchant(identity: identity) with { Detail = ReasonDetail.NameIdMismatch }).Detail);

    [Theory]
    [InlineData(ReasonDetail.DuplicateSubmission, ReasonDetail.DuplicateSubmission)]
    [InlineData((ReasonDetail)49, null)]
    [InlineData((ReasonDetail)0, null)]
    [InlineData((ReasonDetail)200, null)]
    [InlineData(ReasonDetail.ClassITotal, null)]
    [InlineData(ReasonDetail.DeregCancellable, null)]
    public void DetailOfACase_OfAnotherKindOrANumberNotKnown_IsNotTold(ReasonDetail recorded, ReasonDetail? expected)
    {
        var verdict = Decide(merchant: Merchant(identity: IdentityState.NeedsInfo) with { Detail = recorded });
        Assert.Equal(expected, verdict.Detail);
        Assert.Equal(Remedy.Supplement, verdict.Remedy);
    }

    [Theory]
    [InlineData(ReasonDetail.DeregCancellable, ReasonDetail.DeregCancellable, Remedy.CancelDeregistration)]
    [InlineData(ReasonDetail.NameIdMismatch, null, Remedy.Wait)]
    [InlineData(null, null, Remedy.Wait)]
    public void DetailOfADeregistration_WindingDown_IsWhetherItCanBeWithdrawn(ReasonDetail? recorded, ReasonDetail? expected, Remedy remedy)
    {
        var verdict = Decide(merchant: Merchant(MerchantState.WindDown) with { Detail = recorded });
        Assert.Equal((Reason.Deregistering, expected, remedy), (verdict.Primary, verdict.Detail, verdict.Remedy));
    }

    [Fact]
    public void Detail_OfAReasonThatIsNotTheFirst_IsNotTold()
    {
        var merchant = Merchant(identity: IdentityState.NeedsInfo, holds: Hold(HoldKind.Holder)) with { Detail = ReasonDetail.NameIdMismatch };
        Assert.Null(Decide(merchant: merchant).Detail);
        Assert.Null(Decide(merchant: merchant).Policy);
    }

    [Fact]
    public void Detail_OfAnAllowedTransaction_IsThatOfTheFirstWarningWithNothingToDo()
    {
        var verdict = Decide(merchant: Merchant(identity: IdentityState.NeedsInfo) with { Detail = ReasonDetail.NameIdMismatch }, kind: TransactionKind.Refund);
        Assert.Equal((Decision.Allow, ReasonDetail.NameIdMismatch, Remedy.None), (verdict.Decision, verdict.Detail, verdict.Remedy));
    }

    [Fact]
    public void Detail_OfAReverification_IsOfWhatDeclinesNotOfWhatWarns()
    {
        // Lapsed declines and has no finer cause; the idleness beside it only warns.
        var merchant = Merchant(identity: IdentityState.Lapsed) with { LastActiveOn = Day("2026-03-01") };
        Assert.Null(Decide(merchant: merchant).Detail);
        // A condition comes first, then idleness, then a new rule.
        var idle = Merchant(holds: Hold(HoldKind.System)) with { LastActiveOn = Day("2020-01-01") };
        Assert.Equal(ReasonDetail.ConditionOpen, Decide(merchant: idle).Detail);
        Assert.Equal(ReasonDetail.Dormant12M, (new Situation { Merchant = idle with { Holds = [] } }).Under(Reverification(Now, Now)).Decide().Detail);
        // A rule whose deadline has passed declines; the idleness in grace only warns.
        Assert.Equal(ReasonDetail.NewRule, (new Situation { Merchant = idle with { Holds = [], LastActiveOn = Day("2026-03-01") } }).Under(Reverification(Now, Now)).Decide().Detail);
        // With warnings alone, the first of them.
        Assert.Equal(ReasonDetail.Dormant3M, (new Situation { Merchant = idle with { Holds = [], LastActiveOn = Day("2026-03-01") } }).Under(Reverification(Now, Now + 1)).Decide().Detail);
    }

    [Fact]
    public void Remedy_OfADetail_GoesBeforeThatOfItsReason()
    {
        var verdict = Decide(merchant: Merchant(identity: IdentityState.NeedsInfo) with { Detail = ReasonDetail.CardLost });
        Assert.Equal(Remedy.ChangeCard, verdict.Remedy);
        Assert.Equal(Remedy.Supplement, ReasonTable.Of(verdict.Primary).Remedy);
    }

    [Fact]
    public void Outward_AConfidentialDetail_IsHidden()
    {
        var listed = Decide(merchant: Merchant(identity: IdentityState.Pending) with { Detail = ReasonDetail.Blacklisted });
        var plain = Decide(merchant: Merchant(identity: IdentityState.Pending));
        Assert.Equal(ReasonDetail.Blacklisted, listed.Detail);
        Assert.Equal(plain, listed.Outward());
        var open = Decide(merchant: Merchant(identity: IdentityState.Pending) with { Detail = ReasonDetail.ManualReview });
        Assert.Equal(open, open.Outward());
    }

    [Theory]
    [InlineData(HoldKind.Judicial)]
    [InlineData(HoldKind.Regulator)]
    [InlineData(HoldKind.Risk)]
    public void Outward_AConfidentialHold_LooksLikeEveryOtherAndDoesNotSayWhenItEnds(HoldKind kind)
    {
        var verdict = Decide(merchant: Merchant(holds: Hold(kind, Now + 5)));
        Assert.Equal(Now + 5, verdict.UntilUnixMs);
        Assert.Equal(new Verdict(Decision.Decline, ReasonSet.Of(Reason.FrozenByRisk), ReasonSet.None, 0), verdict.Outward());
        var reversal = Decide(merchant: Merchant(holds: Hold(kind, Now + 5)), kind: TransactionKind.Reversal).Outward();
        Assert.Equal(new Verdict(Decision.Allow, ReasonSet.None, ReasonSet.Of(Reason.FrozenByRisk), 0), reversal);
    }

    [Fact]
    public void Outward_AnOpenReason_KeepsItsEnd()
    {
        var verdict = Decide(merchant: Merchant(holds: Hold(HoldKind.Holder, Now + 5)));
        Assert.Equal(verdict, verdict.Outward());
        Assert.Equal(Now + 5, verdict.Outward().UntilUnixMs);
    }
}
