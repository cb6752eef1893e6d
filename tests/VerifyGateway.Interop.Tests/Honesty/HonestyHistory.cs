using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using VerifyGateway.V1;

namespace VerifyGateway.Interop.Tests.Honesty;

/// <summary>One check: of which process, between which instants, what it asked for and its answer.</summary>
/// <param name="Process">The gateway's process; another one after each start.</param>
/// <param name="Terminal">Number of the terminal.</param>
/// <param name="AtLeast">The revision that was asked for; 0 for none.</param>
/// <param name="BeganMs">When it was sent.</param>
/// <param name="EndedMs">When its answer was there.</param>
/// <param name="Decision">What was decided.</param>
/// <param name="Source">Where the records came from.</param>
/// <param name="Revision">The revision of the answer.</param>
/// <param name="WasQueued">True when it was sent to a gateway that was stopped.</param>
internal readonly record struct Check(
    int Process, int Terminal, long AtLeast, double BeganMs, double EndedMs, Decision Decision, AnswerSource Source, long Revision, bool WasQueued = false);

/// <summary>One freeze: committed before the one instant, standing until the other at least.</summary>
/// <param name="Kind">Kind of the hold.</param>
/// <param name="Target">What it stands on.</param>
/// <param name="First">The first terminal that it stops.</param>
/// <param name="Count">How many it stops.</param>
/// <param name="HoldId">The hold.</param>
/// <param name="Revision">The revision of the write.</param>
/// <param name="CommittedBeforeMs">When the write was answered.</param>
/// <param name="LiftedAfterMs">When its lifting was asked for.</param>
internal sealed record Freeze(HoldKind Kind, HoldTarget Target, int First, int Count, string HoldId, long Revision, double CommittedBeforeMs, double LiftedAfterMs = double.MaxValue)
{
    /// <summary>True when it stops the terminal.</summary>
    public bool Stops(int terminal) => terminal >= First && terminal < First + Count;
}

/// <summary>Every check and every freeze, to be judged when all is over. Safe from many threads until it is judged.</summary>
internal sealed class HonestyHistory
{
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly ConcurrentQueue<Check> _checks = new();
    private readonly ConcurrentQueue<Freeze> _freezes = new();
    private readonly ConcurrentQueue<long> _writes = new();
    private readonly Freeze?[] _recent = new Freeze?[256];
    private int _placed;
    private int _couldNotTell;

    /// <summary>The clock of the history.</summary>
    public double NowMs => _clock.Elapsed.TotalMilliseconds;

    /// <summary>The revisions of all writes that were answered.</summary>
    public IReadOnlyCollection<long> Writes => _writes;

    /// <summary>A check was answered.</summary>
    public void Add(in Check check) => _checks.Enqueue(check);

    /// <summary>A freeze is over, or the end has come.</summary>
    public void Add(Freeze freeze) => _freezes.Enqueue(freeze);

    /// <summary>A check had no answer: gone, stopped, or it could not be told. Anything but an ALLOW is honest.</summary>
    public void AddUntold() => Interlocked.Increment(ref _couldNotTell);

    /// <summary>A write was answered.</summary>
    public void AddWrite(long revision) => _writes.Enqueue(revision);

    /// <summary>A freeze has been placed: it is worth asking for.</summary>
    public void Placed(Freeze freeze) => Volatile.Write(ref _recent[Interlocked.Increment(ref _placed) % _recent.Length], freeze);

    /// <summary>One of the last freezes; null when there is none there.</summary>
    public Freeze? AnyRecent(Random random) => Volatile.Read(ref _recent[random.Next(_recent.Length)]);

