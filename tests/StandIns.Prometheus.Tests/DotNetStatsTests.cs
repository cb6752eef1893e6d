using System.Runtime.InteropServices;

namespace PrometheusStandIn.Tests;

public sealed class DotNetStatsTests(ITestOutputHelper output)
{
    private readonly CollectorRegistry _registry = Metrics.NewCustomRegistry();

    [Fact]
    public async Task Page_ShowsThisProcess()
    {
        DotNetStats.Register(_registry);
        var page = await Page.OfAsync(_registry);
        using var self = System.Diagnostics.Process.GetCurrentProcess();
        var start = new DateTimeOffset(self.StartTime).ToUnixTimeMilliseconds() / 1000.0;
        Assert.InRange(Page.Number(page, "process_start_time_seconds")!.Value, start - 1, start + 1);
        Assert.All(
            [
                "process_cpu_seconds_total", "process_virtual_memory_bytes", "process_working_set_bytes", "process_private_memory_bytes",
                "process_open_handles", "process_num_threads", "dotnet_total_memory_bytes",
            ], name => Assert.True(Page.Number(page, name) > 0, name));
        GC.Collect();
        Assert.True(await Page.NumberAsync(_registry, "dotnet_collection_count_total{generation=\"2\"}") >= 1);
    }

    /// <summary>Pinned objects that survive far apart, as the buffers of sockets do: the runtime's own number is below zero then, in versions that have this fault.</summary>
    [Fact]
    public async Task ManagedMemory_WhilePinnedObjectsSurvive_IsAboveZero()
    {
        DotNetStats.Register(_registry);
        var below = 0;
        for (var round = 0; round < 20; round++)
        {
            var pinned = new List<GCHandle>();
            for (var i = 0; i < 40_000; i++)
            {
                var bytes = new byte[1_000];
                if (i % 4_000 == 1_999)
                {
                    pinned.Add(GCHandle.Alloc(bytes, GCHandleType.Pinned));
                }
            }

            GC.Collect(0, GCCollectionMode.Forced, blocking: true);
            below += GC.GetTotalMemory(forceFullCollection: false) <= 0 ? 1 : 0;
            var shown = await Page.NumberAsync(_registry, "dotnet_total_memory_bytes");
            pinned.ForEach(static pin => pin.Free());
            Assert.InRange(shown!.Value, 1, 1e12);
        }

        output.WriteLine($"The runtime's number was not above zero in {below} of 20 rounds.");
    }
}
