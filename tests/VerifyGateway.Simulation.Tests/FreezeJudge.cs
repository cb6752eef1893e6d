using VerifyGateway.Caching;
using VerifyGateway.Caching.Store;
using VerifyGateway.Domain.Deciding;
using VerifyGateway.Domain.Identifiers;
using VerifyGateway.Domain.Policies;
using VerifyGateway.Domain.Reasons;

namespace VerifyGateway.Simulation.Tests;

/// <summary>
/// Decides from the records of an answer as the product does, at the gateway's own instant, and judges it: a freeze that was committed longer
/// ago than the bound lets nothing pass, however far the clocks of who wrote it and of who decides are apart.
/// </summary>
internal sealed class FreezeJudge(SimStore store, int freshForMs, Action<string, string> violate)
{
    private static readonly PolicySnapshot Policies =
        PolicyCompiler.TryCompile(new PolicySet(), out var snapshot, out var errors) ? snapshot : throw new InvalidOperationException(string.Join(' ', errors));

    /// <summary>The number that all terminals are filed with.</summary>
    public static TerminalNo TerminalNo { get; } = TerminalNo.TryParse("T0000001", out var no, out _) ? no : throw new InvalidOperationException();

    /// <summary>Judges a fresh answer.</summary>
    /// <param name="key">The records' names.</param>
    /// <param name="answer">The answer.</param>
    /// <param name="fromMs">When the check began.</param>
    /// <param name="nowUnixMs">What it is decided for, by the gateway's clock, Unix milliseconds.</param>
    /// <param name="counts">Takes what was decided.</param>
    public void Judge(in PairKey key, in RecordAnswer answer, double fromMs, long nowUnixMs, CheckCounts counts)
    {
        var (terminal, merchant) = answer.Pair;
        var query = new StatusQuery(key.Terminal.Acquirer, key.Terminal.Sn, TerminalNo, key.Merchant.No, TransactionKind.Sale);
        var verdict = StatusDecision.Decide(query, terminal.Record, merchant.Record, Policies, nowUnixMs);
        counts.Allowed += verdict.Decision == Decision.Allow ? 1 : 0;
        if (merchant.Record is not { Holds: [var hold] } || merchant.Revision <= 0)
        {
            return;
        }

        counts.Frozen += verdict.Reasons.Contains(Reason.FrozenByRisk) ? 1 : 0;
        var since = fromMs - store.Get(merchant.Revision).AtMs;
        if (verdict.Decision == Decision.Allow && since > freshForMs)
        {
            violate("freeze", FormattableString.Invariant($"{key.Merchant} was frozen at once by revision {merchant.Revision}, and a check that began {since:F1} ms later was allowed from it: by the writer's clock the freeze begins {hold.EffectiveAtUnixMs - nowUnixMs} ms after the gateway's now"));
        }
    }
}
