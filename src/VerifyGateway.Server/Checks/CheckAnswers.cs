using VerifyGateway.Caching;
using VerifyGateway.Domain.Deciding;
using VerifyGateway.Domain.Policies;
using VerifyGateway.Domain.Reasons;
using VerifyGateway.V1;
using Decision = VerifyGateway.Domain.Reasons.Decision;
using ExplanationStep = VerifyGateway.Domain.Deciding.ExplanationStep;
using Reason = VerifyGateway.Domain.Reasons.Reason;

namespace VerifyGateway.Server.Checks;

/// <summary>Writes a verdict as the answer that the caller may see.</summary>
internal static class CheckAnswers
{
    /// <summary>
    /// Warnings that ask for something to be done: they show on the screen of an allowed transaction. Others, such as a hold
    /// that does not stop a refund, are for programs.
    /// </summary>
    private static readonly ReasonSet Shown = ReasonSet.Of(
        Reason.DocumentExpired, Reason.DocumentExpiring, Reason.ReverificationRequired, Reason.TerminalLocationMissing, Reason.TerminalLocationOutOfArea);

    /// <summary>The longest that a caller is told to wait, milliseconds: what is closed may open again before it is planned to.</summary>
    private const long LongestWaitMs = 3_600_000;

    /// <summary>Writes the answer.</summary>
    /// <param name="request">The check.</param>
    /// <param name="verdict">The outcome, as far as the caller may see it.</param>
    /// <param name="view">The acquirer's words.</param>
    /// <param name="found">The records that it was decided from.</param>
    /// <param name="at">The instant that it was decided for and the first at which it is no longer good, Unix milliseconds.</param>
    public static CheckStatusResponse Write(
        CheckStatusRequest request, in Verdict verdict, AcquirerView view, in RecordAnswer found, (long NowUnixMs, long ValidUntilUnixMs) at)
    {
        var terminal = found.Pair.Terminal;
        var (reasons, warnings) = (verdict.Reasons, verdict.Warnings);
        var words = Words(verdict, view);
        var answer = new CheckStatusResponse
        {
            CorrelationId = request.CorrelationId,
            Decision = (V1.Decision)verdict.Decision,
            Remedy = (V1.Remedy)words.Remedy,
            De39 = verdict.Decision == Decision.Allow ? view.Of(Reason.Ok).De39 : words.De39,
            Prompt = request.Locale == Locale.En ? words.PromptEn : words.PromptZh,
            RetryAfterMs = verdict.Decision == Decision.RetryLater ? Math.Clamp(verdict.UntilUnixMs - at.NowUnixMs, 1, LongestWaitMs) : 0,
            UntilUnixMs = verdict.UntilUnixMs,
            DeadlineUnixMs = verdict.DeadlineUnixMs,
            BindingVersion = reasons.Contains(Reason.TerminalNotRegistered) ? 0 : terminal.Record?.BindingVersion ?? 0,
            Revision = found.Revision,
            AsOfUnixMs = found.AsOfUnixMs,
            ValidUntilUnixMs = at.ValidUntilUnixMs,
            Source = (AnswerSource)found.Source,
            Detail = (V1.ReasonDetail)(verdict.Detail ?? 0),
        };
        if (verdict.Policy is { } policy)
        {
            answer.Policy = new PolicyReference
            {
                PolicyId = policy.Id, Version = policy.Version, Document = policy.Document, Message = request.Locale == Locale.En ? policy.MessageEn : policy.MessageZh,
            };
        }

        foreach (var reason in reasons)
        {
            answer.Reasons.Add((V1.Reason)reason);
        }

        foreach (var warning in warnings)
        {
            answer.Warnings.Add((V1.Reason)warning);
        }

        return answer;
    }

    /// <summary>What the screen shows: the line of the detail where it has one and the acquirer has none of its own, else that of the reason.</summary>
    private static ReasonInfo Words(in Verdict verdict, AcquirerView view)
    {
        var reason = verdict.Reasons.IsEmpty ? verdict.Warnings.And(Shown).First : verdict.Reasons.First;
        var words = view.Of(reason);
        var isOfTheFirst = reason == (verdict.Reasons.IsEmpty ? verdict.Warnings.First : verdict.Reasons.First);
        if (verdict.Detail is not { } detail || !isOfTheFirst)
        {
            return words;
        }

        var finer = DetailTable.Of(detail);
        var own = view.OwnWords(reason);
        return words with
        {
            Remedy = finer.Remedy,
            De39 = own?.De39 ?? finer.De39,
            PromptZh = own?.PromptZh ?? finer.PromptZh ?? words.PromptZh,
            PromptEn = own?.PromptEn ?? finer.PromptEn ?? words.PromptEn,
        };
    }

    /// <summary>Adds the rules that were looked at; confidential ones become one neutral step for a caller who may not tell them apart.</summary>
    public static void Explain(CheckStatusResponse answer, IReadOnlyList<ExplanationStep> steps, bool mayTellApart)
    {
        var hidden = mayTellApart ? [] : steps.Where(step => ReasonSet.Confidential.Contains(step.Rule)).ToList();
        foreach (var step in steps)
        {
            if (hidden.Count > 0 && step == hidden[0])
            {
                var applies = hidden.Any(it => it.Applies);
                answer.Explanation.Add(Step(new ExplanationStep(step.Section, Reason.FrozenByRisk, applies, applies ? "a restriction is in force" : "no restriction in force", "")));
            }
            else if (!hidden.Contains(step))
            {
                answer.Explanation.Add(Step(step));
            }
        }
    }

    private static V1.ExplanationStep Step(ExplanationStep step) => new()
    {
        Rule = (V1.Reason)step.Rule, Applies = step.Applies, Saw = step.Saw, Section = (V1.RuleSection)step.Section, Change = step.Change,
        Children = { step.Children.Select(Step) },
    };
}
