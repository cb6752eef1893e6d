using System.Runtime.CompilerServices;
using VerifyGateway.Domain.Policies;
using VerifyGateway.Domain.Reasons;

namespace VerifyGateway.Domain.Deciding;

/// <summary>What the rules of one decision have found so far.</summary>
internal ref struct Findings(long nowUnixMs, ICollection<ExplanationStep>? explanation)
{
    private ReasonSet _against;
    private ReasonSet _warnings;
    private ReasonSet _letsReturns;
    private ReasonSet _stopsBatch;
    private ReasonSet _stopsSignIn;
    private RuleSection _section;
    private ExplanationStep? _last;

    /// <summary>The instant to decide for, Unix milliseconds.</summary>
    public readonly long NowUnixMs => nowUnixMs;

    /// <summary>True when no rule stands against anything or warns.</summary>
    public readonly bool None => _against.IsEmpty && _warnings.IsEmpty;

    /// <summary>True when somebody asked why.</summary>
    public readonly bool Explains => explanation is not null;

    /// <summary>The first cause of <see cref="Reason.ReverificationRequired"/> that stands against a sale, and the first that only warns; null when no rule knows one.</summary>
    public (ReasonDetail? Standing, ReasonDetail? Warning) Reverify { get; private set; }

    /// <summary>The first limit that is passed, and when all that are passed have counted anew (Unix milliseconds, 0 for never).</summary>
    public (ReasonDetail? Detail, long UntilUnixMs) Limit { get; private set; }

    /// <summary>When everything that asks for a re-verification now has ended by itself, Unix milliseconds; 0 when something does not.</summary>
    public long ReverifyUntilUnixMs { get; private set; } = -1;

    /// <summary>First instant at which a warning turns into a decline, Unix milliseconds; 0 for none.</summary>
    public long DeadlineUnixMs { get; private set; }

    /// <summary>When all numbers of transactions that are passed have counted anew, Unix milliseconds; 0 for never, null when none is passed.</summary>
    public long? CountUntilUnixMs { get; private set; }

    /// <summary>The first policy in the order that gave each of the four reasons that policies give.</summary>
    public PolicyFindings Policies;

    /// <summary>Says what the rules that follow look at.</summary>
    public void Begin(RuleSection section) => _section = section;

    /// <summary>Records that a rule was looked at; its words are put together only when somebody asked why. Without a change of its own, what removes the reason stands there.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Rule(
        Reason reason, bool applies, [InterpolatedStringHandlerArgument("")] Words saw, [InterpolatedStringHandlerArgument("")] Words change = default)
    {
        if (applies)
        {
            _against = _against.With(reason);
        }

        if (explanation is not null)
        {
            Explain(reason, applies, saw, change);
        }
    }

    /// <summary>Records a warning.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Warn(Reason reason, [InterpolatedStringHandlerArgument("")] Words saw, [InterpolatedStringHandlerArgument("")] Words change = default)
    {
        _warnings = _warnings.With(reason);
        if (explanation is not null)
        {
            Explain(reason, true, saw, change);
        }
    }

    /// <summary>Records what a policy does; the last step tells of it.</summary>
    public void Policy(Reason reason, bool stands)
    {
        _against = stands ? _against.With(reason) : _against;
        _warnings = stands ? _warnings : _warnings.With(reason);
    }

    /// <summary>Adds to the last step a part of what it was found from.</summary>
    public readonly void Evidence(Reason reason, bool applies, string saw, string change) =>
        _last?.Add(new ExplanationStep(_section, reason, applies, saw, change));

    /// <summary>Completions, refunds and voids pass in spite of the reason.</summary>
    public void LetReturnsPass(Reason reason) => _letsReturns = _letsReturns.With(reason);

    /// <summary>The reason stops a batch as well: what it settles is from after the end.</summary>
    public void StopBatch(Reason reason) => _stopsBatch = _stopsBatch.With(reason);

    /// <summary>The reason stops a sign-in as well.</summary>
    public void StopSignIn(Reason reason) => _stopsSignIn = _stopsSignIn.With(reason);

    /// <summary>Keeps the first cause of a re-verification that stands against a sale, and when the last of them ends (0 for never).</summary>
    public void BecauseOf(ReasonDetail? detail, long untilUnixMs)
    {
        Reverify = (Reverify.Standing ?? detail, Reverify.Warning);
        ReverifyUntilUnixMs = ReverifyUntilUnixMs < 0 ? untilUnixMs : Later(ReverifyUntilUnixMs, untilUnixMs);
    }

    /// <summary>Keeps the first cause of a re-verification that only warns.</summary>
    public void WarnsBecauseOf(ReasonDetail detail) => Reverify = (Reverify.Standing, Reverify.Warning ?? detail);

    /// <summary>Keeps the first deadline of a warning.</summary>
    public void DeclinesFrom(long unixMs) => DeadlineUnixMs = DeadlineUnixMs == 0 ? unixMs : Math.Min(DeadlineUnixMs, unixMs);

    /// <summary>Keeps the first limit that is passed; the reason ends with the last.</summary>
    public void Passed(ReasonDetail limit, long untilUnixMs) => Limit = Limit.Detail is { } first ? (first, Later(Limit.UntilUnixMs, untilUnixMs)) : (limit, untilUnixMs);

    /// <summary>Keeps when the numbers that are passed count anew.</summary>
    public void PassedCount(long untilUnixMs) => CountUntilUnixMs = CountUntilUnixMs is { } soFar ? Later(soFar, untilUnixMs) : untilUnixMs;

    /// <summary>The verdict for a kind of transaction: what does not stop the kind becomes a warning.</summary>
    public readonly Verdict ToVerdict(TransactionKind kind)
    {
        var stopping = TransactionRules.StoppedBy(kind);
        stopping = kind == TransactionKind.BatchSettlement ? stopping.Or(_stopsBatch) : kind == TransactionKind.SignIn ? stopping.Or(_stopsSignIn) : stopping;
        stopping = TransactionRules.FinishesOrReturns(kind) ? stopping.Except(_letsReturns) : stopping;
        var reasons = _against.And(stopping);
        var warnings = _warnings.Or(_against).Except(reasons);
        var decision = reasons.IsEmpty ? Decision.Allow
            : ReasonTable.Of(reasons.First).Class == ReasonClass.RetryLater ? Decision.RetryLater
            : Decision.Decline;
        return new Verdict(decision, reasons, warnings, UntilUnixMs: 0);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Explain(Reason reason, bool applies, Words saw, Words change)
    {
        _last = new ExplanationStep(_section, reason, applies, saw.ToString(), change.IsStated || !applies ? change.ToString() : ByRemedy(reason));
        explanation!.Add(_last);
    }

    /// <summary>The later of two instants at which something ends, where 0 is never.</summary>
    private static long Later(long oneUnixMs, long otherUnixMs) => oneUnixMs == 0 || otherUnixMs == 0 ? 0 : Math.Max(oneUnixMs, otherUnixMs);

    private static string ByRemedy(Reason reason) => RemedyTable.Of(ReasonTable.Of(reason).Remedy).En;
}

