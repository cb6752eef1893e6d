using System.Collections.Immutable;
using VerifyGateway.Domain.Reasons;
using VerifyGateway.Domain.Records;

namespace VerifyGateway.Domain.Deciding;

/// <summary>The holds that bear on one check: those on the terminal, and those on merchant and identity where they may be told.</summary>
internal readonly ref struct HoldsInView(ImmutableArray<Hold> onTerminal, ImmutableArray<Hold> onMerchant)
{
    private readonly ReadOnlySpan<Hold> _onTerminal = onTerminal.AsSpan();
    private readonly ReadOnlySpan<Hold> _onMerchant = onMerchant.AsSpan();

    /// <summary>True when there is no hold at all.</summary>
    public bool None => _onTerminal.IsEmpty && _onMerchant.IsEmpty;

    /// <summary>True when a hold of the kind stands at that instant; says how many do.</summary>
    public bool CountStanding(HoldKind kind, long nowUnixMs, out int standing)
    {
        standing = Count(_onTerminal, kind, nowUnixMs) + Count(_onMerchant, kind, nowUnixMs);
        return standing > 0;
    }

    /// <summary>True when every hold of the kind that stands at that instant lets completions, refunds and voids pass.</summary>
    public bool AllLetReturnsPass(HoldKind kind, long nowUnixMs) => !AnyStopsReturns(_onTerminal, kind, nowUnixMs) && !AnyStopsReturns(_onMerchant, kind, nowUnixMs);

    /// <summary>How many holds of the kind stand at that instant on the terminal itself.</summary>
    public int CountOnTerminal(HoldKind kind, long nowUnixMs) => Count(_onTerminal, kind, nowUnixMs);

    /// <summary>How many holds of the kind stand at that instant on merchant or identity.</summary>
    public int CountOnMerchant(HoldKind kind, long nowUnixMs) => Count(_onMerchant, kind, nowUnixMs);

    /// <summary>Tells of each hold of the kind, ended and future ones included.</summary>
    public void Tell(ref Findings found, HoldKind kind, Reason reason)
    {
        TellOnTerminal(ref found, kind, reason);
        TellOnMerchant(ref found, kind, reason);
    }

    /// <summary>Tells of each hold of the kind on the terminal itself.</summary>
    public void TellOnTerminal(ref Findings found, HoldKind kind, Reason reason) => Tell(ref found, _onTerminal, kind, reason);

    /// <summary>Tells of each hold of the kind on merchant or identity.</summary>
    public void TellOnMerchant(ref Findings found, HoldKind kind, Reason reason) => Tell(ref found, _onMerchant, kind, reason);

    /// <summary>
    /// First instant from now on at which no hold of the kind stands, Unix milliseconds: one that begins before another ends goes
    /// on from there. 0 when there is no such instant, or no hold of the kind stands now. With <paramref name="onlyReturns"/>, holds
    /// that let completions, refunds and voids pass do not count.
    /// </summary>
    public long EndOf(HoldKind kind, long nowUnixMs, bool onlyReturns = false)
    {
        var end = nowUnixMs;
        while (true)
        {
            var later = Math.Max(Extend(_onTerminal, kind, end, onlyReturns), Extend(_onMerchant, kind, end, onlyReturns));
            if (later == end || later == long.MaxValue)
            {
                return later == nowUnixMs || later == long.MaxValue ? 0 : later;
            }

            end = later;
        }
    }

    /// <summary>
    /// First instant from now on at which no condition is open on the terminal, or else on merchant and identity, Unix milliseconds; 0 when
    /// there is no such instant, or none is open now: then something else stands that does not end by itself.
    /// </summary>
    public long EndOfCondition(bool onTerminal, long nowUnixMs)
    {
        var holds = onTerminal ? _onTerminal : _onMerchant;
        for (var end = nowUnixMs; ;)
        {
            var later = Extend(holds, HoldKind.System, end, onlyReturns: false);
            if (later == end || later == long.MaxValue)
            {
                return later == nowUnixMs || later == long.MaxValue ? 0 : later;
            }

            end = later;
        }
    }

    private static bool AnyStopsReturns(ReadOnlySpan<Hold> holds, HoldKind kind, long nowUnixMs)
    {
        foreach (ref readonly var hold in holds)
        {
            if (IsOf(hold, kind) && !hold.RefundsPass && hold.StandsAt(nowUnixMs))
            {
                return true;
            }
        }

        return false;
    }

    private static void Tell(ref Findings found, ReadOnlySpan<Hold> holds, HoldKind kind, Reason reason)
    {
        foreach (ref readonly var hold in holds)
        {
            if (IsOf(hold, kind))
            {
                var stands = hold.StandsAt(found.NowUnixMs);
                var (from, until) = (Say.Instant(hold.EffectiveAtUnixMs), Say.Instant(hold.UntilUnixMs));
                found.Evidence(
                    reason, stands, $"on the {Say.Word(hold.Target)}, from {from}{(hold.UntilUnixMs == 0 ? "" : $" until {until}")}{(hold.RefundsPass ? ", refunds pass" : "")}",
                    stands ? hold.UntilUnixMs == 0 ? "stands until it is lifted" : $"ends by itself at {until}" : found.NowUnixMs < hold.EffectiveAtUnixMs ? $"stands from {from}" : "has ended");
            }
        }
    }

    private static int Count(ReadOnlySpan<Hold> holds, HoldKind kind, long nowUnixMs)
    {
        var count = 0;
        foreach (ref readonly var hold in holds)
        {
            count += IsOf(hold, kind) && hold.StandsAt(nowUnixMs) ? 1 : 0;
        }

        return count;
    }

    /// <summary>The latest end among the holds of the kind that stand at that instant; the instant itself when none does.</summary>
    private static long Extend(ReadOnlySpan<Hold> holds, HoldKind kind, long unixMs, bool onlyReturns)
    {
        var end = unixMs;
        foreach (ref readonly var hold in holds)
        {
            if (IsOf(hold, kind) && hold.StandsAt(unixMs) && !(onlyReturns && hold.RefundsPass))
            {
                end = Math.Max(end, hold.UntilUnixMs == 0 ? long.MaxValue : hold.UntilUnixMs);
            }
        }

        return end;
    }

    /// <summary>A hold of a kind that is not known counts as one of risk control, which tells the least and stops the most.</summary>
    private static bool IsOf(in Hold hold, HoldKind kind) =>
        (hold.Kind is HoldKind.Holder or HoldKind.Judicial or HoldKind.Regulator or HoldKind.System ? hold.Kind : HoldKind.Risk) == kind;
}
