using System.Collections.Immutable;
using VerifyGateway.Domain.Reasons;

namespace VerifyGateway.Domain.Lifecycle;

/// <summary>One row of the table of refusals.</summary>
/// <param name="Refusal">The refusal.</param>
/// <param name="Sentence">What is wrong, in English, for people; holds no value.</param>
/// <param name="SentenceZh">The same in Chinese.</param>
public sealed record RefusalInfo(Refusal Refusal, string Sentence, string SentenceZh)
{
    /// <summary>The refusal's stable code, as programs read it: <c>TRY_LIMIT_DAY</c>.</summary>
    public string Code { get; } = Codes.Of(Refusal);

    /// <inheritdoc />
    public override string ToString() => $"{Code}: {Sentence}";
}

/// <summary>The one table of refusals. Codes never change; sentences may. Immutable, safe from any thread.</summary>
public static class RefusalTable
{
    /// <summary>Every row, in the order of the numbers, which begin at 1 and have no gap.</summary>
    public static ImmutableArray<RefusalInfo> All { get; } =
    [
        new(Refusal.EventNotInState, "The state has no such event.", "当前状态不支持该操作"),
        new(Refusal.StateIsFinal, "The state is final: nothing leads out of it.", "该状态为终态，不可变更"),
        new(Refusal.TimerNotDue, "The time for this has not come yet.", "未到规定时间"),
        new(Refusal.ReasonMissing, "A reason must be given.", "须填写原因"),
        new(Refusal.EvidenceMissing, "Evidence must be on record.", "缺少证据材料"),
        new(Refusal.ActorNotAuthorised, "The actor's role does not allow this.", "操作人无此权限"),
        new(Refusal.ActorNotOwner, "Only the owner may do this.", "仅限本人操作"),
        new(Refusal.StepUpMissing, "A stronger check of the actor's identity is needed first.", "须先完成加强身份验证"),
        new(Refusal.SecondPersonMissing, "A second person, other than the first, must agree.", "须由另一人复核"),
        new(Refusal.ReviewerIsSubmitter, "Who submitted a case may not review it.", "提交人不得审核本人案件"),
        new(Refusal.VersionConflict, "The version is not the current one: read again.", "版本已变更，请重新读取"),
        new(Refusal.ConsentMissing, "The subject's consent is not on record.", "未取得本人同意"),
        new(Refusal.SensitiveConsentMissing, "The separate consent for sensitive data is not on record.", "未取得敏感信息单独同意"),
        new(Refusal.CaseAlreadyOpen, "The subject has another open case.", "该主体已有在办案件"),
        new(Refusal.SubjectSanctioned, "The subject is under a sanction.", "该主体处于惩戒期"),
        new(Refusal.SubjectBeingDeregistered, "The subject is being deregistered.", "该主体正在办理注销"),
        new(Refusal.InputInvalid, "A field breaks a rule of format.", "填写内容不符合规则"),
        new(Refusal.DocumentsMissing, "A document that this kind of subject needs is missing.", "缺少该类主体所需证件"),
        new(Refusal.AccountRepeated, "The same account stands in two fields.", "同一账号重复填写"),
        new(Refusal.TryLimitDay, "The card has had its verifications for the day.", "该卡当日核验次数已达上限"),
        new(Refusal.IdTryLimitDay, "The identity number has had its verifications for the day.", "该证件号当日核验次数已达上限"),
        new(Refusal.UpstreamQuotaEmpty, "The share of calls to the verification source is used up for now.", "核验通道额度不足"),
        new(Refusal.ChannelsTooFew, "Too few external channels agree for the account class.", "外部核验渠道数量不足"),
        new(Refusal.DocumentNotValid, "The identity document is not valid.", "证件已失效"),
        new(Refusal.SubjectBlacklisted, "The subject is on the list of bad records.", "该主体有不良记录"),
        new(Refusal.OwnerConfirmationNeeded, "The owner must confirm first.", "须由本人先行确认"),
        new(Refusal.BlacklistOverrideUnsigned, "Passing over a bad record needs a second reviewer, neither the first nor the submitter.", "不良记录放行须第二审核人签署"),
        new(Refusal.NamedItemsMissing, "Not all items that were asked for have been supplied.", "未补齐所要求的资料"),
        new(Refusal.RoundsExhausted, "The case has had all its rounds of supplements.", "补件次数已用完"),
        new(Refusal.ConfirmTokenWrong, "The confirmation is not one of the same subject.", "确认人与主体不一致"),
        new(Refusal.TimeIsOver, "The time for this is over.", "办理期限已过"),
        new(Refusal.TriggerMissing, "What triggered the new verification must be named.", "须说明重新认证的触发原因"),
        new(Refusal.DeadlineNotAhead, "The deadline must lie ahead; only a trigger of risk may set it to now.", "期限须晚于当前时间"),
        new(Refusal.CoolingOff, "A refused case may be sent again only after the cooling-off time.", "冷静期内不得重新提交"),
        new(Refusal.DeregistrationNotCompleted, "The deregistration is not completed.", "注销尚未完成"),
        new(Refusal.MerchantCaseMissing, "The merchant has no verification case.", "商户尚无认证案件"),
        new(Refusal.MachineTypeMissing, "No type of machine has been chosen.", "未选择机型"),
        new(Refusal.PapersIncomplete, "The papers of the application are incomplete.", "申请资料不完整"),
        new(Refusal.MerchantNotVerified, "The merchant's identity is not verified.", "商户未完成实名认证"),
        new(Refusal.SnNotInVendorReport, "The maker has not reported this serial number.", "厂商未报备该序列号"),
        new(Refusal.SnBoundElsewhere, "The serial number is bound already.", "该序列号已被绑定"),
        new(Refusal.AddressMissing, "No deployment address is given.", "未填写布放地址"),
        new(Refusal.DeliveryNotProven, "Neither courier nor agent has proven the delivery.", "缺少签收或上门凭证"),
        new(Refusal.SnProofFailed, "The cryptographic proof of the serial number fails.", "序列号密文校验失败"),
        new(Refusal.OutOfArea, "The terminal is outside its registered area.", "终端不在登记区域内"),
        new(Refusal.ElementsNotAccepted, "The clearing organisation has not accepted the five elements.", "清算机构尚未接受五要素"),
        new(Refusal.AppVersionTooOld, "The terminal's program is older than the minimum.", "终端程序版本过低"),
        new(Refusal.ActivationCodeWrong, "The activation code is wrong.", "激活码错误"),
        new(Refusal.ActivationCodeUsed, "The activation code has been used.", "激活码已使用"),
        new(Refusal.CauseNotKeptAsHold, "The cause of the suspension is not on record as a hold.", "停用原因未登记为冻结"),
        new(Refusal.HoldsStanding, "A hold still stands.", "仍有冻结未解除"),
        new(Refusal.NewSnNotFree, "The serial number of the new device is bound already.", "新设备序列号已被绑定"),
        new(Refusal.BindingNotMoved, "The binding has not been moved to the new device.", "绑定关系未迁移至新设备"),
        new(Refusal.OldKeyNotDisabled, "The key of the old device is not disabled.", "旧设备密钥未停用"),
        new(Refusal.LossNotReported, "No report of the loss is on record.", "缺少挂失记录"),
        new(Refusal.NewKeysMissing, "The terminal has no new keys.", "未下发新密钥"),
        new(Refusal.BatchOpen, "A batch is open.", "存在未结算批次"),
        new(Refusal.KeysNotErased, "The terminal's keys are neither erased nor disabled.", "终端密钥未清除"),
        new(Refusal.ClearingNotTold, "The clearing organisation has not been told.", "未报告清算机构"),
        new(Refusal.MerchantNotInVerification, "The merchant is neither verified nor in verification.", "商户未认证且未在认证中"),
        new(Refusal.SettlementAccountNotOfSubject, "The settlement account is not one that this kind of subject may use.", "结算账户与主体不符"),
        new(Refusal.CardOfAnotherSubject, "The settlement card serves a merchant of another subject.", "结算卡已用于其他主体"),
        new(Refusal.DefaultAccountNotOne, "The merchant must have exactly one default settlement account.", "默认结算账户须有且仅有一个"),
        new(Refusal.ElementsIncomplete, "The five elements are incomplete.", "五要素不完整"),
        new(Refusal.TerminalNoTaken, "The merchant has another terminal with this terminal number.", "该终端号已被占用"),
        new(Refusal.ElementNotChangeable, "This element cannot change within a binding: bind anew.", "该要素不可变更，请重新绑定"),
        new(Refusal.NewValueNotVerified, "The new value is not verified.", "新值未经核验"),
        new(Refusal.PreAuthOpen, "A pre-authorisation is open.", "存在未完成的预授权"),
        new(Refusal.TerminalNotRetired, "The terminal is neither retired nor replaced.", "终端未撤机或更换"),
        new(Refusal.RoleMayNotPlace, "The role may not place a hold of this authority.", "该角色无权设置此类冻结"),
        new(Refusal.RoleMayNotLift, "The role may not lift a hold of this authority.", "该角色无权解除此类冻结"),
        new(Refusal.DocumentNoMissing, "The authority's document must be named.", "缺少法律文书编号"),
        new(Refusal.TermEmpty, "The term is empty: it would not end after it begins.", "冻结期限无效"),
        new(Refusal.TermTooLong, "The term is longer than the authority may order.", "冻结期限超过上限"),
        new(Refusal.RenewalNotAllowed, "The authority may not renew the hold again.", "不可再次续冻"),
        new(Refusal.HoldEnded, "The hold has ended.", "冻结已到期"),
        new(Refusal.AnotherOrgan, "Only the organ that placed the hold may lift or renew it.", "仅原冻结机关可办理"),
        new(Refusal.ConditionNotFulfilled, "The condition of the hold is not fulfilled.", "解除条件尚未满足"),
        new(Refusal.DeregRequesterNotEntitled, "The requester is neither owner nor legal representative, and has no written authority.", "申请人无权办理注销"),
        new(Refusal.DeregAlreadyOpen, "A deregistration is open already.", "已有在办注销申请"),
        new(Refusal.DeregFalsePapersNotFound, "No false papers have been found.", "未发现虚假材料"),
        new(Refusal.DeregIdentityTryLimit, "The identity check has had its tries for the day.", "当日身份验证次数已达上限"),
        new(Refusal.DeregMaliciousPattern, "The request looks malicious.", "疑似恶意注销"),
        new(Refusal.DeregNoHardBlocker, "Nothing stands that would put the deregistration on hold.", "不存在须暂停办理的情形"),
        new(Refusal.DeregAgreementOutdated, "The closing agreement that was accepted is not the current one.", "注销协议版本已更新"),
        new(Refusal.DeregStepNotFailed, "No step has failed.", "没有失败的步骤"),
        new(Refusal.DeregBindingsNotDissolved, "Bindings are not dissolved.", "绑定关系未解除"),
        new(Refusal.DeregTerminalsNotRetired, "Terminals are not retired.", "终端未撤机"),
        new(Refusal.DeregKeysNotDisabled, "Keys are not disabled.", "密钥未停用"),
        new(Refusal.DeregClearingNotTold, "The clearing organisation has not been told of the deregistration.", "注销未报告清算机构"),
        new(Refusal.DeregAccountNotClosed, "The account is not closed.", "账户未销户"),
        new(Refusal.DeregCachesNotInvalidated, "Caches still hold the merchant.", "缓存未失效"),
        new(Refusal.DeregArchiveNotLocked, "The archive is not locked.", "档案未封存"),
        new(Refusal.DeregReceiptNotSigned, "The receipt is not signed.", "回执未签名"),
        new(Refusal.DeregBalanceNonzero, "The balance is not zero.", "账户余额不为零"),
        new(Refusal.DeregUnsettledTransactions, "Transactions are not settled.", "存在未结算交易"),
        new(Refusal.DeregOpenPreauth, "A pre-authorisation of the merchant is open.", "商户存在未完成的预授权"),
        new(Refusal.DeregFundsPending, "Funds are being processed.", "存在处理中资金"),
        new(Refusal.DeregConsumerComplaintOpen, "A consumer's complaint or dispute is open.", "存在未处理的投诉或争议"),
        new(Refusal.DeregChargebackWindow, "The time in which a payer may charge back has not run out.", "拒付期未满"),
        new(Refusal.DeregBlockingControl, "A control stands that must be removed first.", "存在须先解除的管控"),
        new(Refusal.DeregJudicialHold, "A judicial hold stands.", "存在司法冻结"),
        new(Refusal.DeregAmlHold, "A hold under the anti-money-laundering law stands.", "存在反洗钱冻结"),
        new(Refusal.DeregRiskHold, "A hold of risk control stands.", "存在风控冻结"),
        new(Refusal.DeregSanction, "The subject is under a sanction, which a deregistration must not wash away.", "该主体处于惩戒期，不得注销"),
        new(Refusal.DeregLinkedServices, "Linked services are neither removed nor given up by the owner.", "关联服务未解除"),
        new(Refusal.DeregTerminalsNotReturned, "Terminals are neither returned nor disabled.", "终端未归还或停用"),
        new(Refusal.DeregFeesDue, "Fees are due.", "存在未结清费用"),
        new(Refusal.DeregDepositHeld, "A deposit is still held.", "押金未退还"),
        new(Refusal.DeregOpenCase, "Another case of the merchant is open.", "存在其他在办案件"),
        new(Refusal.DeregMaterialsIncomplete, "The materials are incomplete, or one of them is not valid.", "注销材料不完整或已失效"),
        new(Refusal.DeregIdentityFailed, "The identity check has not been passed.", "身份验证未通过"),
        new(Refusal.DeregSubjectConflict, "The merchant is still bound to a subject elsewhere.", "商户仍与其他主体绑定"),
        new(Refusal.DeregOther, "Something else stands in the way; the acquirer knows what.", "存在其他障碍，请联系收单机构"),
    ];

    /// <summary>The row of a refusal. Constant time, no allocation.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not a refusal of the table.</exception>
    public static RefusalInfo Of(Refusal refusal) =>
        (int)refusal is >= 1 and var number && number <= All.Length
            ? All[number - 1]
            : throw new ArgumentOutOfRangeException(nameof(refusal), refusal, "Not a refusal of the table.");
}
