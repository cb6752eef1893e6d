using VerifyGateway.Domain.Reasons;

namespace VerifyGateway.Domain.Deciding;

/// <summary>The outcome of one check.</summary>
/// <param name="Decision">What to do with the transaction.</param>
/// <param name="Reasons">Everything that stands against the transaction; empty when allowed.</param>
/// <param name="Warnings">What does not stop this transaction.</param>
/// <param name="UntilUnixMs">When the first reason ends by itself, Unix milliseconds; 0 when it does not.</param>
public readonly record struct Verdict(Decision Decision, ReasonSet Reasons, ReasonSet Warnings, long UntilUnixMs)
{
    /// <summary>The reason to act on; <see cref="Reason.Ok"/> when allowed.</summary>
    public Reason Primary => Reasons.First;
}

/// <summary>One rule that was looked at.</summary>
/// <param name="Rule">The reason that the rule can give.</param>
/// <param name="Applies">True when it stands against the transaction or warns.</param>
/// <param name="Saw">What the rule saw, in English; states and dates, never identifiers.</param>
public readonly record struct ExplanationStep(Reason Rule, bool Applies, string Saw);