    /// <summary>
    /// A check that began later than the bound after a freeze was answered, or that asked for its revision, and that ended before its lifting
    /// was asked for, had only one true answer. An answer is no older than was asked for. And what a process answers from memory is as of
    /// where it has come to: it never goes back.
    /// </summary>
    public HonestyVerdict Judge(double boundMs)
    {
        var freezes = _freezes.ToLookup(static freeze => freeze.First / HonestyFleet.PerIdentity);
        var (stale, back) = (new List<string>(), new List<string>());
        var (late, asked, queued) = (0, 0, 0);
        var kinds = new SortedSet<HoldKind>();
        var targets = new SortedSet<HoldTarget>();
        foreach (var check in _checks)
        {
            if (check.Revision < check.AtLeast)
            {
                back.Add(Text($"process {check.Process} answered as of {check.Revision} where {check.AtLeast} was asked for: {check}"));
            }

            foreach (var freeze in freezes[check.Terminal / HonestyFleet.PerIdentity])
            {
                var isLate = check.BeganMs > freeze.CommittedBeforeMs + boundMs;
                if ((!isLate && check.AtLeast < freeze.Revision) || check.EndedMs >= freeze.LiftedAfterMs || !freeze.Stops(check.Terminal))
                {
                    continue;
                }

                (late, asked, queued) = (late + (isLate ? 1 : 0), asked + (isLate ? 0 : 1), queued + (check.WasQueued ? 1 : 0));
                kinds.Add(freeze.Kind);
                targets.Add(freeze.Target);
                if (check.Decision == Decision.Allow)
                {
                    stale.Add(Text($"process {check.Process} allowed from {check.Source}, {check.BeganMs - freeze.CommittedBeforeMs:F0} ms after the freeze: {check} {freeze}"));
                }

                break;
            }
        }

        back.AddRange(_checks.Where(static check => check.Source == AnswerSource.Memory).GroupBy(static check => check.Process).SelectMany(Falls));
        var sources = string.Join(", ", _checks.GroupBy(static check => check.Source).OrderBy(static group => group.Key).Select(static group => Text($"{group.Key} {group.Count()}")));
        return new HonestyVerdict(late, asked, queued, _freezes.Count, _checks.Any(static check => check.Decision == Decision.Allow), stale, back, kinds, targets, Text(
            $"{_checks.Count} checks ({sources}), {_couldNotTell} could not tell, {_freezes.Count} freezes ({string.Join('/', kinds)} on {string.Join('/', targets)}); {late} checks had to decline by their time ({queued} of them queued), {asked} by their revision; stale ALLOWs: {stale.Count}, revisions that went back: {back.Count}"));
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    /// <summary>Answers of one process that are older than one which was there before they were asked for.</summary>
    private static IEnumerable<string> Falls(IEnumerable<Check> checks)
    {
        var began = checks.OrderBy(static check => check.BeganMs).ToList();
        var ended = began.OrderBy(static check => check.EndedMs).ToList();
        var (next, newest) = (0, default(Check));
        foreach (var check in began)
        {
            for (; ended[next].EndedMs < check.BeganMs; next++)
            {
                newest = ended[next].Revision > newest.Revision ? ended[next] : newest;
            }

            if (check.Revision < newest.Revision)
            {
                yield return Text($"process {check.Process} went back from {newest} to {check}");
            }
        }
    }
}

/// <summary>What was found in a history.</summary>
/// <param name="Late">Checks that had to decline because they began later than the bound after a freeze.</param>
/// <param name="Asked">Checks that had to decline because they asked for the revision of a freeze.</param>
/// <param name="Queued">Those of them that a stopped gateway found when it went on.</param>
/// <param name="Freezes">How many freezes there were.</param>
/// <param name="HasAllowed">True when anything was allowed at all.</param>
/// <param name="Stale">Those that were allowed though they had to decline.</param>
/// <param name="Back">Answers that are older than they may be.</param>
/// <param name="Kinds">Kinds of the holds that checks had to decline by.</param>
/// <param name="Targets">What those stood on.</param>
/// <param name="Line">All of it in one line.</param>
internal sealed record HonestyVerdict(
    int Late, int Asked, int Queued, int Freezes, bool HasAllowed, IReadOnlyList<string> Stale, IReadOnlyList<string> Back, IReadOnlySet<HoldKind> Kinds, IReadOnlySet<HoldTarget> Targets, string Line);
