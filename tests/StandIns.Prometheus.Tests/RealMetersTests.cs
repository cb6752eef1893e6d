namespace PrometheusStandIn.Tests;

/// <summary>Runs when no other test does: meters belong to the process, and the servers of other tests would be on the pages.</summary>
[CollectionDefinition("Alone", DisableParallelization = true)]
public sealed class RunsAlone;

/// <summary>The bridge on the meters that a server on .NET 10 has by itself.</summary>
[Collection("Alone")]
public sealed class RealMetersTests
{
    private readonly CollectorRegistry _registry = Metrics.NewCustomRegistry();

    [Fact]
    public async Task KestrelAspNetCoreAndRuntime_AppearUnderTheirNames()
    {
        using var bridge = Start();
        await using var server = await PageServer.StartAsync(_registry);
        Assert.Equal("hello", await server.Client.GetStringAsync(new Uri("/hello", UriKind.Relative), TestContext.Current.CancellationToken));

        // A request is measured after its answer was sent, so the page may come first.
        const string Duration = "microsoft_aspnetcore_hosting_http_server_request_duration_count{http_request_method=\"GET\",http_response_status_code=\"200\",http_route=\"/hello\",network_protocol_version=\"1.1\",url_scheme=\"http\"}";
        var page = "";
        await Wait.UntilAsync(async () => Page.Number(page = (await server.GetAsync(null)).Page, Duration) >= 1, "the request to be measured");

        Assert.Contains("# TYPE microsoft_aspnetcore_hosting_http_server_request_duration histogram\n", page, StringComparison.Ordinal);
        Assert.Equal(1, Page.Number(page, "microsoft_aspnetcore_hosting_http_server_active_requests{http_request_method=\"GET\",url_scheme=\"http\"}"));
        var kestrel = page.Split('\n').Single(line => line.StartsWith("microsoft_aspnetcore_server_kestrel_kestrel_active_connections{", StringComparison.Ordinal));
        Assert.Contains("network_transport=\"tcp\"", kestrel, StringComparison.Ordinal);
        Assert.Contains($"server_port=\"{server.Address.Port}\"", kestrel, StringComparison.Ordinal);
        Assert.EndsWith(" 1", kestrel, StringComparison.Ordinal);
        Assert.Contains("microsoft_aspnetcore_server_kestrel_kestrel_queued_connections{", page, StringComparison.Ordinal);
        Assert.Contains("microsoft_aspnetcore_routing_aspnetcore_routing_match_attempts{", page, StringComparison.Ordinal);

        Assert.Contains("# TYPE system_runtime_dotnet_gc_pause_time gauge\n", page, StringComparison.Ordinal);
        Assert.True(Page.Number(page, "system_runtime_dotnet_process_memory_working_set") > 1_000_000);
        Assert.True(Page.Number(page, "system_runtime_dotnet_process_cpu_time{cpu_mode=\"user\"}") > 0);
        Assert.True(Page.Number(page, "system_runtime_dotnet_thread_pool_thread_count") >= 1);
    }

    [Fact]
    public async Task TheQueueOfTheThreadPool_IsAGauge_AndCanBeFilteredOut()
    {
        using var all = Start();
        Assert.Contains("# TYPE system_runtime_dotnet_thread_pool_queue_length gauge\n", await Page.OfAsync(_registry), StringComparison.Ordinal);

        var filtered = Metrics.NewCustomRegistry();
        using var some = MeterAdapter.StartListening(new MeterAdapterOptions
        {
            Registry = filtered,
            MetricFactory = Metrics.WithCustomRegistry(filtered),
            InstrumentFilterPredicate = instrument => instrument.Meter.Name == "System.Runtime" && instrument.Name != "dotnet.thread_pool.queue.length",
        });
        var page = await Page.OfAsync(filtered);
        Assert.DoesNotContain("queue_length", page, StringComparison.Ordinal);
        Assert.Contains("system_runtime_dotnet_thread_pool_thread_count ", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task NothingBridged_IsACounter_SoNothingCanBeSeenToResetOne()
    {
        using var bridge = Start();
        await using var server = await PageServer.StartAsync(_registry);
        await server.GetAsync(null);
        var (_, page) = await server.GetAsync("application/openmetrics-text");
        var types = page.Split('\n').Where(line => line.StartsWith("# TYPE ", StringComparison.Ordinal)).Select(line => line.Split(' ')[3]).ToList();
        Assert.True(types.Count > 20, page);
        Assert.Subset(new HashSet<string> { "gauge", "histogram" }, types.ToHashSet());
    }

    private IDisposable Start() => MeterAdapter.StartListening(new MeterAdapterOptions
    {
        Registry = _registry,
        MetricFactory = Metrics.WithCustomRegistry(_registry),
        InstrumentFilterPredicate = instrument => instrument.Meter.Name == "System.Runtime"
            || instrument.Meter.Name.StartsWith("Microsoft.AspNetCore.", StringComparison.Ordinal),
        ResolveHistogramBuckets = _ => [.005, .05, .5, 5],
    });
}
