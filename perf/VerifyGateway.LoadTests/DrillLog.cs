using System.Data;
using System.Diagnostics;
using System.Globalization;

namespace VerifyGateway.LoadTests;

/// <summary>What came of the checks before, during and after a drill, by when they ended.</summary>
/// <param name="slow">A check that takes longer is not in time.</param>
internal sealed class DrillLog(TimeSpan slow)
{
    private static readonly string[] Phases = ["before", "during", "after"];

    /// <summary>Time after the drill is looked at in tenths of seconds.</summary>
    private const int SlicesPerSecond = 10;

    /// <summary>One of so many checks may be bad in a good second.</summary>
    private const int OneBadIn = 100;

    private readonly Lock _gate = new();
    private readonly SortedDictionary<(int Phase, string Code), (int Failed, int Ok)> _codes = [];
    private readonly Dictionary<int, (int All, int Bad)> _after = [];
    private long _began = long.MaxValue;
    private long _ended = long.MaxValue;

    /// <summary>
    /// From the end of the drill to the first second of which 99 % of the checks were answered well and in time; null when there was no
    /// such second, or no end.
    /// </summary>
    public TimeSpan? Recovery
    {
        get
        {
            lock (_gate)
            {
                var last = _after.Count == 0 ? -1 : _after.Keys.Max();
                for (var from = 0; from + SlicesPerSecond - 1 <= last; from++)
                {
                    var second = Enumerable.Range(from, SlicesPerSecond).Select(slice => _after.GetValueOrDefault(slice)).ToArray();
                    if (second.Sum(static slice => slice.All) is > 0 and var all && second.Sum(static slice => slice.Bad) * OneBadIn <= all)
                    {
                        return TimeSpan.FromSeconds(from / (double)SlicesPerSecond);
                    }
                }

                return null;
            }
        }
    }

    /// <summary>How long it was broken; null when it did not come to an end.</summary>
    public TimeSpan? Outage => Volatile.Read(ref _ended) is < long.MaxValue and var ended ? Stopwatch.GetElapsedTime(_began, ended) : null;

    /// <summary>The drill has begun at that timestamp.</summary>
    public void Begin(long timestamp) => Volatile.Write(ref _began, timestamp);

    /// <summary>All is mended.</summary>
    public void End(long timestamp) => Volatile.Write(ref _ended, timestamp);

    /// <summary>A check has been answered, or given up.</summary>
    public void Answered(long began, long ended, string code, bool isError)
    {
        var (drillBegan, drillEnded) = (Volatile.Read(ref _began), Volatile.Read(ref _ended));
        var phase = ended < drillBegan ? 0 : ended < drillEnded ? 1 : 2;
        lock (_gate)
        {
            var (failed, ok) = _codes.GetValueOrDefault((phase, code));
            _codes[(phase, code)] = isError ? (failed + 1, ok) : (failed, ok + 1);
            if (phase == 2)
            {
                var slice = (int)(Stopwatch.GetElapsedTime(drillEnded, ended).TotalSeconds * SlicesPerSecond);
                var (all, bad) = _after.GetValueOrDefault(slice);
                _after[slice] = (all + 1, isError || Stopwatch.GetElapsedTime(began, ended) > slow ? bad + 1 : bad);
            }
        }
    }

    /// <summary>How often checks failed so in a phase: before, during or after.</summary>
    public int Failed(string phase) => Select(static cell => cell.Failed, phase);

    /// <summary>How often checks ended well in a phase.</summary>
    public int Ok(string phase) => Select(static cell => cell.Ok, phase);

    /// <summary>The failures of a phase by code, as text; empty when there are none.</summary>
    public string FailuresOf(string phase)
    {
        lock (_gate)
        {
            return string.Join(", ", _codes.Where(cell => Phases[cell.Key.Phase] == phase && cell.Value.Failed > 0).Select(static cell => $"{cell.Key.Code} {cell.Value.Failed}"));
        }
    }

    /// <summary>All of it, for the reports.</summary>
    public DataTable ToTable()
    {
        lock (_gate)
        {
            return GatewayWatch.Table("Before, during and after the drill", ["when", "code", "ok", "failed"],
                [.. _codes.Select(static cell => new object[] { Phases[cell.Key.Phase], cell.Key.Code, cell.Value.Ok, cell.Value.Failed })]);
        }
    }

    /// <summary>How it went, for the summary.</summary>
    public IEnumerable<string> Notes()
    {
        foreach (var phase in Phases)
        {
            var failures = FailuresOf(phase);
            yield return string.Create(CultureInfo.InvariantCulture, $"{phase}: {Ok(phase):N0} ok, {Failed(phase):N0} failed{(failures.Length > 0 ? $" ({failures})" : "")}");
        }

        yield return Recovery is { } recovery
            ? string.Create(CultureInfo.InvariantCulture, $"recovered {recovery.TotalSeconds:0.0} s after the drill's end: from then on a second with 99 % of the checks well and within {slow.TotalMilliseconds:0} ms")
            : "**not recovered**";
    }

    private int Select(Func<(int Failed, int Ok), int> count, string phase)
    {
        lock (_gate)
        {
            return _codes.Where(cell => Phases[cell.Key.Phase] == phase).Sum(cell => count(cell.Value));
        }
    }
}
