using NBomber.Contracts;
using NBomber.Contracts.Stats;

namespace NBomber.Measuring;

/// <summary>What ended alike: well, or failed.</summary>
internal sealed class Measurements
{
    private readonly Histogram _latency = new();
    private readonly Histogram? _service;
    private readonly Lazy<Histogram> _bytes = new(() => new Histogram());
    private readonly StatusCodes _codes;
    private long _count;

    /// <param name="isError">Whether these failed.</param>
    /// <param name="hasSchedule">Whether the two latencies can differ.</param>
    public Measurements(bool isError, bool hasSchedule)
    {
        _codes = new StatusCodes(isError);
        _service = hasSchedule ? new Histogram() : null;
    }

    public long Count => Volatile.Read(ref _count);

    public long Bytes => _bytes.IsValueCreated ? _bytes.Value.Read().Sum : 0;

    public void Record(long latencyNs, long serviceNs, IResponse response)
    {
        Interlocked.Increment(ref _count);
        _latency.Record(latencyNs);
        _service?.Record(serviceNs);
        _codes.Record(response);
        if (response.SizeBytes > 0)
        {
            _bytes.Value.Record(response.SizeBytes);
        }
    }

    public MeasurementStats ToStats(long all, double seconds)
    {
        var (latencyCounts, serviceCounts) = (_latency.Read(), _service?.Read());
        var latency = Figures.Latency(latencyCounts);
        var count = Count;
        return new MeasurementStats
        {
            Request = new RequestStats { Count = Figures.Int(count), RPS = seconds > 0 ? Math.Round(count / seconds, 2) : 0, Percent = Figures.Percent(count, all) },
            Latency = latency,
            ServiceTime = serviceCounts is null ? latency : Figures.Latency(serviceCounts),
            DataTransfer = _bytes.IsValueCreated ? Figures.DataTransfer(_bytes.Value.Read()) : new DataTransferStats(),
            StatusCodes = _codes.ToStats(all),
            LatencyCounts = latencyCounts,
            ServiceCounts = serviceCounts,
        };
    }

    public PercentileStats[] Distribution()
    {
        var latency = _latency.Read();
        return Figures.Distribution(latency, _service?.Read() ?? latency);
    }
}
