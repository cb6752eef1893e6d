using VerifyGateway.Domain.Deciding;
using VerifyGateway.Domain.Reasons;
using VerifyGateway.Domain.Records;
using static VerifyGateway.Domain.Tests.Given;

namespace VerifyGateway.Domain.Tests.Deciding;

/// <summary>What the caller states of the payer and the payer's card, and whose the settlement card is.</summary>
public class PayerRuleTests
{
    [Theory]
    [InlineData(2026, 5, "2026-05-31 23:59:59.999", false)]
    [InlineData(2026, 5, "2026-06-01 00:00:00.000", true)]
    [InlineData(2026, 12, "2026-12-31 23:59:59.999", false)]
    [InlineData(2026, 12, "2027-01-01 00:00:00.000", true)]
    [InlineData(2028, 2, "2028-02-29 23:59:59.999", false)]
    [InlineData(2028, 2, "2028-03-01 00:00:00.000", true)]
    public void Card_AroundTheEndOfItsMonth_ExpiresAtMidnightInChina(int year, int month, string now, bool expired)
    {
        var situation = new Situation { NowUnixMs = China(now) }.Paying(1, new Payer { CardValidToMonth = (year * 12) + month - 1 });
        Is(situation.Decide(), expired ? Reason.CardExpired : Reason.Ok, expired ? "54" : "00");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(119_999)]
    [InlineData(int.MaxValue)]
    public void Card_WithNoMonthOfTheCalendar_DoesNotExpire(int month) =>
        Is(new Situation { NowUnixMs = China("9999-12-31 23:59:59.999") }.Paying(1, new Payer { CardValidToMonth = month }).Decide(), Reason.Ok, "00");

    [Theory]
    [InlineData(null, Reason.Ok, "00")]
    [InlineData(CardCheck.Usable, Reason.Ok, "00")]
    [InlineData(CardCheck.NotSupported, Reason.CardNotSupported, "57")]
    [InlineData(CardCheck.Invalid, Reason.CardInvalid, "14")]
    public void Card_ByWhatTheCallerKnows_GivesItsReason(CardCheck? card, Reason reason, string de39) =>
        Is(new Situation().Paying(1, new Payer { Card = card }).Decide([]), reason, de39);

    [Theory]
    [InlineData(null, Reason.Ok, "00")]
    [InlineData(PayerCheck.Verified, Reason.Ok, "00")]
    [InlineData(PayerCheck.NotVerified, Reason.HolderNotVerified, "05")]
    [InlineData(PayerCheck.Mismatch, Reason.HolderMismatch, "05")]
    public void RealName_ByWhatTheCallerKnows_GivesItsReason(PayerCheck? name, Reason reason, string de39) =>
        Is(new Situation().Paying(1, new Payer { RealName = name }).Decide([]), reason, de39);

    [Fact]
    public void SettlementCard_OfAnother_IsAMismatchToBeChanged()
    {
        var verdict = Decide(merchant: Merchant() with { SettlementCardDiffers = true });
        Is(verdict, Reason.CardMismatch, "03");
        Assert.Equal(Remedy.ChangeCard, verdict.Remedy);
    }

    [Fact]
    public void Payer_WithEverythingWrong_IsToldInOrder()
    {
        var payer = new Payer { Card = CardCheck.NotSupported, CardValidToMonth = 24_000, RealName = PayerCheck.Mismatch, Code = CodeKind.Static, CodeDayFen = 50_000 };
        var verdict = new Situation { Merchant = Merchant() with { SettlementCardDiffers = true } }.Paying(1, payer).Decide();
        Assert.Equal(
            [Reason.CardMismatch, Reason.CardNotSupported, Reason.CardExpired, Reason.HolderMismatch, Reason.OverLimitAmount], verdict.Reasons.Listed());
    }

    [Theory]
    [InlineData(MerchantState.Deregistered)]
    [InlineData(MerchantState.WindDown)]
    public void Payer_OfAMerchantThatIsRegistered_IsLookedAtInEveryState(MerchantState state) =>
        Assert.Contains(Reason.CardInvalid, new Situation { Merchant = Merchant(state) }.Paying(1, new Payer { Card = CardCheck.Invalid }).Decide().Reasons.Listed());

    private static void Is(Verdict verdict, Reason reason, string de39)
    {
        Assert.Equal(reason == Reason.Ok ? Decision.Allow : Decision.Decline, verdict.Decision);
        Assert.Equal(reason == Reason.Ok ? [] : [reason], verdict.Reasons.Listed());
        Assert.Empty(verdict.Warnings.Listed());
        Assert.Equal(de39, ReasonTable.Of(verdict.Primary).De39);
        Assert.Equal(0, verdict.UntilUnixMs);
    }
}
