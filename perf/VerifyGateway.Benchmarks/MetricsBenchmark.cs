using BenchmarkDotNet.Attributes;
using Prometheus;

namespace VerifyGateway.Benchmarks;

/// <summary>
/// What one update of a metric costs, alone and with another core at the same child, beside a cell that all cores share. Every thread makes
/// as many updates as the operation counts, so the time of an operation stays the same where updates scale over cores, and grows where they
/// do not.
/// </summary>
[MemoryDiagnoser]
public class MetricsBenchmark : IDisposable
{
    private const int Updates = 1_000_000;

    private readonly Barrier _start = new(1);
    private readonly Barrier _end = new(1);
    private Counter.Child _counter = null!;
    private Gauge.Child _gauge = null!;
    private Histogram.Child _histogram = null!;
    private long _naive;
    private Action _update = static () => { };
    private volatile bool _stop;
    private Thread[] _helpers = [];

    [Params(1, 2)]
    public int Threads { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        var metrics = Metrics.WithCustomRegistry(Metrics.NewCustomRegistry());
        _counter = metrics.CreateCounter("c_total", "help", "a").WithLabels("1");
        _gauge = metrics.CreateGauge("g", "help", "a").WithLabels("1");
        _histogram = metrics.CreateHistogram("h", "help", "a").WithLabels("1");

        // The threads wait at a barrier between operations: starting them would cost more than what is measured.
        _helpers = [.. Enumerable.Range(1, Threads - 1).Select(_ => new Thread(Help) { IsBackground = true })];
        if (_helpers.Length > 0)
        {
            _start.AddParticipants(_helpers.Length);
            _end.AddParticipants(_helpers.Length);
        }

        Array.ForEach(_helpers, helper => helper.Start());
    }

    [GlobalCleanup]
    public void Dispose()
    {
        _stop = true;
        _start.SignalAndWait();
        Array.ForEach(_helpers, helper => helper.Join());
        _start.Dispose();
        _end.Dispose();
        GC.SuppressFinalize(this);
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Updates)]
    public void SharedCellInterlockedAdd() => OnAllThreads(AddNaively);

    [Benchmark(OperationsPerInvoke = Updates)]
    public void CounterInc() => OnAllThreads(IncCounter);

    [Benchmark(OperationsPerInvoke = Updates)]
    public void GaugeInc() => OnAllThreads(IncGauge);

    [Benchmark(OperationsPerInvoke = Updates)]
    public void HistogramObserve() => OnAllThreads(ObserveHistogram);

    private void AddNaively()
    {
        for (var i = 0; i < Updates; i++)
        {
            Interlocked.Add(ref _naive, 1);
        }
    }

    private void IncCounter()
    {
        for (var i = 0; i < Updates; i++)
        {
            _counter.Inc();
        }
    }

    private void IncGauge()
    {
        for (var i = 0; i < Updates; i++)
        {
            _gauge.Inc();
        }
    }

    private void ObserveHistogram()
    {
        for (var i = 0; i < Updates; i++)
        {
            _histogram.Observe(0.003);
        }
    }

    private void OnAllThreads(Action update)
    {
        _update = update;
        _start.SignalAndWait();
        update();
        _end.SignalAndWait();
    }

    private void Help()
    {
        while (true)
        {
            _start.SignalAndWait();
            if (_stop)
            {
                return;
            }

            _update();
            _end.SignalAndWait();
        }
    }
}
