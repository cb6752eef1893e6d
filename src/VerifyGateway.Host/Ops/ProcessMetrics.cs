using System.Diagnostics.Metrics;
using System.Reflection;
using System.Runtime.InteropServices;
using Prometheus;
using VerifyGateway.Caching;

namespace VerifyGateway.Host.Ops;

/// <summary>What the program says of itself: its build, its runtime, Kestrel.</summary>
public static class ProcessMetrics
{
    /// <summary>How the program was built: with the official packages, or with stand-ins for those that the registry lacked.</summary>
    public static string PackagesInUse { get; } = Assembly.GetExecutingAssembly()
        .GetCustomAttributes<AssemblyMetadataAttribute>().First(it => it.Key == "PackagesInUse").Value ?? "unknown";

    /// <summary>Version and, behind a plus sign, the revision of the sources.</summary>
    public static string Version { get; } =
        Assembly.GetExecutingAssembly().GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";

    /// <summary>A factory whose metrics carry no exemplars unless an update brings one: tracing must not cost every check.</summary>
    public static IMetricFactory Factory(CollectorRegistry registry)
    {
        var factory = Metrics.WithCustomRegistry(registry);
        factory.ExemplarBehavior = ExemplarBehavior.NoExemplars();
        return factory;
    }

    /// <summary>Registers the metrics; the bridge lives as long as what is returned.</summary>
    public static IDisposable Register(CollectorRegistry registry, IMetricFactory factory, Caches caches)
    {
        var version = Version.Split('+');
        factory.CreateGauge("verifygateway_build_info", "1; what was built from what, and with which packages.", ["version", "revision", "runtime", "packages"])
            .WithLabels(version[0], version.Length > 1 ? version[1] : "unknown", RuntimeInformation.FrameworkDescription, PackagesInUse).Set(1);

        var queue = factory.CreateGauge("verifygateway_threadpool_queue_length", "Work items that wait for a thread.");
        var threads = factory.CreateGauge("verifygateway_threadpool_threads", "Threads of the pool.");
        registry.AddBeforeCollectCallback(() =>
        {
            queue.Set(ThreadPool.PendingWorkItemCount);
            threads.Set(ThreadPool.ThreadCount);
            caches.PublishCounts();
        });
        DotNetStats.Register(registry);
        return MeterAdapter.StartListening(new MeterAdapterOptions
        {
            Registry = registry,
            MetricFactory = factory,
            // A gauge that expired would begin again at zero, and an idle connection's end then make it negative.
            MetricsExpireAfter = TimeSpan.FromDays(30),
            InstrumentFilterPredicate = IsWanted,
        });
    }

    /// <summary>
    /// Kestrel, ASP.NET Core and the runtime, but not: the queue length, which the runtime publishes as a counter by mistake
    /// (there is a gauge above); what the framework measures of each request, which the grpc_server_* metrics say better; what it counts
    /// several times a request, namely buffers that are taken and given back, and requests that wait for a thread (a check spent a fifth of
    /// its time on these); and names that end in "count", which Prometheus keeps for histograms.
    /// </summary>
    private static bool IsWanted(Instrument instrument) => instrument.Meter.Name switch
    {
        "System.Runtime" => instrument.Name != "dotnet.thread_pool.queue.length" && !instrument.Name.EndsWith(".count", StringComparison.Ordinal),
        "Microsoft.AspNetCore.Server.Kestrel" => instrument.Name != "kestrel.queued_requests",
        "Microsoft.AspNetCore.Hosting" or "Microsoft.AspNetCore.Routing" or "Microsoft.AspNetCore.MemoryPool" => false,
        var name => name.StartsWith("Microsoft.AspNetCore.", StringComparison.Ordinal),
    };
}
