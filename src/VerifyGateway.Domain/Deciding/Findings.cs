using VerifyGateway.Domain.Reasons;

namespace VerifyGateway.Domain.Deciding;

/// <summary>What the rules of one decision have found so far.</summary>
internal ref struct Findings(long nowUnixMs, ICollection<ExplanationStep>? explanation)
{
    private ReasonSet _against;
    private ReasonSet _warnings;

    /// <summary>The instant to decide for, Unix milliseconds.</summary>
    public readonly long NowUnixMs => nowUnixMs;

    /// <summary>Records that a rule was looked at; <paramref name="say"/> runs only when somebody asked why.</summary>
    public void Rule<T>(Reason reason, bool applies, T seen, Func<T, string> say)
    {
        if (applies)
        {
            _against = _against.With(reason);
        }

        explanation?.Add(new ExplanationStep(reason, applies, say(seen)));
    }

    /// <summary>Records a warning.</summary>
    public void Warn<T>(Reason reason, T seen, Func<T, string> say)
    {
        _warnings = _warnings.With(reason);
        explanation?.Add(new ExplanationStep(reason, true, say(seen)));
    }

    /// <summary>The verdict for a kind of transaction: what does not stop the kind becomes a warning.</summary>
    public readonly Verdict ToVerdict(TransactionKind kind)
    {
        var reasons = _against.And(TransactionRules.StoppedBy(kind));
        var warnings = _warnings.Or(_against.Except(reasons));
        var decision = reasons.IsEmpty ? Decision.Allow : Decision.Decline;
        return new Verdict(decision, reasons, warnings, UntilUnixMs: 0);
    }
}
