using System.Collections.Immutable;
using VerifyGateway.Domain.Identifiers;

namespace VerifyGateway.Domain.Lifecycle;

/// <summary>One version of a binding and the time in which it was in effect.</summary>
/// <param name="Sn">Serial number of the terminal.</param>
/// <param name="Acquirer">The acquirer whose merchant it is.</param>
/// <param name="MerchantNo">Merchant number (DE42).</param>
/// <param name="TerminalNo">Terminal number (DE41).</param>
/// <param name="Life">Which life of the serial number, from 1; a new one begins when a device that was withdrawn is bound again.</param>
/// <param name="Version">Version of the binding within that life, from 1.</param>
/// <param name="FromUnixMs">First instant in effect, Unix milliseconds.</param>
/// <param name="UntilUnixMs">First instant no longer in effect, Unix milliseconds; 0 while in effect.</param>
public sealed record BindingPeriod(
    TerminalSn Sn, AcquirerId Acquirer, MerchantNo MerchantNo, TerminalNo TerminalNo, int Life, long Version, long FromUnixMs, long UntilUnixMs)
{
    /// <summary>True when the version is in effect at that instant.</summary>
    public bool IsInEffectAt(long unixMs) => unixMs >= FromUnixMs && (UntilUnixMs == 0 || unixMs < UntilUnixMs);
}

/// <summary>
/// The bindings of serial numbers through time. Periods of one serial number never overlap, so that it has at most one binding at any
/// instant; what has ended is kept and never changes. Immutable, safe from any thread.
/// </summary>
public sealed class BindingHistory
{
    private BindingHistory(ImmutableArray<BindingPeriod> periods) => Periods = periods;

    /// <summary>The history without a binding.</summary>
    public static BindingHistory Empty { get; } = new([]);

    /// <summary>Every period, in the order in which they began to be known.</summary>
    public ImmutableArray<BindingPeriod> Periods { get; }

    /// <summary>The binding of a serial number as of an instant; null when it had none.</summary>
    public BindingPeriod? AsOf(TerminalSn sn, long unixMs) => Periods.FirstOrDefault(period => period.Sn == sn && period.IsInEffectAt(unixMs));

    /// <summary>True when a binding of the serial number may begin at that instant: none is in effect then or later, whichever acquirer's.</summary>
    public bool IsSnFree(TerminalSn sn, long fromUnixMs) => !Periods.Any(period => period.Sn == sn && ReachesTo(period, fromUnixMs));

    /// <summary>True when the merchant has no terminal with the number from that instant on.</summary>
    public bool IsTerminalNoFree(AcquirerId acquirer, MerchantNo merchant, TerminalNo no, long fromUnixMs) => !Periods.Any(period =>
        period.Acquirer == acquirer && period.MerchantNo == merchant && period.TerminalNo == no && ReachesTo(period, fromUnixMs));

    /// <summary>
    /// Begins a new life of a serial number. Refused, names everything that stands against it and gives the history as it is; the
    /// refusals say nothing of who holds the serial number.
    /// </summary>
    public BindingHistory Begin(
        TerminalSn sn, AcquirerId acquirer, MerchantNo merchant, TerminalNo no, long fromUnixMs, out ImmutableArray<Refusal> refusals)
    {
        refusals =
        [
            .. IsSnFree(sn, fromUnixMs) ? ImmutableArray<Refusal>.Empty : [Refusal.SnBoundElsewhere],
            .. IsTerminalNoFree(acquirer, merchant, no, fromUnixMs) ? ImmutableArray<Refusal>.Empty : [Refusal.TerminalNoTaken],
        ];
        var life = Periods.Where(period => period.Sn == sn).Select(period => period.Life).DefaultIfEmpty().Max() + 1;
        return refusals.IsEmpty ? new BindingHistory(Periods.Add(new BindingPeriod(sn, acquirer, merchant, no, life, 1, fromUnixMs, 0))) : this;
    }

    /// <summary>
    /// Puts the next version in the place of the one in effect: one ends as the other begins. The history as it is when the serial
    /// number has no binding that is open at that instant.
    /// </summary>
    public BindingHistory Change(TerminalSn sn, long atUnixMs) =>
        Open(sn, atUnixMs) is { } open
            ? new BindingHistory(Ended(open, atUnixMs).Add(open with { Version = open.Version + 1, FromUnixMs = atUnixMs }))
            : this;

    /// <summary>Ends the binding of a serial number. The history as it is when it has none that is open at that instant.</summary>
    public BindingHistory End(TerminalSn sn, long atUnixMs) => Open(sn, atUnixMs) is { } open ? new BindingHistory(Ended(open, atUnixMs)) : this;

    private static bool ReachesTo(BindingPeriod period, long unixMs) => period.UntilUnixMs == 0 || period.UntilUnixMs > unixMs;

    /// <summary>The period without an end that began before the instant: one of no length would be in effect never.</summary>
    private BindingPeriod? Open(TerminalSn sn, long unixMs) =>
        Periods.FirstOrDefault(period => period.Sn == sn && period.UntilUnixMs == 0 && period.FromUnixMs < unixMs);

    private ImmutableArray<BindingPeriod> Ended(BindingPeriod open, long atUnixMs) => Periods.Replace(open, open with { UntilUnixMs = atUnixMs });
}
