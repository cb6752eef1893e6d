using VerifyGateway.Caching;
using VerifyGateway.Domain.Deciding;
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
        Reason.DocumentExpired, Reason.DocumentExpiring, Reason.ReverificationRequired, Reason.TerminalLocationMissing);

    /// <summary>Writes the answer.</summary>
    /// <param name="request">The check.</param>
    /// <param name="verdict">The outcome.</param>
    /// <param name="found">The records that it was decided from.</param>
    /// <param name="validUntilUnixMs">First instant at which the answer is no longer good, Unix milliseconds.</param>
    /// <param name="mayTellApart">True when the caller may tell the confidential reasons apart.</param>
    public static CheckStatusResponse Write(CheckStatusRequest request, in Verdict verdict, in RecordAnswer found, long validUntilUnixMs, bool mayTellApart)
    {
        var (terminal, merchant) = found.Pair;
        var reasons = mayTellApart ? verdict.Reasons : verdict.Reasons.Outward();
        var warnings = mayTellApart ? verdict.Warnings : verdict.Warnings.Outward();
        var telling = ReasonTable.Of(reasons.IsEmpty ? warnings.And(Shown).First : reasons.First);
        var answer = new CheckStatusResponse
        {
            CorrelationId = request.CorrelationId,
            Decision = (V1.Decision)verdict.Decision,
            Remedy = (V1.Remedy)telling.Remedy,
            De39 = verdict.Decision == Decision.Allow ? ReasonTable.Of(Reason.Ok).De39 : telling.De39,
            Prompt = request.Locale == Locale.En ? telling.PromptEn : telling.PromptZh,
            UntilUnixMs = telling.IsConfidential && !mayTellApart ? 0 : verdict.UntilUnixMs,
            BindingVersion = terminal.Record?.BindingVersion ?? 0,
            Revision = Math.Min(terminal.Head, merchant.Head),
            AsOfUnixMs = Math.Min(terminal.ReadAtUnixMs, merchant.ReadAtUnixMs),
            ValidUntilUnixMs = validUntilUnixMs,
            Source = (AnswerSource)found.Source,
        };
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

    /// <summary>Adds the rules that were looked at; confidential ones become one neutral step for a caller who may not tell them apart.</summary>
    public static void Explain(CheckStatusResponse answer, IReadOnlyList<ExplanationStep> steps, bool mayTellApart)
    {
        var hidden = mayTellApart ? [] : steps.Where(step => ReasonSet.Confidential.Contains(step.Rule)).ToList();
        foreach (var step in steps)
        {
            if (hidden.Count > 0 && step == hidden[0])
            {
                var applies = hidden.Any(it => it.Applies);
                answer.Explanation.Add(Step(new ExplanationStep(Reason.FrozenByRisk, applies, applies ? "a restriction is in force" : "no restriction in force")));
            }
            else if (!hidden.Contains(step))
            {
                answer.Explanation.Add(Step(step));
            }
        }
    }

    private static V1.ExplanationStep Step(in ExplanationStep step) => new() { Rule = (V1.Reason)step.Rule, Applies = step.Applies, Saw = step.Saw };
}
