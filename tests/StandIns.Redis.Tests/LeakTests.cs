using System.Diagnostics;
using StackExchange.Redis;

namespace StandIns.Redis.Tests;

/// <summary>Connections that come and go leave nothing behind.</summary>
[Collection(nameof(Alone))]
public sealed class LeakTests(ITestOutputHelper output)
{
    [Fact]
    public async Task A_thousand_connections_leave_no_thread_handle_or_memory()
    {
        using var server = await RedisServer.StartAsync();
        await CycleAsync(server, 50);
        var before = Measure();
        await CycleAsync(server, 1_000);
        var after = Measure();
        for (var look = 0; look < 100 && !IsLike(before, after); look++)
        {
            // The last socket closes a moment after its multiplexer.
            await Task.Delay(20);
            after = Measure();
        }

        output.WriteLine($"before {before}, after {after}");
        Assert.True(IsLike(before, after), $"before {before}, after {after}");
    }

    [Fact]
    public async Task No_task_fails_unobserved_however_connections_end()
    {
        CollectAll();
        var unobserved = new List<Exception>();
        void Keep(object? sender, UnobservedTaskExceptionEventArgs args) => unobserved.Add(args.Exception);
        TaskScheduler.UnobservedTaskException += Keep;
        try
        {
            for (var round = 0; round < 200; round++)
            {
                await EndOneAsync(round);
            }

            CollectAll();
        }
        finally
        {
            TaskScheduler.UnobservedTaskException -= Keep;
        }

        Assert.Empty(unobserved);
    }

    private static void CollectAll()
    {
        for (var round = 0; round < 3; round++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
    }

    private static async Task EndOneAsync(int round)
    {
        using var pair = await SocketPair.ConnectAsync();
        var connection = Pipelines.Sockets.Unofficial.SocketConnection.Create(pair.Mine, null, null);
        await connection.Output.WriteAsync(new byte[1_000]);
        switch (round % 4)
        {
            case 0:
                pair.ResetPeer();
                break;
            case 1:
                pair.Peer.Close();
                break;
            case 2:
                pair.Mine.Dispose();
                break;
            default:
                break;
        }

        connection.Dispose();
        await SocketConnectionTests.UntilClosed(pair.Mine);
    }

    private static async Task CycleAsync(RedisServer server, int count)
    {
        var left = count;
        await Task.WhenAll(Enumerable.Range(0, 8).Select(async _ =>
        {
            while (Interlocked.Decrement(ref left) >= 0)
            {
                await using var redis = await ConnectionMultiplexer.ConnectAsync(server.Endpoint);
                Assert.True((await redis.GetDatabase().PingAsync()).Ticks > 0);
            }
        }));
    }

    private static (int Threads, int Handles, long Megabytes) Measure()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        using var self = Process.GetCurrentProcess();
        return (self.Threads.Count - ThreadPool.ThreadCount, Directory.GetFiles("/proc/self/fd").Length, GC.GetTotalMemory(forceFullCollection: true) / (1024 * 1024));
    }

    // Threads of the pool are not counted: it keeps as many as the load just made useful.
    private static bool IsLike((int Threads, int Handles, long Megabytes) before, (int Threads, int Handles, long Megabytes) after) =>
        after.Threads <= before.Threads + 2 && after.Handles <= before.Handles + 4 && after.Megabytes <= before.Megabytes + 5;
}
