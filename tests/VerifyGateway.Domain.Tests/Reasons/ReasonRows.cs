namespace VerifyGateway.Domain.Tests.Reasons;

/// <summary>
/// The reason table once more, as specified, in the order of precedence: code, what it does (A allow, W warn, D decline,
/// R retry later), DE39, prompts, remedy.
/// </summary>
internal static class ReasonRows
{
    public static readonly (string Code, char Does, string De39, string Zh, string En, string Remedy)[] Specified =
    [
        ("OK", 'A', "00", "交易可继续", "Proceed", "NONE"),
        ("INPUT_FORMAT", 'D', "30", "报文错误请重试", "Message error", "FIX_INPUT"),
        ("INPUT_MISSING", 'D', "30", "报文错误请重试", "Message error", "FIX_INPUT"),
        ("GATEWAY_UNAVAILABLE", 'R', "96", "系统忙请稍后再试", "System busy, try later", "RETRY_LATER"),
        ("MAINTENANCE", 'R', "91", "系统维护中请稍后再试", "Maintenance, try later", "WAIT"),
        ("CUT_OVER", 'R', "90", "系统日切请稍后再试", "Day-end, try later", "WAIT"),
        ("UPSTREAM_TIMEOUT", 'R', "98", "核验超时请稍后再试", "Check timed out, try later", "RETRY_LATER"),
        ("RATE_LIMITED", 'R', "96", "请求过快请稍后再试", "Too many requests", "RETRY_LATER"),
        ("DUPLICATE_REQUEST", 'D', "94", "重复交易请核对", "Duplicate transaction", "CHECK_LAST"),
        ("TERMINAL_NOT_REGISTERED", 'D', "97", "终端未登记请联系收单机构", "Terminal not registered", "CONTACT_ACQUIRER"),
        ("TERMINAL_SN_PROOF_FAILED", 'D', "58", "终端校验失败请联系客服", "Terminal check failed", "CONTACT_ACQUIRER"),
        ("DEREGISTERED", 'D', "03", "商户已注销请重新申请", "Merchant deregistered", "REAPPLY"),
        ("TERMINAL_RETIRED", 'D', "97", "终端已撤机请停止使用", "Terminal retired, stop using", "RETURN_TERMINAL"),
        ("TERMINAL_MERCHANT_MISMATCH", 'D', "58", "终端与商户不匹配请核对", "Terminal/merchant mismatch", "CHECK_CONFIG"),
        ("FROZEN_JUDICIAL", 'D', "58", "交易受限请联系收单机构", "Restricted, contact acquirer", "CONTACT_ACQUIRER"),
        ("SANCTIONED", 'D', "58", "交易受限请联系收单机构", "Restricted, contact acquirer", "CONTACT_ACQUIRER"),
        ("FROZEN_BY_RISK", 'D', "58", "交易受限请联系收单机构", "Restricted, contact acquirer", "CONTACT_ACQUIRER"),
        ("DEREGISTERING", 'D', "58", "注销办理中不可收款", "Closing, no new sales", "WAIT"),
        ("TERMINAL_SUSPENDED", 'D', "58", "终端已停用请联系收单机构", "Terminal suspended", "CONTACT_ACQUIRER"),
        ("TERMINAL_NOT_ACTIVATED", 'D', "58", "终端未激活请先激活", "Terminal not activated", "ACTIVATE_TERMINAL"),
        ("TERMINAL_UPDATE_REQUIRED", 'D', "58", "请先更新终端程序", "Update terminal software", "UPDATE_TERMINAL"),
        ("MERCHANT_NOT_REGISTERED", 'D', "03", "商户未登记请联系收单机构", "Merchant not registered", "CONTACT_ACQUIRER"),
        ("FROZEN_BY_OWNER", 'D', "58", "商户已自行冻结请本人解冻", "Frozen by owner", "OWNER_UNFREEZE"),
        ("VERIFICATION_REJECTED", 'D', "03", "实名认证未通过请重新提交", "Verification rejected, resubmit", "RESUBMIT"),
        ("NOT_VERIFIED", 'D', "03", "未实名认证请先完成认证", "Real-name check required", "START_VERIFICATION"),
        ("VERIFICATION_NEEDS_INFO", 'D', "03", "实名资料需补充请查看通知", "More documents needed", "SUPPLEMENT"),
        ("VERIFICATION_PENDING", 'D', "03", "实名认证审核中请稍候", "Verification in progress", "WAIT"),
        ("DOCUMENT_EXPIRED", 'D', "03", "证件已过期请更新证件", "Document expired, update it", "UPDATE_DOCUMENT"),
        ("DOCUMENT_EXPIRING", 'W', "00", "证件将到期请及时更新", "Document expires soon", "UPDATE_DOCUMENT"),
        ("REVERIFICATION_REQUIRED", 'D', "03", "请尽快重新实名认证", "Re-verify identity soon", "REVERIFY"),
        ("POLICY_RESTRICTED", 'D', "58", "依规定暂不支持此类交易", "Not allowed by policy", "SEE_POLICY"),
        ("TERMINAL_LOCATION_OUT_OF_AREA", 'D', "58", "终端位置异常请回登记地址", "Terminal outside registered area", "RETURN_TO_ADDRESS"),
        ("TERMINAL_LOCATION_MISSING", 'W', "00", "请开启终端定位", "Turn on terminal location", "ENABLE_LOCATION"),
        ("CARD_MISMATCH", 'D', "03", "结算卡信息不符请更换", "Settlement card mismatch", "CHANGE_CARD"),
        ("CARD_NOT_SUPPORTED", 'D', "57", "不支持此卡请换卡", "Card not supported, use another", "OTHER_PAYMENT"),
        ("CARD_INVALID", 'D', "14", "无效卡号", "Invalid card", "OTHER_PAYMENT"),
        ("CARD_EXPIRED", 'D', "54", "该卡已过期", "Card expired", "OTHER_PAYMENT"),
        ("HOLDER_NOT_VERIFIED", 'D', "05", "持卡人未实名请换支付方式", "Cardholder not verified", "OTHER_PAYMENT"),
        ("HOLDER_MISMATCH", 'D', "05", "持卡人认证失败", "Cardholder check failed", "OTHER_PAYMENT"),
        ("OVER_LIMIT_AMOUNT", 'D', "61", "金额超出限额", "Amount over limit", "LOWER_AMOUNT"),
        ("OVER_LIMIT_COUNT", 'D', "65", "次数超出限制", "Count over limit", "TRY_TOMORROW"),
        ("STAND_IN_APPROVED", 'W', "00", "交易可继续", "Proceed", "NONE"),
        ("STAND_IN_DECLINED", 'R', "96", "系统忙请稍后再试", "System busy, try later", "RETRY_LATER"),
    ];

