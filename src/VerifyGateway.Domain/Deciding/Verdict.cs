using VerifyGateway.Domain.Policies;
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

    /// <summary>Which of its causes the first reason has; when allowed, that of the first warning. Null when nothing finer is known.</summary>
    public ReasonDetail? Detail { get; init; }

    /// <summary>
    /// First instant at which a warning turns into a decline if nothing is done, Unix milliseconds: the deadline of a re-verification, the end
    /// of a document's grace. 0 when no warning has one.
    /// </summary>
    public long DeadlineUnixMs { get; init; }

    /// <summary>The policy that the first reason (when allowed, the first warning) comes from; null when it comes from none.</summary>
    public PolicyRule? Policy { get; init; }

    /// <summary>What removes the first reason (when allowed, <see cref="Remedy.None"/>).</summary>
    public Remedy Remedy => Detail is { } detail && !Reasons.IsEmpty ? DetailTable.Of(detail).Remedy : ReasonTable.Of(Primary).Remedy;

    /// <summary>
    /// The verdict as a caller without the right to confidential reasons may see it: judicial holds, sanctions and risk holds look alike and
    /// do not say when they end, and a detail that is confidential is not there.
    /// </summary>
    public Verdict Outward()
    {
        if (Reasons.IsEmpty && Warnings.IsEmpty && Detail is null)
        {
            return this;
        }

        var hidden = ReasonTable.Of(Reasons.IsEmpty ? Warnings.First : Primary).IsConfidential;
        return this with
        {
            Reasons = Reasons.Outward(),
            // What stops the transaction does not warn as well: else a warning beside it would tell that they are not the same.
            Warnings = Warnings.Outward().Except(Reasons.Outward()),
            UntilUnixMs = hidden ? 0 : UntilUnixMs,
            Detail = Detail is { } detail && DetailTable.Of(detail).Visibility == Visibility.Confidential ? null : Detail,
        };
    }
}
