using System.Collections.Immutable;
using VerifyGateway.Domain.Deciding;
using VerifyGateway.Domain.Reasons;

namespace VerifyGateway.Cli.Reference;

/// <summary>What the page of reasons says in one language, beside what the tables hold.</summary>
/// <param name="IsZh">True for Chinese.</param>
/// <param name="Made">How the page was made.</param>
/// <param name="Titles">Titles of the page and of its parts, in order.</param>
/// <param name="Texts">Text below each title.</param>
/// <param name="Heads">Heads of the tables, in order.</param>
/// <param name="Classes">Words for what a reason does, by number.</param>
/// <param name="Families">Words for the families, by number.</param>
/// <param name="Actors">Words for who acts, by number.</param>
/// <param name="Visibilities">Words for who may learn of it, by number.</param>
/// <param name="Kinds">Words for kinds of transaction, by number less 1.</param>
internal sealed record PageWords(
    bool IsZh, string Made, ImmutableArray<string> Titles, ImmutableArray<string> Texts, ImmutableArray<string> Heads, ImmutableArray<string> Classes,
    ImmutableArray<string> Families, ImmutableArray<string> Actors, ImmutableArray<string> Visibilities, ImmutableArray<string> Kinds)
{
    public static PageWords En { get; } = new(
        false,
        "Made by `vgctl reference reasons`; a test compares. 中文：[reasons.zh-CN.md](reasons.zh-CN.md).",
        ["Reasons", "Reasons in the order of precedence", "Details", "What stops which transaction", "Response codes (DE39)"],
        [
            "Why a check was answered as it was, what the terminal shows, and what to do.",
            "Of several reasons the one that stands first goes to the terminal; callers see all that they may see. What stops a sale but not the transaction at hand becomes a warning. Reasons marked ¹ look alike to everyone without the right to tell them apart: same code, same line, no end. An acquirer may set other codes and lines of its own within the rules of [policies.md](policies.md).",
            "Which of its causes a reason has. Those of a verification case stand under the state that the case has when they are first found. Where the line is empty, the screen shows the reason's own line.",
            "A dash stops, a plus lets pass. A risk hold may be placed so that completions, refunds and voids pass; a batch from after a merchant's or terminal's last day is stopped; a policy that names a kind stops it; a terminal that was reported lost is told as a suspended one and does not sign in.",
            "The codes that terminals of different makers understand alike, and which reasons answer with them. Codes that capture the card or make the terminal sign in are never answered; codes that may be retried at once only of the payer's own card.",
        ],
        [
            "| reason | screen | 中文 | DE39 | what it does | cause | what to do | who | told to |", "| detail | of | screen | DE39 | cause | what to do | who | told to |", "| reason |",
            "| DE39 | meaning | a terminal | answered for |",
        ],
        ["allows", "warns", "declines", "retry later"],
        ["", "input", "system", "account", "policy", "card"],
        ["nobody", "merchant", "holder", "acquirer", "payer", "caller"],
        ["everyone", "caller", "authorised¹"],
        ["sale", "pre-auth", "completion", "refund", "void", "reversal", "balance", "sign-in", "batch", "payout", "top-up"]);

    public static PageWords Zh { get; } = new(
        true,
        "由 `vgctl reference reasons --language zh` 生成，测试保证与程序一致。English: [reasons.md](reasons.md).",
        ["原因码", "原因码（按优先级排列）", "细分原因", "哪些原因会拦截哪类交易", "应答码（DE39）"],
        [
            "每次检查为何如此应答、终端显示什么、该怎么办。",
            "同时存在多个原因时，排在最前的一个显示在终端上，调用方可看到其有权看到的全部原因。会拦截消费、但不拦截当前交易的原因只作提醒。带 ¹ 的原因对无权区分者一律相同：同一应答码、同一提示、不告知期限。收单机构可在 [policies.md](policies.md) 规定的范围内自定义应答码和提示。",
            "同一原因下的具体情形。认证环节的情形列在首次发现时案件所处状态之下。提示为空时，终端显示原因本身的提示。",
            "减号表示拦截，加号表示放行。风控冻结可设为允许预授权完成、退货和撤销通过；商户或终端终止日之后的批次会被拦截；规则点名的交易类型会被拦截；挂失的终端按停用提示，且不能签到。",
            "各厂商终端理解一致的应答码，以及使用它们的原因。绝不应答没收卡或要求重新签到的应答码；可立即重试的应答码只用于付款卡本身的问题。",
        ],
        [
            "| 原因码 | 终端提示 | English | 应答码 | 结果 | 原因类别 | 怎么办 | 谁处理 | 可见范围 |", "| 细分 | 所属原因 | 终端提示 | 应答码 | 原因类别 | 怎么办 | 谁处理 | 可见范围 |", "| 原因码 |",
            "| 应答码 | 含义 | 终端动作 | 对应原因 |",
        ],
        ["放行", "提醒", "拒绝", "稍后重试"],
        ["", "信息填写", "系统与升级", "账户状态", "政策规定", "卡片"],
        ["无", "商户", "本人", "收单机构", "付款人", "调用方"],
        ["所有人", "调用方", "授权人员¹"],
        ["消费", "预授权", "预授权完成", "退货", "撤销", "冲正", "查询", "签到", "批结算", "结算划款", "充值"]);

    public string WarnsOrDeclines => IsZh ? "提醒或拒绝" : "warns or declines";

    public string Action(De39Class of) => of switch
    {
        De39Class.Approved => IsZh ? "成功" : "goes on",
        De39Class.MayRetry => IsZh ? "可重试" : "may retry",
        De39Class.Failed => IsZh ? "失败，不重试" : "stops",
        De39Class.OperatorActs => IsZh ? "操作员处理" : "operator acts",
        _ => IsZh ? "系统故障，不重试" : "stops: system fault",
    };

    public string Special(De39Info code) =>
        code.Captures ? IsZh ? "，没收卡" : ", keeps the card" : code.SignsIn ? IsZh ? "，重新签到" : ", signs in again" : "";

    public string KindOf(TransactionKind kind) => Kinds[(int)kind - 1];
}
