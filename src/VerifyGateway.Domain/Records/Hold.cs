namespace VerifyGateway.Domain.Records;

/// <summary>
/// A freeze with an owner. Several can stand at once; one that has ended stops mattering at its instant, with no job running.
/// </summary>
/// <param name="Kind">Who placed it.</param>
/// <param name="Target">What it stands on.</param>
/// <param name="EffectiveAtUnixMs">First instant at which it stands, Unix milliseconds.</param>
/// <param name="UntilUnixMs">First instant at which it no longer stands, Unix milliseconds; 0 when it does not end by itself.</param>
/// <param name="RefundsPass">With <see cref="HoldKind.Risk"/>: true when who placed it lets completions, refunds and voids pass; without meaning for other kinds.</param>
/// <param name="StandsAtOnce">True when it was placed to stand from its commit on: whoever knows of it is past its beginning, whatever his clock says.</param>
public readonly record struct Hold(
    HoldKind Kind, HoldTarget Target, long EffectiveAtUnixMs, long UntilUnixMs, bool RefundsPass = false, bool StandsAtOnce = false)
{
    /// <summary>True when the hold, which is known, stands at that instant of one's own clock.</summary>
    public bool StandsAt(long unixMs) => (StandsAtOnce || unixMs >= EffectiveAtUnixMs) && (UntilUnixMs == 0 || unixMs < UntilUnixMs);
}
