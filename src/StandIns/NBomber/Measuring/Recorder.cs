using System.Collections.Concurrent;
using NBomber.Contracts;
using NBomber.Contracts.Stats;

namespace NBomber.Measuring;

/// <summary>
/// Counts the iterations of one scenario in one phase. Warm-up has a recorder of its own, which nobody reads: what it began and ends
/// later cannot get among the counted.
/// </summary>
internal sealed class Recorder
{
    private readonly Measurements _ok = new(isError: false, hasSchedule: true);
    private readonly Measurements _fail = new(isError: true, hasSchedule: true);
    /// <summary>A run has a few steps. Each takes some 40 KB, so that a name with an id in it would fill the memory.</summary>
    public const int MostSteps = 200;

    /// <summary>The step that counts the runs of all steps beyond.</summary>
    public const string OtherSteps = "(others)";

    /// <summary>A start that is later than this is late.</summary>
    private const long LateNs = 5_000_000;

    private readonly Histogram _startLag = new();
    private readonly Lock _newStep = new();
    private readonly ConcurrentDictionary<string, StepRecorder> _steps = new(StringComparer.Ordinal);
    private readonly Histogram _secondLatency = new();
    private readonly Histogram _secondService = new();
    private readonly long[] _scratch = new long[Buckets.Count];
    private readonly List<SecondStats> _timeline = [];
    private long _late;
    private long _failedInSecond;
    private long _countedInSeconds;

    public long OkCount => _ok.Count;

    public long FailCount => _fail.Count;

    public long Bytes => _ok.Bytes + _fail.Bytes;

    public IReadOnlyList<SecondStats> Timeline => _timeline;

    /// <summary>True when something has ended since the last second was.</summary>
    public bool HasOpenSecond => OkCount + FailCount > _countedInSeconds;

    /// <summary>Starts that were late.</summary>
    public long LateCount => Volatile.Read(ref _late);

    public void RecordStart(long lagNs)
    {
        _startLag.Record(lagNs);
        if (lagNs > LateNs)
        {
            Interlocked.Increment(ref _late);
        }
    }

    public void RecordEnd(long latencyNs, long serviceNs, IResponse response)
    {
        if (response.IsError)
        {
            _fail.Record(latencyNs, serviceNs, response);
            Interlocked.Increment(ref _failedInSecond);
        }
        else
        {
            _ok.Record(latencyNs, serviceNs, response);
            _secondLatency.Record(latencyNs);
            _secondService.Record(serviceNs);
        }
    }

    /// <summary>The recorder of a step; after so many names, that of all others.</summary>
    public StepRecorder Step(string name) => _steps.TryGetValue(name, out var step) ? step : NewStep(name);

    /// <summary>Ends a second; called by one thread only.</summary>
    public void CloseSecond(double? plannedRate)
    {
        // One after the other: both are read out of the same array.
        var latency = _secondLatency.Take(_scratch);
        var (ok, p50, p99, most) = (latency.Count, latency.Quantile(0.5), latency.Quantile(0.99), latency.Most);
        var service = _secondService.Take(_scratch);
        var failed = Interlocked.Exchange(ref _failedInSecond, 0);
        _countedInSeconds += ok + failed;
        _timeline.Add(new SecondStats
        {
            Second = _timeline.Count,
            PlannedRate = plannedRate,
            Ok = ok,
            Fail = failed,
            LatencyPercent50Ms = Figures.Ms(p50),
            LatencyPercent99Ms = Figures.Ms(p99),
            LatencyMaxMs = Figures.Ms(most),
            ServiceTimePercent50Ms = Figures.Ms(service.Quantile(0.5)),
            ServiceTimePercent99Ms = Figures.Ms(service.Quantile(0.99)),
            ServiceTimeMaxMs = Figures.Ms(service.Most),
        });
    }

    public MeasurementStats OkStats(double seconds) => _ok.ToStats(_ok.Count + _fail.Count, seconds);

    public MeasurementStats FailStats(double seconds) => _fail.ToStats(_ok.Count + _fail.Count, seconds);

    public LatencyStats StartLag() => Figures.Latency(_startLag.Read());

    public PercentileStats[] Distribution() => _ok.Distribution();

    public StepStats[] StepStats(double seconds) => [.. _steps.Values.Select(step => step.ToStats(seconds)).OrderBy(step => step.SortIndex)];

    private StepRecorder NewStep(string name)
    {
        lock (_newStep)
        {
            name = _steps.Count < MostSteps ? name : OtherSteps;
            return _steps.GetOrAdd(name, static (name, number) => new StepRecorder(name, number), _steps.Count);
        }
    }
}
