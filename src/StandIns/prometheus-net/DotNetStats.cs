using System.Diagnostics;
using System.Globalization;

namespace Prometheus;

/// <summary>The process in a few numbers: start, processor time, memory, handles, threads, collections.</summary>
public sealed class DotNetStats
{
    private readonly Lock _gate = new();
    private readonly Process _process = Process.GetCurrentProcess();
    private readonly Counter.Child[] _collections;
    private readonly Counter _processorTime;
    private readonly Gauge _virtualMemory;
    private readonly Gauge _workingSet;
    private readonly Gauge _privateMemory;
    private readonly Gauge _handles;
    private readonly Gauge _threads;
    private readonly Gauge _managedMemory;

    private DotNetStats(MetricFactory factory)
    {
        var collections = factory.CreateCounter("dotnet_collection_count_total", "GC collection count", "generation");
        _collections = [.. Enumerable.Range(0, GC.MaxGeneration + 1).Select(generation => collections.WithLabels(generation.ToString(CultureInfo.InvariantCulture)))];
        var start = factory.CreateGauge("process_start_time_seconds", "Start time of the process since unix epoch in seconds.");
        _processorTime = factory.CreateCounter("process_cpu_seconds_total", "Total user and system CPU time spent in seconds.");
        _virtualMemory = factory.CreateGauge("process_virtual_memory_bytes", "Virtual memory size in bytes.");
        _workingSet = factory.CreateGauge("process_working_set_bytes", "Process working set");
        _privateMemory = factory.CreateGauge("process_private_memory_bytes", "Process private memory size");
        _handles = factory.CreateGauge("process_open_handles", "Number of open handles");
        _threads = factory.CreateGauge("process_num_threads", "Total number of threads");
        _managedMemory = factory.CreateGauge("dotnet_total_memory_bytes", "Total known allocated memory");
        start.SetToTimeUtc(_process.StartTime);
    }

    /// <summary>Adds the numbers to the pages of a registry.</summary>
    public static void Register(CollectorRegistry registry) =>
        registry.AddBeforeCollectCallback(new DotNetStats(Metrics.WithCustomRegistry(registry)).Update);

    /// <summary>
    /// Bytes of managed objects. The runtime takes the holes of all regions of the youngest generation from the length of one of them
    /// (dotnet/runtime issue 106712), which is less than nothing when something pinned keeps another one. What the last collection left is told then.
    /// </summary>
    private static long ManagedBytes()
    {
        var now = GC.GetTotalMemory(forceFullCollection: false);
        if (now > 0)
        {
            return now;
        }

        var last = GC.GetGCMemoryInfo();
        return last.HeapSizeBytes - last.FragmentedBytes;
    }

    private void Update()
    {
        // A Process object is not made for several threads, and two pages can be written at the same time.
        lock (_gate)
        {
            _process.Refresh();
            for (var generation = 0; generation < _collections.Length; generation++)
            {
                _collections[generation].IncTo(GC.CollectionCount(generation));
            }

            _managedMemory.Set(ManagedBytes());
            _virtualMemory.Set(_process.VirtualMemorySize64);
            _workingSet.Set(_process.WorkingSet64);
            _privateMemory.Set(_process.PrivateMemorySize64);
            _processorTime.IncTo(_process.TotalProcessorTime.TotalSeconds);
            _handles.Set(_process.HandleCount);
            _threads.Set(_process.Threads.Count);
        }
    }
}
