using System.Collections.Immutable;

namespace VerifyGateway.Domain.Reasons;

/// <summary>
/// The one table of reasons: class, cause, DE39, prompts, remedy, who may learn of it. Wire enum, metric labels, command line and documentation are checked
/// against it. Prompts fit a 128×64 display: at most 16 Han or 40 Latin characters. DE39 says something true to a terminal that
/// ignores the prompt, and is never a code that captures the card or makes the terminal sign in.
/// </summary>
public static class ReasonTable
{
    /// <summary>
    /// Every row, in the order of precedence: of several reasons, the one that stands first here goes to the terminal. A new
    /// reason gets the next free number and its row the place that it deserves; 64 rows at the most.
    /// </summary>
    public static ImmutableArray<ReasonInfo> All { get; } =
    [
        new(Reason.Ok, ReasonClass.Allow, CauseFamily.None, "00", "交易可继续", "Proceed", Remedy.None),
        new(Reason.InputFormat, ReasonClass.Decline, CauseFamily.Input, "30", "报文错误请重试", "Message error", Remedy.FixInput),
        new(Reason.InputMissing, ReasonClass.Decline, CauseFamily.Input, "30", "报文错误请重试", "Message error", Remedy.FixInput),
        new(Reason.GatewayUnavailable, ReasonClass.RetryLater, CauseFamily.System, "96", "系统忙请稍后再试", "System busy, try later", Remedy.RetryLater),
        new(Reason.Maintenance, ReasonClass.RetryLater, CauseFamily.System, "91", "系统维护中请稍后再试", "Maintenance, try later", Remedy.Wait),
        new(Reason.CutOver, ReasonClass.RetryLater, CauseFamily.System, "90", "系统日切请稍后再试", "Day-end, try later", Remedy.Wait),
        new(Reason.UpstreamTimeout, ReasonClass.RetryLater, CauseFamily.System, "98", "核验超时请稍后再试", "Check timed out, try later", Remedy.RetryLater),
        new(Reason.RateLimited, ReasonClass.RetryLater, CauseFamily.System, "96", "请求过快请稍后再试", "Too many requests", Remedy.RetryLater),
        new(Reason.DuplicateRequest, ReasonClass.Decline, CauseFamily.Input, "94", "重复交易请核对", "Duplicate transaction", Remedy.CheckLast),
        new(Reason.TerminalNotRegistered, ReasonClass.Decline, CauseFamily.Input, "97", "终端未登记请联系收单机构", "Terminal not registered", Remedy.ContactAcquirer),
        new(Reason.TerminalSnProofFailed, ReasonClass.Decline, CauseFamily.Account, "58", "终端校验失败请联系客服", "Terminal check failed", Remedy.ContactAcquirer),
        new(Reason.Deregistered, ReasonClass.Decline, CauseFamily.Account, "03", "商户已注销请重新申请", "Merchant deregistered", Remedy.Reapply),
        new(Reason.TerminalRetired, ReasonClass.Decline, CauseFamily.Account, "97", "终端已撤机请停止使用", "Terminal retired, stop using", Remedy.ReturnTerminal),
        new(Reason.TerminalMerchantMismatch, ReasonClass.Decline, CauseFamily.Input, "58", "终端与商户不匹配请核对", "Terminal/merchant mismatch", Remedy.CheckConfig),
        new(Reason.FrozenJudicial, ReasonClass.Decline, CauseFamily.Account, "58", "交易受限请联系收单机构", "Restricted, contact acquirer", Remedy.ContactAcquirer, Visibility.Confidential),
        new(Reason.Sanctioned, ReasonClass.Decline, CauseFamily.Account, "58", "交易受限请联系收单机构", "Restricted, contact acquirer", Remedy.ContactAcquirer, Visibility.Confidential),
        new(Reason.FrozenByRisk, ReasonClass.Decline, CauseFamily.Account, "58", "交易受限请联系收单机构", "Restricted, contact acquirer", Remedy.ContactAcquirer, Visibility.Confidential),
        new(Reason.Deregistering, ReasonClass.Decline, CauseFamily.Account, "58", "注销办理中不可收款", "Closing, no new sales", Remedy.Wait),
        new(Reason.TerminalSuspended, ReasonClass.Decline, CauseFamily.Account, "58", "终端已停用请联系收单机构", "Terminal suspended", Remedy.ContactAcquirer),
        new(Reason.TerminalNotActivated, ReasonClass.Decline, CauseFamily.Account, "58", "终端未激活请先激活", "Terminal not activated", Remedy.ActivateTerminal),
        new(Reason.TerminalUpdateRequired, ReasonClass.Decline, CauseFamily.System, "58", "请先更新终端程序", "Update terminal software", Remedy.UpdateTerminal),
        new(Reason.MerchantNotRegistered, ReasonClass.Decline, CauseFamily.Input, "03", "商户未登记请联系收单机构", "Merchant not registered", Remedy.ContactAcquirer),
        new(Reason.FrozenByOwner, ReasonClass.Decline, CauseFamily.Account, "58", "商户已自行冻结请本人解冻", "Frozen by owner", Remedy.OwnerUnfreeze),
        new(Reason.VerificationRejected, ReasonClass.Decline, CauseFamily.Input, "03", "实名认证未通过请重新提交", "Verification rejected, resubmit", Remedy.Resubmit),
        new(Reason.NotVerified, ReasonClass.Decline, CauseFamily.Input, "03", "未实名认证请先完成认证", "Real-name check required", Remedy.StartVerification),
        new(Reason.VerificationNeedsInfo, ReasonClass.Decline, CauseFamily.Input, "03", "实名资料需补充请查看通知", "More documents needed", Remedy.Supplement),
        new(Reason.VerificationPending, ReasonClass.Decline, CauseFamily.Account, "03", "实名认证审核中请稍候", "Verification in progress", Remedy.Wait),
        new(Reason.DocumentExpired, ReasonClass.Decline, CauseFamily.Account, "03", "证件已过期请更新证件", "Document expired, update it", Remedy.UpdateDocument),
        new(Reason.DocumentExpiring, ReasonClass.Warn, CauseFamily.Account, "00", "证件将到期请及时更新", "Document expires soon", Remedy.UpdateDocument),
        new(Reason.ReverificationRequired, ReasonClass.Decline, CauseFamily.Account, "03", "请尽快重新实名认证", "Re-verify identity soon", Remedy.Reverify),
        new(Reason.PolicyRestricted, ReasonClass.Decline, CauseFamily.Policy, "58", "依规定暂不支持此类交易", "Not allowed by policy", Remedy.SeePolicy),
        new(Reason.TerminalLocationOutOfArea, ReasonClass.Decline, CauseFamily.Account, "58", "终端位置异常请回登记地址", "Terminal outside registered area", Remedy.ReturnToAddress),
        new(Reason.TerminalLocationMissing, ReasonClass.Warn, CauseFamily.System, "00", "请开启终端定位", "Turn on terminal location", Remedy.EnableLocation),
        new(Reason.CardMismatch, ReasonClass.Decline, CauseFamily.Card, "03", "结算卡信息不符请更换", "Settlement card mismatch", Remedy.ChangeCard),
        new(Reason.CardNotSupported, ReasonClass.Decline, CauseFamily.Card, "57", "不支持此卡请换卡", "Card not supported, use another", Remedy.OtherPayment),
        new(Reason.CardInvalid, ReasonClass.Decline, CauseFamily.Card, "14", "无效卡号", "Invalid card", Remedy.OtherPayment),
        new(Reason.CardExpired, ReasonClass.Decline, CauseFamily.Card, "54", "该卡已过期", "Card expired", Remedy.OtherPayment),
        new(Reason.HolderNotVerified, ReasonClass.Decline, CauseFamily.Card, "05", "持卡人未实名请换支付方式", "Cardholder not verified", Remedy.OtherPayment),
        new(Reason.HolderMismatch, ReasonClass.Decline, CauseFamily.Card, "05", "持卡人认证失败", "Cardholder check failed", Remedy.OtherPayment),
        new(Reason.OverLimitAmount, ReasonClass.Decline, CauseFamily.Policy, "61", "金额超出限额", "Amount over limit", Remedy.LowerAmount),
        new(Reason.OverLimitCount, ReasonClass.Decline, CauseFamily.Policy, "65", "次数超出限制", "Count over limit", Remedy.TryTomorrow),
        new(Reason.StandInApproved, ReasonClass.Warn, CauseFamily.System, "00", "交易可继续", "Proceed", Remedy.None, Visibility.Caller),
        new(Reason.StandInDeclined, ReasonClass.RetryLater, CauseFamily.System, "96", "系统忙请稍后再试", "System busy, try later", Remedy.RetryLater),
    ];

    private static readonly ImmutableArray<int> PlaceByNumber = Places();

    /// <summary>The row of a reason. Constant time, no allocation, safe from any thread.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not a reason of the table.</exception>
    public static ReasonInfo Of(Reason reason) => All[PlaceOf(reason)];

    /// <summary>A reason's place in the table, from 0: of several reasons the one with the lowest place comes first.</summary>
    internal static int PlaceOf(Reason reason) =>
        (int)reason < PlaceByNumber.Length && PlaceByNumber[(int)reason] is >= 0 and var place
            ? place
            : throw new ArgumentOutOfRangeException(nameof(reason), reason, "Not a reason of the table.");

    private static ImmutableArray<int> Places()
    {
        var places = new int[All.Max(row => (int)row.Reason) + 1];
        Array.Fill(places, -1);
        for (var place = 0; place < All.Length; place++)
        {
            places[(int)All[place].Reason] = place;
        }

        return ImmutableArray.Create(places);
    }
}
