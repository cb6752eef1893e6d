using System.Collections.Immutable;

namespace VerifyGateway.Domain.Reasons;

/// <summary>What a terminal does with a response code.</summary>
public enum De39Class : byte
{
    /// <summary>Success.</summary>
    Approved,
    /// <summary>Failed, may be tried again (class B).</summary>
    MayRetry,
    /// <summary>Failed, not to be tried again (class C).</summary>
    Failed,
    /// <summary>Failed, the operator must act (class D).</summary>
    OperatorActs,
    /// <summary>Failed by a fault of a system, not to be tried again (class E).</summary>
    SystemFault,
}

/// <summary>One response code of ISO 8583 field 39 as POS terminals in China know it.</summary>
/// <param name="Code">Two digits.</param>
/// <param name="Class">What a terminal does with it.</param>
/// <param name="Zh">Its meaning in Chinese.</param>
/// <param name="En">Its meaning in English.</param>
/// <param name="Captures">True when it asks the cashier to keep the card.</param>
/// <param name="SignsIn">True when it makes the terminal sign in again.</param>
public sealed record De39Info(string Code, De39Class Class, string Zh, string En, bool Captures = false, bool SignsIn = false);

/// <summary>
/// The response codes that terminals of different makers understand alike. Codes that begin with a letter differ from network to
/// network and are left out: they are never answered.
/// </summary>
public static class De39Table
{
    /// <summary>Every row, by code.</summary>
    public static ImmutableArray<De39Info> All { get; } =
    [
        new("00", De39Class.Approved, "承兑或交易成功", "Approved"),
        new("01", De39Class.Failed, "查发卡行", "Refer to issuer"),
        new("02", De39Class.Failed, "查发卡行的特殊条件", "Refer to issuer, special condition"),
        new("03", De39Class.Failed, "无效商户", "Invalid merchant"),
        new("04", De39Class.OperatorActs, "没收卡", "Capture card", Captures: true),
        new("05", De39Class.Failed, "不予承兑（身份认证失败）", "Do not honour (identity check failed)"),
        new("06", De39Class.SystemFault, "出错", "Error at the issuer"),
        new("07", De39Class.OperatorActs, "特殊条件下没收卡", "Capture card, special condition", Captures: true),
        new("09", De39Class.MayRetry, "请求正在处理中", "In progress"),
        new("10", De39Class.Approved, "部分承兑", "Partially approved"),
        new("11", De39Class.Approved, "重要人物批准", "Approved, VIP"),
        new("12", De39Class.Failed, "无效交易", "Invalid transaction"),
        new("13", De39Class.MayRetry, "无效金额", "Invalid amount"),
        new("14", De39Class.MayRetry, "无效卡号", "Invalid card number"),
        new("15", De39Class.Failed, "无此发卡方", "No such issuer"),
        new("16", De39Class.Approved, "批准更新第三磁道", "Approved, update track 3"),
        new("19", De39Class.Failed, "重新送入交易", "Re-enter"),
        new("20", De39Class.Failed, "无效应答", "Invalid response"),
        new("21", De39Class.Failed, "卡未初始化或睡眠卡", "Card not initialised or dormant"),
        new("22", De39Class.Failed, "怀疑操作有误", "Suspected malfunction"),
        new("23", De39Class.Failed, "不可接受的交易费", "Unacceptable fee"),
        new("25", De39Class.Failed, "未找到原始交易", "Original not found"),
        new("30", De39Class.Failed, "报文格式错误", "Format error"),
        new("31", De39Class.Failed, "银联不支持的银行", "Bank not supported"),
        new("33", De39Class.OperatorActs, "过期的卡（没收）", "Expired, capture", Captures: true),
        new("34", De39Class.OperatorActs, "有作弊嫌疑（没收）", "Suspected fraud, capture", Captures: true),
        new("35", De39Class.OperatorActs, "受卡方与安全保密部门联系（没收）", "Contact security, capture", Captures: true),
        new("36", De39Class.OperatorActs, "受限制的卡（没收）", "Restricted, capture", Captures: true),
        new("37", De39Class.OperatorActs, "呼受理方安全部门（没收）", "Call security, capture", Captures: true),
        new("38", De39Class.OperatorActs, "超过PIN试输次数（没收）", "PIN tries exceeded, capture", Captures: true),
        new("39", De39Class.Failed, "无此信用卡账户", "No credit account"),
        new("40", De39Class.Failed, "请求的功能尚不支持", "Function not supported"),
        new("41", De39Class.OperatorActs, "挂失卡（没收）", "Lost card, capture", Captures: true),
        new("42", De39Class.MayRetry, "无此账户", "No account"),
        new("43", De39Class.OperatorActs, "被窃卡（没收）", "Stolen card, capture", Captures: true),
        new("44", De39Class.Failed, "无此投资账户", "No investment account"),
        new("45", De39Class.Failed, "不允许降级交易", "Fallback not allowed"),
        new("51", De39Class.Failed, "资金不足", "Insufficient funds"),
        new("52", De39Class.Failed, "无此支票账户", "No cheque account"),
        new("53", De39Class.Failed, "无此储蓄账户", "No savings account"),
        new("54", De39Class.Failed, "过期的卡", "Expired card"),
        new("55", De39Class.Failed, "不正确的PIN", "Wrong PIN"),
        new("56", De39Class.Failed, "无此卡记录", "No card record"),
        new("57", De39Class.Failed, "不允许持卡人进行的交易", "Not permitted to cardholder"),
        new("58", De39Class.Failed, "不允许终端进行的交易", "Not permitted to terminal"),
        new("59", De39Class.Failed, "有作弊嫌疑（CVN校验失败）", "Suspected fraud (CVN failed)"),
        new("60", De39Class.Failed, "与安全保密部门联系", "Contact security"),
        new("61", De39Class.Failed, "超出金额限制", "Amount limit exceeded"),
        new("62", De39Class.Failed, "受限制的卡", "Restricted card"),
        new("63", De39Class.Failed, "违反安全保密规定", "Security violation"),
        new("64", De39Class.Failed, "原始金额不正确", "Original amount wrong"),
        new("65", De39Class.Failed, "超出次数限制", "Count limit exceeded"),
        new("66", De39Class.Failed, "呼受理方安全部门", "Call acquirer security"),
        new("67", De39Class.Failed, "捕捉（没收卡）", "Capture", Captures: true),
        new("68", De39Class.Failed, "发卡行响应超时", "Late response"),
        new("75", De39Class.Failed, "PIN次数超限", "PIN tries exceeded"),
        new("77", De39Class.OperatorActs, "需要向网络中心签到", "Sign-in needed", SignsIn: true),
        new("79", De39Class.Failed, "脱机交易对账不平", "Offline totals mismatch"),
        new("90", De39Class.Failed, "正在日终处理", "Cut-over in progress"),
        new("91", De39Class.Failed, "发卡方或银联不能操作", "Issuer or switch inoperative"),
        new("92", De39Class.Failed, "机构或网络找不到", "Unreachable"),
        new("93", De39Class.Failed, "交易违法、不能完成", "Violation of law"),
        new("94", De39Class.Failed, "重复交易", "Duplicate"),
        new("95", De39Class.Failed, "调节控制错", "Reconcile error"),
        new("96", De39Class.Failed, "系统异常、失效", "System malfunction"),
        new("97", De39Class.OperatorActs, "POS终端号找不到", "Terminal unknown"),
        new("98", De39Class.SystemFault, "收不到发卡方应答", "No answer from issuer"),
        new("99", De39Class.MayRetry, "PIN格式错", "PIN block error", SignsIn: true),
    ];

    /// <summary>The row of a code; null when terminals do not understand it alike.</summary>
    public static De39Info? Find(string code)
    {
        foreach (var row in All)
        {
            if (row.Code == code)
            {
                return row;
            }
        }

        return null;
    }
}
