using System.Collections.Immutable;

namespace VerifyGateway.Domain.Reasons;

/// <summary>One row of the table of details.</summary>
/// <param name="Detail">The detail.</param>
/// <param name="Code">Its code as people and programs read it.</param>
/// <param name="Under">The reason that it is a detail of; for one of a verification case, how the case stands when it is first found: more is needed, refused, or under review.</param>
/// <param name="Family">Which of the five causes it belongs to.</param>
/// <param name="De39">ISO 8583 response code.</param>
/// <param name="PromptZh">Line for the operator's screen in Chinese, at most 16 Han characters; null when the screen shows the reason's own line.</param>
/// <param name="PromptEn">The same in English, at most 40 characters.</param>
/// <param name="Remedy">What removes it.</param>
/// <param name="Visibility">Who may learn of it.</param>
public sealed record DetailInfo(
    ReasonDetail Detail, string Code, Reason Under, CauseFamily Family, string De39, string? PromptZh, string? PromptEn, Remedy Remedy, Visibility Visibility)
{
    /// <summary>What it does to a check: what its reason does.</summary>
    public ReasonClass Class => ReasonTable.Of(Under).Class;
}

/// <summary>
/// The one table of details, under the rules of <see cref="ReasonTable"/>. A detail that the screen must not show has no line
/// of its own: the reason's line stands there, so that nothing tells it apart.
/// </summary>
public static class DetailTable
{
    /// <summary>Every row, by number.</summary>
    public static ImmutableArray<DetailInfo> All { get; } =
    [
        new(ReasonDetail.NameIdMismatch, "NAME_ID_MISMATCH", Reason.VerificationNeedsInfo, CauseFamily.Input, "03", "姓名与证件号不符请核对", "Name and ID number do not match", Remedy.Supplement, Visibility.Terminal),
        new(ReasonDetail.IdNotFound, "ID_NOT_FOUND", Reason.VerificationPending, CauseFamily.Input, "03", "证件信息待人工核实", "ID not found, under manual review", Remedy.Wait, Visibility.Terminal),
        new(ReasonDetail.IdNumberInvalid, "ID_NUMBER_INVALID", Reason.VerificationNeedsInfo, CauseFamily.Input, "03", "证件号码有误请更正", "ID number is wrong, correct it", Remedy.Supplement, Visibility.Terminal),
        new(ReasonDetail.NameInvalid, "NAME_INVALID", Reason.VerificationNeedsInfo, CauseFamily.Input, "03", "姓名有误请更正", "Name is wrong, correct it", Remedy.Supplement, Visibility.Terminal),
        new(ReasonDetail.PhoneInvalid, "PHONE_INVALID", Reason.VerificationNeedsInfo, CauseFamily.Input, "03", "手机号有误请更正", "Phone number is wrong, correct it", Remedy.Supplement, Visibility.Terminal),
        new(ReasonDetail.PhoneMismatch, "PHONE_MISMATCH", Reason.VerificationNeedsInfo, CauseFamily.Input, "03", "手机号非本人请更换", "Phone is not in the holder's name", Remedy.Supplement, Visibility.Terminal),
        new(ReasonDetail.PhoneShared, "PHONE_SHARED", Reason.VerificationNeedsInfo, CauseFamily.Input, "03", null, null, Remedy.Supplement, Visibility.Caller),
        new(ReasonDetail.PhoneNotReservedAtBank, "PHONE_NOT_RESERVED_AT_BANK", Reason.VerificationNeedsInfo, CauseFamily.Input, "03", "手机号非银行预留请更换", "Phone is not the one the bank knows", Remedy.Supplement, Visibility.Terminal),
        new(ReasonDetail.CardNumberInvalid, "CARD_NUMBER_INVALID", Reason.VerificationNeedsInfo, CauseFamily.Card, "03", "结算卡号有误请更正", "Settlement card number is wrong", Remedy.Supplement, Visibility.Terminal),
        new(ReasonDetail.CardHolderMismatch, "CARD_HOLDER_MISMATCH", Reason.VerificationNeedsInfo, CauseFamily.Card, "03", "结算卡非本人请更换", "Settlement card is not the holder's", Remedy.ChangeCard, Visibility.Terminal),
        new(ReasonDetail.CardNoIssuer, "CARD_NO_ISSUER", Reason.VerificationNeedsInfo, CauseFamily.Card, "03", "结算卡无发卡行请更换", "Settlement card has no issuer", Remedy.ChangeCard, Visibility.Terminal),
        new(ReasonDetail.CardLost, "CARD_LOST", Reason.VerificationNeedsInfo, CauseFamily.Card, "03", "结算卡已挂失请更换", "Settlement card reported lost", Remedy.ChangeCard, Visibility.Terminal),
        new(ReasonDetail.CardExpired, "CARD_EXPIRED", Reason.VerificationNeedsInfo, CauseFamily.Card, "03", "结算卡已过期请更换", "Settlement card has expired", Remedy.ChangeCard, Visibility.Terminal),
        new(ReasonDetail.CardDormant, "CARD_DORMANT", Reason.VerificationNeedsInfo, CauseFamily.Card, "03", "结算卡未激活请联系银行", "Settlement card is dormant, call bank", Remedy.ChangeCard, Visibility.Terminal),
        new(ReasonDetail.CardCaptured, "CARD_CAPTURED", Reason.VerificationNeedsInfo, CauseFamily.Card, "03", null, null, Remedy.ChangeCard, Visibility.Caller),
        new(ReasonDetail.CardFraud, "CARD_FRAUD", Reason.VerificationRejected, CauseFamily.Card, "03", null, null, Remedy.ContactAcquirer, Visibility.Caller),
        new(ReasonDetail.CardRestricted, "CARD_RESTRICTED", Reason.VerificationNeedsInfo, CauseFamily.Card, "03", "结算卡受限请联系银行", "Settlement card restricted, call bank", Remedy.ChangeCard, Visibility.Terminal),
        new(ReasonDetail.CardStatusAbnormal, "CARD_STATUS_ABNORMAL", Reason.VerificationNeedsInfo, CauseFamily.Card, "03", "结算卡状态异常请更换", "Settlement card abnormal, change it", Remedy.ChangeCard, Visibility.Terminal),
        new(ReasonDetail.CardPinTriesExceeded, "CARD_PIN_TRIES_EXCEEDED", Reason.VerificationNeedsInfo, CauseFamily.Card, "03", "结算卡密码锁定请联系银行", "Card PIN locked, call bank", Remedy.ChangeCard, Visibility.Terminal),
        new(ReasonDetail.CardCnpDisabled, "CARD_CNP_DISABLED", Reason.VerificationNeedsInfo, CauseFamily.Card, "03", "结算卡未开通无卡支付", "Card-not-present pay is not enabled", Remedy.ChangeCard, Visibility.Terminal),
        new(ReasonDetail.CardTypeUnsupported, "CARD_TYPE_UNSUPPORTED", Reason.VerificationNeedsInfo, CauseFamily.Card, "03", "不支持此类结算卡请更换", "Card type cannot be used to settle", Remedy.ChangeCard, Visibility.Terminal),
        new(ReasonDetail.CardCredentialWrong, "CARD_CREDENTIAL_WRONG", Reason.VerificationNeedsInfo, CauseFamily.Card, "03", "卡有效期或安全码有误", "Card expiry or CVN2 is wrong", Remedy.Supplement, Visibility.Terminal),
        new(ReasonDetail.IssuerUnsupported, "ISSUER_UNSUPPORTED", Reason.VerificationNeedsInfo, CauseFamily.Card, "03", "发卡行不支持验证请换卡", "Issuer cannot verify, change card", Remedy.ChangeCard, Visibility.Terminal),
        new(ReasonDetail.IssuerRefused, "ISSUER_REFUSED", Reason.VerificationNeedsInfo, CauseFamily.Card, "03", "发卡行拒绝验证请联系银行", "Issuer refused, call bank", Remedy.ChangeCard, Visibility.Terminal),
        new(ReasonDetail.SourceBusy, "SOURCE_BUSY", Reason.VerificationPending, CauseFamily.System, "03", "核验系统忙请稍候", "Verification busy, please wait", Remedy.Wait, Visibility.Terminal),
        new(ReasonDetail.SourceNoRecord, "SOURCE_NO_RECORD", Reason.VerificationPending, CauseFamily.Input, "03", "核验无记录待人工核实", "No record, under manual review", Remedy.Wait, Visibility.Terminal),
        new(ReasonDetail.TryLimitDay, "TRY_LIMIT_DAY", Reason.VerificationPending, CauseFamily.System, "03", "今日核验次数已满请明日", "Tries used up, try tomorrow", Remedy.TryTomorrow, Visibility.Terminal),
        new(ReasonDetail.DocTypeUnsupported, "DOC_TYPE_UNSUPPORTED", Reason.VerificationNeedsInfo, CauseFamily.Input, "03", "不支持此类证件请更换", "Document type is not accepted", Remedy.Supplement, Visibility.Terminal),
        new(ReasonDetail.DocExpired, "DOC_EXPIRED", Reason.VerificationNeedsInfo, CauseFamily.Input, "03", "证件已过期请换新证件", "Document has expired, send a new one", Remedy.UpdateDocument, Visibility.Terminal),
        new(ReasonDetail.DocImageUnclear, "DOC_IMAGE_UNCLEAR", Reason.VerificationPending, CauseFamily.Input, "03", "证件照片不清待人工核实", "Image unclear, under manual review", Remedy.Wait, Visibility.Terminal),
        new(ReasonDetail.DocImageCopy, "DOC_IMAGE_COPY", Reason.VerificationNeedsInfo, CauseFamily.Input, "03", "请上传证件原件照片", "Send a photo of the original", Remedy.Supplement, Visibility.Terminal),
        new(ReasonDetail.LicenceRevoked, "LICENCE_REVOKED", Reason.VerificationRejected, CauseFamily.Account, "03", "营业执照已吊销", "Business licence revoked", Remedy.ContactAcquirer, Visibility.Terminal),
        new(ReasonDetail.LicenceNameMismatch, "LICENCE_NAME_MISMATCH", Reason.VerificationNeedsInfo, CauseFamily.Input, "03", "执照名称不符请更正", "Licence name does not match", Remedy.Supplement, Visibility.Terminal),
        new(ReasonDetail.LegalRepMismatch, "LEGAL_REP_MISMATCH", Reason.VerificationNeedsInfo, CauseFamily.Input, "03", "法定代表人不符请更正", "Legal representative does not match", Remedy.Supplement, Visibility.Terminal),
        new(ReasonDetail.AddressUnverifiable, "ADDRESS_UNVERIFIABLE", Reason.VerificationNeedsInfo, CauseFamily.Input, "03", "经营地址无法核实请补充", "Address cannot be verified", Remedy.Supplement, Visibility.Terminal),
        new(ReasonDetail.Blacklisted, "BLACKLISTED", Reason.VerificationPending, CauseFamily.Account, "03", null, null, Remedy.Wait, Visibility.Confidential),
        new(ReasonDetail.LivenessFailed, "LIVENESS_FAILED", Reason.VerificationNeedsInfo, CauseFamily.Input, "03", "活体检测未通过请重试", "Liveness check failed, try again", Remedy.Supplement, Visibility.Terminal),
        new(ReasonDetail.FaceMismatch, "FACE_MISMATCH", Reason.VerificationNeedsInfo, CauseFamily.Input, "03", "人脸比对不符请换方式", "Face differs, use another way", Remedy.Supplement, Visibility.Terminal),
        new(ReasonDetail.ConsentMissing, "CONSENT_MISSING", Reason.VerificationNeedsInfo, CauseFamily.Input, "03", "请先同意授权", "Consent is needed first", Remedy.Supplement, Visibility.Terminal),
        new(ReasonDetail.ManualReview, "MANUAL_REVIEW", Reason.VerificationPending, CauseFamily.Account, "03", "人工审核中请稍候", "Under manual review, please wait", Remedy.Wait, Visibility.Terminal),
        new(ReasonDetail.DuplicateSubmission, "DUPLICATE_SUBMISSION", Reason.VerificationNeedsInfo, CauseFamily.Input, "03", "资料重复填写请更正", "Same entry given twice, correct it", Remedy.Supplement, Visibility.Terminal),
        new(ReasonDetail.ClassITotal, "CLASS_I_TOTAL", Reason.OverLimitAmount, CauseFamily.Policy, "61", "一类账户累计超限请升级", "Class I total over limit", Remedy.UpgradeClass, Visibility.Terminal),
        new(ReasonDetail.ClassIIYear, "CLASS_II_YEAR", Reason.OverLimitAmount, CauseFamily.Policy, "61", "二类账户年累计超限请升级", "Class II year total over limit", Remedy.UpgradeClass, Visibility.Terminal),
        new(ReasonDetail.ClassIIIYear, "CLASS_III_YEAR", Reason.OverLimitAmount, CauseFamily.Policy, "61", "三类账户年累计超限", "Class III year total over limit", Remedy.LowerAmount, Visibility.Terminal),
        new(ReasonDetail.BalanceDay, "BALANCE_DAY", Reason.OverLimitAmount, CauseFamily.Policy, "61", "账户余额支付日累计超限", "Balance payments over day limit", Remedy.LowerAmount, Visibility.Terminal),
        new(ReasonDetail.StaticCode500, "STATIC_CODE_500", Reason.OverLimitAmount, CauseFamily.Policy, "61", "静态码日累计超限请用动态码", "Static code over day limit", Remedy.OtherPayment, Visibility.Terminal),
        new(ReasonDetail.CodeGradeBDay, "CODE_GRADE_B_DAY", Reason.OverLimitAmount, CauseFamily.Policy, "61", "扫码支付日累计超限", "Code payments over day limit", Remedy.LowerAmount, Visibility.Terminal),
        new(ReasonDetail.CodeGradeCDay, "CODE_GRADE_C_DAY", Reason.OverLimitAmount, CauseFamily.Policy, "61", "扫码支付日累计超限", "Code payments over day limit", Remedy.LowerAmount, Visibility.Terminal),
        new(ReasonDetail.PolicyLimit, "POLICY_LIMIT", Reason.OverLimitAmount, CauseFamily.Policy, "61", "超出规定限额", "Over the limit of a rule", Remedy.LowerAmount, Visibility.Terminal),
        new(ReasonDetail.Dormant3M, "DORMANT_3M", Reason.ReverificationRequired, CauseFamily.Account, "03", "久未交易请重新实名认证", "Idle for long, verify again", Remedy.Reverify, Visibility.Terminal),
        new(ReasonDetail.Dormant6M, "DORMANT_6M", Reason.ReverificationRequired, CauseFamily.Account, "03", "开户后未交易请重新认证", "Never used, verify again", Remedy.Reverify, Visibility.Terminal),
        new(ReasonDetail.Dormant12M, "DORMANT_12M", Reason.ReverificationRequired, CauseFamily.Account, "03", "一年未交易已停用请重新认证", "Idle for a year, verify again", Remedy.Reverify, Visibility.Terminal),
        new(ReasonDetail.NewRule, "NEW_RULE", Reason.ReverificationRequired, CauseFamily.Policy, "03", "新规要求请重新实名认证", "New rule, verify again", Remedy.Reverify, Visibility.Terminal),
        new(ReasonDetail.ConditionOpen, "CONDITION_OPEN", Reason.ReverificationRequired, CauseFamily.Account, "03", "请按通知完成整改", "Fulfil the condition notified", Remedy.ContactAcquirer, Visibility.Terminal),
        new(ReasonDetail.CardClassRestricted, "CARD_CLASS_RESTRICTED", Reason.PolicyRestricted, CauseFamily.Policy, "57", "依规定不支持此类卡请换卡", "Card class not allowed by policy", Remedy.OtherPayment, Visibility.Terminal),
        new(ReasonDetail.CodeUseRestricted, "CODE_USE_RESTRICTED", Reason.PolicyRestricted, CauseFamily.Policy, "58", "依规定不支持此类收款码", "Code type not allowed by policy", Remedy.OtherPayment, Visibility.Terminal),
        new(ReasonDetail.DeregCancellable, "DEREG_CANCELLABLE", Reason.Deregistering, CauseFamily.Account, "58", "注销办理中可撤回后收款", "Closing, withdraw it to sell again", Remedy.CancelDeregistration, Visibility.Terminal),
    ];

    private static readonly ImmutableArray<DetailInfo?> ByNumber = Numbered();

    /// <summary>The row of a detail. Constant time, no allocation, safe from any thread.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not a detail of the table.</exception>
    public static DetailInfo Of(ReasonDetail detail) =>
        Find(detail) ?? throw new ArgumentOutOfRangeException(nameof(detail), detail, "Not a detail of the table.");

    /// <summary>The row of a detail; null when a newer gateway has written it and this one does not know it.</summary>
    public static DetailInfo? Find(ReasonDetail detail) => (int)detail < ByNumber.Length ? ByNumber[(int)detail] : null;

    private static ImmutableArray<DetailInfo?> Numbered()
    {
        var rows = new DetailInfo?[All.Max(row => (int)row.Detail) + 1];
        foreach (var row in All)
        {
            rows[(int)row.Detail] = row;
        }

        return ImmutableArray.Create(rows);
    }
}
