using VerifyGateway.Domain.Reasons;
using VerifyGateway.V1;
using ExplanationStep = VerifyGateway.Domain.Deciding.ExplanationStep;
using Reason = VerifyGateway.Domain.Reasons.Reason;

namespace VerifyGateway.Server.Checks;

/// <summary>Writes answers as messages.</summary>
internal static class CheckAnswers
{
    /// <summary>Writes the answer to a check.</summary>
    public static CheckStatusResponse Write(CheckStatusRequest request, in CheckOutcome outcome)
    {
        ref readonly var verdict = ref outcome.Verdict;
        var isEnglish = request.Locale == Locale.En;
        var answer = new CheckStatusResponse
        {
            CorrelationId = request.CorrelationId,
            Decision = (V1.Decision)verdict.Decision,
            Remedy = (V1.Remedy)outcome.Remedy,
            De39 = outcome.De39,
            Prompt = isEnglish ? outcome.PromptEn : outcome.PromptZh,
            RetryAfterMs = outcome.RetryAfterMs,
            UntilUnixMs = verdict.UntilUnixMs,
            DeadlineUnixMs = verdict.DeadlineUnixMs,
            BindingVersion = outcome.BindingVersion,
            Revision = outcome.Revision,
            AsOfUnixMs = outcome.AsOfUnixMs,
            ValidUntilUnixMs = outcome.ValidUntilUnixMs,
            Source = (AnswerSource)outcome.Source,
            Detail = (V1.ReasonDetail)(verdict.Detail ?? 0),
        };
        if (verdict.Policy is { } policy)
        {
            answer.Policy = new PolicyReference
            {
                PolicyId = policy.Id, Version = policy.Version, Document = policy.Document, Message = isEnglish ? policy.MessageEn : policy.MessageZh,
            };
        }

        foreach (var reason in verdict.Reasons)
        {
            answer.Reasons.Add((V1.Reason)reason);
        }

        foreach (var warning in verdict.Warnings)
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
