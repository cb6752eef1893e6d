using VerifyGateway.Domain.Deciding;
using VerifyGateway.Domain.Reasons;

namespace VerifyGateway.Cli.Reference;

/// <summary>The page of reasons, made from the tables that decide.</summary>
internal static class ReasonPage
{
    /// <summary>What declines in the end but may warn before, or by an acquirer's setting or a policy's effect instead.</summary>
    private static readonly ReasonSet MayWarn = ReasonSet.Of(
        Reason.DocumentExpired, Reason.ReverificationRequired, Reason.TerminalLocationOutOfArea, Reason.PolicyRestricted);

    /// <summary>What ends a call or answers for the gateway, whatever the kind of transaction: not of the decision.</summary>
    private static readonly ReasonSet EndsTheCall = ReasonSet.Of(
        Reason.InputFormat, Reason.InputMissing, Reason.GatewayUnavailable, Reason.UpstreamTimeout, Reason.RateLimited, Reason.DuplicateRequest, Reason.StandInDeclined);

    public static void Write(TextWriter to, PageWords words)
    {
        to.Write($"# {words.Titles[0]}\n\n{words.Texts[0]}\n\n{words.Made}\n");
        Part(to, words, 1, words.Heads[0], ReasonTable.All.Select(row => ReasonRow(row, words)));
        Part(to, words, 2, words.Heads[1], DetailTable.All.Select(row => DetailRow(row, words)));
        var kinds = Enum.GetValues<TransactionKind>();
        var head = words.Heads[2] + string.Concat(kinds.Select(kind => $" {words.KindOf(kind)} |"));
        Part(to, words, 3, head, ReasonTable.All.Where(row => (row.Class is ReasonClass.Decline or ReasonClass.RetryLater) && !EndsTheCall.Contains(row.Reason)).Select(row =>
            $"| {Name(row)} |" + string.Concat(kinds.Select(kind => TransactionRules.StoppedBy(kind).Contains(row.Reason) ? " − |" : " + |"))));
        Part(to, words, 4, words.Heads[3], De39Table.All.Select(code => CodeRow(code, words)));
    }

    private static void Part(TextWriter to, PageWords words, int part, string head, IEnumerable<string> rows)
    {
        to.Write($"\n## {words.Titles[part]}\n\n{words.Texts[part]}\n\n{head}\n|{string.Concat(Enumerable.Repeat("---|", head.Count(static letter => letter == '|') - 1))}\n");
        foreach (var row in rows)
        {
            to.Write(row + "\n");
        }
    }

    private static string ReasonRow(ReasonInfo row, PageWords words)
    {
        var remedy = RemedyTable.Of(row.Remedy);
        var (first, second) = words.IsZh ? (row.PromptZh, row.PromptEn) : (row.PromptEn, row.PromptZh);
        return $"| {Name(row)} | {first} | {second} | {row.De39} | {(MayWarn.Contains(row.Reason) ? words.WarnsOrDeclines : words.Classes[(int)row.Class])} | {words.Families[(int)row.Family]} | {To(remedy, words)} | {words.Actors[(int)remedy.By]} | {words.Visibilities[(int)row.Visibility]} |";
    }

    private static string DetailRow(DetailInfo row, PageWords words)
    {
        var remedy = RemedyTable.Of(row.Remedy);
        return $"| `{row.Code}` | `{ReasonTable.Of(row.Under).Code}` | {(words.IsZh ? row.PromptZh : row.PromptEn)} | {row.De39} | {words.Families[(int)row.Family]} | {To(remedy, words)} | {words.Actors[(int)remedy.By]} | {words.Visibilities[(int)row.Visibility]} |";
    }

    private static string CodeRow(De39Info code, PageWords words)
    {
        var reasons = ReasonTable.All.Where(row => row.De39 == code.Code).Select(row => $"`{row.Code}`")
            .Concat(DetailTable.All.Where(row => row.De39 == code.Code && ReasonTable.Of(row.Under).De39 != code.Code).Select(row => $"`{row.Code}`"));
        return $"| {code.Code} | {(words.IsZh ? code.Zh : code.En)} | {words.Action(code.Class)}{words.Special(code)} | {string.Join(' ', reasons)} |";
    }

    private static string To(RemedyInfo remedy, PageWords words) => $"`{remedy.Code}` {(words.IsZh ? remedy.Zh : remedy.En)}";

    private static string Name(ReasonInfo row) => $"`{row.Code}`{(row.IsConfidential ? "¹" : "")}";
}
