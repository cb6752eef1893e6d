using System.Collections.Immutable;

namespace VerifyGateway.Domain.Reasons;

/// <summary>Who has to act.</summary>
public enum Actor : byte
{
    /// <summary>Nobody.</summary>
    Nobody,
    /// <summary>The merchant (商户).</summary>
    Merchant,
    /// <summary>The verified person, in person (本人).</summary>
    Holder,
    /// <summary>The acquirer (收单机构).</summary>
    Acquirer,
    /// <summary>Who pays (付款人).</summary>
    Payer,
    /// <summary>The system that asks (调用方).</summary>
    Caller,
}

/// <summary>One row of the table of remedies.</summary>
/// <param name="Remedy">The remedy.</param>
/// <param name="By">Who has to act.</param>
/// <param name="Zh">What to do, in a Chinese sentence.</param>
/// <param name="En">What to do, in an English sentence.</param>
public sealed record RemedyInfo(Remedy Remedy, Actor By, string Zh, string En)
{
    /// <summary>The remedy's code: <c>CONTACT_ACQUIRER</c>.</summary>
    public string Code { get; } = Codes.Of(Remedy);
}

/// <summary>The one table of remedies: what to do and who does it.</summary>
public static class RemedyTable
{
    /// <summary>Every row, in the order of numbers, which begin with 1.</summary>
    public static ImmutableArray<RemedyInfo> All { get; } =
    [
        new(Remedy.None, Actor.Nobody, "无需处理。", "Nothing to do."),
        new(Remedy.ContactAcquirer, Actor.Merchant, "致电收单机构客服，提供终端序列号、商户号和错误码。", "Call the acquirer with serial number, merchant number and error code."),
        new(Remedy.ActivateTerminal, Actor.Merchant, "按说明在登记地址激活终端。", "Activate the terminal at its registered address."),
        new(Remedy.ReturnTerminal, Actor.Merchant, "停止使用并退回终端。", "Stop using the terminal and return it."),
        new(Remedy.CheckConfig, Actor.Merchant, "核对终端序列号、终端号和商户号是否与登记一致。", "Compare serial number, terminal number and merchant number with the filing."),
        new(Remedy.ReturnToAddress, Actor.Merchant, "将终端带回登记地址，或先登记新地址。", "Take the terminal back to its registered address, or register the new one first."),
        new(Remedy.EnableLocation, Actor.Merchant, "打开终端定位。", "Turn on positioning."),
        new(Remedy.UpdateTerminal, Actor.Merchant, "更新终端程序后重试。", "Update the terminal's program, then try again."),
        new(Remedy.StartVerification, Actor.Merchant, "提交实名认证。", "Begin real-name verification."),
        new(Remedy.Wait, Actor.Acquirer, "等待处理完成，无需操作。", "Wait: a step is under way."),
        new(Remedy.Supplement, Actor.Merchant, "按通知补充或更正资料。", "Send or correct what the notice asks for."),
        new(Remedy.Resubmit, Actor.Merchant, "更正后重新提交实名认证。", "Correct, then send the verification again."),
        new(Remedy.Reverify, Actor.Merchant, "重新完成实名认证。", "Verify the identity again."),
        new(Remedy.UpdateDocument, Actor.Merchant, "提交新的有效证件。", "Register the new identity document."),
        new(Remedy.OtherPayment, Actor.Payer, "请持卡人更换支付方式。", "Ask for another way to pay."),
        new(Remedy.ChangeCard, Actor.Merchant, "更换为认证主体本人的结算卡。", "Change the settlement card to one of the verified subject."),
        new(Remedy.OwnerUnfreeze, Actor.Holder, "由本人验证身份后解除冻结。", "The holder lifts the own freeze after proving identity."),
        new(Remedy.SeePolicy, Actor.Merchant, "查看所列规定。", "Read the rule that is named."),
        new(Remedy.LowerAmount, Actor.Payer, "降低金额或改日再试。", "Use a smaller amount."),
        new(Remedy.TryTomorrow, Actor.Payer, "明日再试。", "Try again tomorrow."),
        new(Remedy.Reapply, Actor.Merchant, "重新申请入网。", "Register anew."),
        new(Remedy.RetryLater, Actor.Caller, "稍后再试。", "Try again later."),
        new(Remedy.CheckLast, Actor.Merchant, "先查询上一笔交易结果，再决定是否重发。", "Look at the last transaction before sending again."),
        new(Remedy.FixInput, Actor.Caller, "更正请求报文。", "Correct the request."),
        new(Remedy.UpgradeClass, Actor.Payer, "增加验证渠道，升级支付账户类别。", "Raise the class of the payment account by verifying through more channels."),
        new(Remedy.CancelDeregistration, Actor.Holder, "如需继续收款，撤回注销申请。", "To go on taking payments, withdraw the deregistration."),
    ];

    /// <summary>The row of a remedy. Constant time, no allocation, safe from any thread.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not a remedy of the table.</exception>
    public static RemedyInfo Of(Remedy remedy) =>
        (int)remedy >= 1 && (int)remedy <= All.Length
            ? All[(int)remedy - 1]
            : throw new ArgumentOutOfRangeException(nameof(remedy), remedy, "Not a remedy of the table.");
}
