using System.Diagnostics;

namespace VerifyGateway.LoadTests;

/// <summary>
/// Keeps when the freeze of each terminal was answered, and says what a check that began at an instant may answer. The freeze was
/// committed before it was answered, so a check that began later than (answer + bound) began later than (commit + bound), and an ALLOW
/// is stale: never the other way round.
/// </summary>
/// <param name="first">The first terminal that may be frozen.</param>
/// <param name="terminals">How many.</param>
/// <param name="bound">The bound on staleness.</param>
internal sealed class FreezeLedger(int first, int terminals, TimeSpan bound)
{
    private const long Asked = long.MaxValue;
    private readonly long[] _frozenAt = new long[terminals];
    private long _longest;

    /// <summary>What an answer means.</summary>
    internal enum Meaning
    {
        /// <summary>No freeze was asked for when the answer came: only ALLOW is right.</summary>
        NotFrozen,

        /// <summary>A freeze is under way, or was answered less than the bound before the check began: either answer is right.</summary>
        WithinBound,

        /// <summary>The freeze was answered longer ago: only DECLINE is right.</summary>
        AfterBound,
    }

    /// <summary>How long after the answer to a freeze the latest check began that was still allowed.</summary>
    public TimeSpan LongestAllowed => Stopwatch.GetElapsedTime(0, Volatile.Read(ref _longest));

    /// <summary>A freeze is about to be asked for.</summary>
    public void Ask(int terminal) => Volatile.Write(ref _frozenAt[terminal - first], Asked);

    /// <summary>The freeze has been answered.</summary>
    public void Answered(int terminal, long timestamp) => Volatile.Write(ref _frozenAt[terminal - first], timestamp);

    /// <summary>What an answer means that has just come, to a check that began at a timestamp.</summary>
    public Meaning Of(int terminal, long began, bool isAllowed)
    {
        var frozen = (uint)(terminal - first) < (uint)_frozenAt.Length ? Volatile.Read(ref _frozenAt[terminal - first]) : 0;
        if (frozen == 0)
        {
            return Meaning.NotFrozen;
        }

        if (frozen == Asked || began < frozen)
        {
            return Meaning.WithinBound;
        }

        if (isAllowed)
        {
            for (var longest = Volatile.Read(ref _longest); began - frozen > longest;)
            {
                longest = Interlocked.CompareExchange(ref _longest, began - frozen, longest) is var seen && seen == longest ? began - frozen : seen;
            }
        }

        return Stopwatch.GetElapsedTime(frozen, began) > bound ? Meaning.AfterBound : Meaning.WithinBound;
    }
}
