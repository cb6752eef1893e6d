using VerifyGateway.Domain.Reasons;
using VerifyGateway.Domain.Records;

namespace VerifyGateway.Domain.Deciding;

/// <summary>What the caller states of the payer and the payer's card, and whether the settlement card is the subject's.</summary>
internal static class PayerRules
{
    public static void LookAt(ref Findings found, in Payer payer, in MerchantRecord merchant)
    {
        found.Begin(RuleSection.Payer);
        found.Rule(Reason.CardMismatch, merchant.SettlementCardDiffers, $"{(merchant.SettlementCardDiffers ? "the settlement card is not the verified subject's" : "nothing known against the settlement card")}");
        found.Rule(Reason.CardNotSupported, payer.Card is not (null or CardCheck.Usable or CardCheck.Invalid), $"{SayCard(payer.Card)}");
        found.Rule(Reason.CardInvalid, payer.Card is CardCheck.Invalid, $"{SayCard(payer.Card)}");
        found.Rule(
            Reason.CardExpired, payer.CardValidToMonth > 0 && found.NowUnixMs >= ChinaTime.StartOfMonth(payer.CardValidToMonth + 1),
            $"{(payer.CardValidToMonth == 0 ? "expiry of the payer's card not stated" : $"payer's card valid to the end of {payer.CardValidToMonth / 12:0000}-{(payer.CardValidToMonth % 12) + 1:00}")}");
        found.Rule(Reason.HolderNotVerified, payer.RealName is not (null or PayerCheck.Verified or PayerCheck.Mismatch), $"{SayName(payer.RealName)}");
        found.Rule(Reason.HolderMismatch, payer.RealName is PayerCheck.Mismatch, $"{SayName(payer.RealName)}");

        static string SayCard(CardCheck? card) => card is { } stated ? $"payer's card {Say.Word(stated)}" : "state of the payer's card not stated";

        static string SayName(PayerCheck? name) => name is { } stated ? $"payer's real name {Say.Word(stated)}" : "payer's real name not stated";
    }
}