/// <summary>The first policy in the order for each reason that policies give; one that stands against goes before one that only warns.</summary>
internal struct PolicyFindings
{
    private (PolicyRule? Policy, bool Stands) _restricts;
    private (PolicyRule? Policy, bool Stands) _reverifies;
    private PolicyRule? _limitsAmount;
    private PolicyRule? _limitsCount;

    /// <summary>Keeps the policy unless an earlier one gave the reason.</summary>
    public void Keep(Reason reason, PolicyRule policy, bool stands)
    {
        switch (reason)
        {
            case Reason.PolicyRestricted:
                Keep(ref _restricts, policy, stands);
                break;
            case Reason.OverLimitAmount:
                _limitsAmount ??= policy;
                break;
            case Reason.OverLimitCount:
                _limitsCount ??= policy;
                break;
            default:
                Keep(ref _reverifies, policy, stands);
                break;
        }
    }

    /// <summary>The policy that gave the reason; null when none did.</summary>
    public readonly PolicyRule? Of(Reason reason) => reason switch
    {
        Reason.PolicyRestricted => _restricts.Policy,
        Reason.OverLimitAmount => _limitsAmount,
        Reason.OverLimitCount => _limitsCount,
        Reason.ReverificationRequired => _reverifies.Policy,
        _ => null,
    };

    private static void Keep(ref (PolicyRule? Policy, bool Stands) kept, PolicyRule policy, bool stands)
    {
        if (kept.Policy is null || (stands && !kept.Stands))
        {
            kept = (policy, stands);
        }
    }
}
