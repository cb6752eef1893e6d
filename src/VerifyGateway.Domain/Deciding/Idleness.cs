using VerifyGateway.Domain.Policies;
using VerifyGateway.Domain.Reasons;
using VerifyGateway.Domain.Records;

namespace VerifyGateway.Domain.Deciding;

/// <summary>
/// Since when a merchant has been idle and what follows when (银发〔2016〕261号: six months after opening; 银发〔2019〕85号: three and
/// twelve months). Instants are Unix milliseconds, <see cref="long.MaxValue"/> for never.
/// </summary>
/// <param name="Since">The day from which months are counted; null when nothing is known.</param>
/// <param name="NeverUsed">True when there was no transaction since opening.</param>
/// <param name="WarnsAtUnixMs">From when a check warns.</param>
/// <param name="DeclinesAtUnixMs">From when the grace is over.</param>
/// <param name="StopsAtUnixMs">From when business stops without grace.</param>
internal readonly record struct Idleness(DateOnly? Since, bool NeverUsed, long WarnsAtUnixMs, long DeclinesAtUnixMs, long StopsAtUnixMs)
{
    /// <summary>Why business stops.</summary>
    public ReasonDetail StopsBecauseOf => NeverUsed ? ReasonDetail.Dormant6M : ReasonDetail.Dormant12M;

    /// <summary>
    /// True when so few days have passed that no rule can say anything, whatever the calendar: no month has fewer than 28. Most merchants had
    /// a transaction yesterday, and need no more than this.
    /// </summary>
    public static bool IsTooShort(in MerchantRecord merchant, AcquirerRules rules, long nowUnixMs)
    {
        var months = merchant.LastActiveOn is null ? rules.UnusedStopMonths : rules.IdleReverifyMonths > 0 ? rules.IdleReverifyMonths : rules.IdleStopMonths;
        return months > 0 && (merchant.LastActiveOn ?? merchant.OpenedOn) is { } since && nowUnixMs < Math.Min(ChinaTime.StartOf(since) + (months * 28 * ChinaTime.DayMs), ChinaTime.StartOf(DateOnly.MaxValue));
    }

    public static Idleness Of(in MerchantRecord merchant, AcquirerRules rules)
    {
        if ((merchant.LastActiveOn ?? merchant.OpenedOn) is not { } since)
        {
            return new Idleness(null, false, long.MaxValue, long.MaxValue, long.MaxValue);
        }

        if (merchant.VerifiedAtUnixMs > 0 && ChinaTime.DayOf(merchant.VerifiedAtUnixMs) is var verified && verified > since)
        {
            since = verified;
        }

        return merchant.LastActiveOn is null
            ? new Idleness(since, true, long.MaxValue, long.MaxValue, After(since, rules.UnusedStopMonths))
            : new Idleness(
                since, false, After(since, rules.IdleReverifyMonths), After(since, rules.IdleReverifyMonths, rules.IdleReverifyGraceDays), After(since, rules.IdleStopMonths));
    }

    private static long After(DateOnly since, int months, int days = 0) =>
        months == 0 ? long.MaxValue : ChinaTime.StartOf(ChinaTime.AddMonths(since, months)) + (days * ChinaTime.DayMs);
}