    /// <summary>The precedence as stated; reasons of one group may stand in either order.</summary>
    public static readonly string[][] Precedence =
    [
        ["INPUT_FORMAT", "INPUT_MISSING"],
        ["GATEWAY_UNAVAILABLE", "MAINTENANCE", "CUT_OVER", "UPSTREAM_TIMEOUT", "RATE_LIMITED"],
        ["TERMINAL_NOT_REGISTERED"],
        ["TERMINAL_SN_PROOF_FAILED"],
        ["DEREGISTERED", "TERMINAL_RETIRED"],
        ["TERMINAL_MERCHANT_MISMATCH"],
        ["FROZEN_JUDICIAL"],
        ["SANCTIONED"],
        ["FROZEN_BY_RISK"],
        ["DEREGISTERING"],
        ["TERMINAL_SUSPENDED", "TERMINAL_NOT_ACTIVATED"],
        ["FROZEN_BY_OWNER"],
        ["VERIFICATION_REJECTED"],
        ["NOT_VERIFIED"],
        ["VERIFICATION_NEEDS_INFO"],
        ["VERIFICATION_PENDING"],
        ["DOCUMENT_EXPIRED", "DOCUMENT_EXPIRING"],
        ["REVERIFICATION_REQUIRED"],
        ["POLICY_RESTRICTED"],
        ["TERMINAL_LOCATION_OUT_OF_AREA", "TERMINAL_LOCATION_MISSING"],
        ["CARD_MISMATCH", "CARD_NOT_SUPPORTED", "CARD_INVALID", "CARD_EXPIRED", "HOLDER_NOT_VERIFIED", "HOLDER_MISMATCH"],
        ["OVER_LIMIT_AMOUNT", "OVER_LIMIT_COUNT"],
    ];
}
