namespace VerifyGateway.Domain.Records;

/// <summary>
/// A freeze with an owner. Several can stand at once; one that has ended stops mattering at its instant, with no job running.
/// </summary>
/// <param name="Kind">Who placed it.</param>
/// <param name="Target">What it stands on.</param>
/// <param name="EffectiveAtUnixMs">First instant at which it stands, Unix milliseconds.</param>
/// <param name="UntilUnixMs">First instant at which it no longer stands, Unix milliseconds; 0 when it does not end by itself.</param>
/// <param name="RefundsPass">With <see cref="HoldKind.Risk"/>: true when who placed it lets completions, refunds and voids pass; without meaning for other kinds.</param>
public readonly record struct Hold(HoldKind Kind, HoldTarget Target, long EffectiveAtUnixMs, long UntilUnixMs, bool RefundsPass = false)
{
    /// <summary>True when the hold stands at that instant.</summary>
    public bool StandsAt(long unixMs) => unixMs >= EffectiveAtUnixMs && (UntilUnixMs == 0 || unixMs < UntilUnixMs);
}
