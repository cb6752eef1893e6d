using Pipelines.Sockets.Unofficial;

namespace StandIns.Redis.Tests;

public sealed class SchedulerTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task Work_runs_on_the_named_background_threads()
    {
        using var scheduler = new DedicatedThreadPoolPipeScheduler("mine", workerCount: 3, priority: ThreadPriority.AboveNormal);
        Assert.Equal("mine", scheduler.ToString());
        Assert.Equal(3, scheduler.WorkerCount);
        await AllAvailable(scheduler);

        var thread = await RunAsync(scheduler, () => Thread.CurrentThread);
        Assert.StartsWith("mine:", thread.Name, StringComparison.Ordinal);
        Assert.True(thread.IsBackground);
        Assert.False(thread.IsThreadPoolThread);
        Assert.Equal(ThreadPriority.AboveNormal, thread.Priority);
        Assert.Equal(1, scheduler.TotalServicedByQueue);
        Assert.Equal(0, scheduler.TotalServicedByPool);
    }

    [Fact]
    public async Task Everything_runs_once_and_is_counted()
    {
        using var scheduler = new DedicatedThreadPoolPipeScheduler(workerCount: 2);
        var runs = new int[20_000];
        var left = runs.Length;
        var done = new TaskCompletionSource();
        Parallel.For(0, runs.Length, number => scheduler.Schedule(_ =>
        {
            Interlocked.Increment(ref runs[number]);
            if (Interlocked.Decrement(ref left) == 0)
            {
                done.SetResult();
            }
        }, null));
        await done.Task.WaitAsync(Limit);
        Assert.All(runs, count => Assert.Equal(1, count));
        Assert.Equal(runs.Length, scheduler.TotalServicedByQueue + scheduler.TotalServicedByPool);
    }

    // A worker that waits for later work would wait for ever if that work were queued behind it.
    [Fact]
    public async Task Work_does_not_wait_behind_blocked_workers()
    {
        using var scheduler = new DedicatedThreadPoolPipeScheduler(workerCount: 2, useThreadPoolQueueLength: 10);
        await AllAvailable(scheduler);
        using var release = new ManualResetEventSlim();
        var blocked = Enumerable.Range(0, 2).Select(_ => RunAsync(scheduler, () => release.Wait(Limit))).ToList();
        await Wait.UntilAsync(() => scheduler.AvailableCount == 0 && scheduler.TotalServicedByQueue == 2, "both workers to be taken");

        var others = Enumerable.Range(0, 50).Select(_ => RunAsync(scheduler, () => Thread.CurrentThread.IsThreadPoolThread)).ToList();
        Assert.All(await Task.WhenAll(others).WaitAsync(Limit), Assert.True);
        Assert.Equal(50, scheduler.TotalServicedByPool);

        release.Set();
        Assert.All(await Task.WhenAll(blocked).WaitAsync(Limit), Assert.True);
        await AllAvailable(scheduler);
    }

    [Fact]
    public async Task With_no_workers_the_thread_pool_does_it()
    {
        using var scheduler = new DedicatedThreadPoolPipeScheduler(workerCount: 0);
        Assert.True(await RunAsync(scheduler, () => Thread.CurrentThread.IsThreadPoolThread));
        Assert.Equal(1, scheduler.TotalServicedByPool);
        Assert.Throws<ArgumentOutOfRangeException>(() => new DedicatedThreadPoolPipeScheduler(workerCount: -1));
    }

    [Fact]
    public async Task Dispose_ends_the_threads_and_later_work_goes_to_the_pool()
    {
        var scheduler = new DedicatedThreadPoolPipeScheduler(workerCount: 2);
        var thread = await RunAsync(scheduler, () => Thread.CurrentThread);
        scheduler.Dispose();
        scheduler.Dispose();
        await Wait.UntilAsync(() => !thread.IsAlive && scheduler.AvailableCount == 0, "the workers to end");
        Assert.True(await RunAsync(scheduler, () => Thread.CurrentThread.IsThreadPoolThread));
    }

    [Fact]
    public async Task What_was_queued_before_dispose_still_runs()
    {
        var scheduler = new DedicatedThreadPoolPipeScheduler(workerCount: 1);
        var queued = Enumerable.Range(0, 9).Select(number => RunAsync(scheduler, () => number)).ToList();
        scheduler.Dispose();
        Assert.Equal(Enumerable.Range(0, 9), await Task.WhenAll(queued).WaitAsync(Limit));
    }

    [Fact]
    public async Task One_piece_of_work_does_not_leave_its_context_to_the_next()
    {
        using var scheduler = new DedicatedThreadPoolPipeScheduler(workerCount: 1, useThreadPoolQueueLength: 100);
        var local = new AsyncLocal<string>();
        await AllAvailable(scheduler);
        await RunAsync(scheduler, () => local.Value = "leak");
        await AllAvailable(scheduler);
        Assert.Null(await RunAsync(scheduler, () => local.Value));
    }

    private static Task AllAvailable(DedicatedThreadPoolPipeScheduler scheduler) =>
        Wait.UntilAsync(() => scheduler.AvailableCount == scheduler.WorkerCount, "all workers to wait for work");

    private static Task<T> RunAsync<T>(DedicatedThreadPoolPipeScheduler scheduler, Func<T> work)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        scheduler.Schedule(state => ((TaskCompletionSource<T>)state!).SetResult(work()), done);
        return done.Task.WaitAsync(Limit);
    }
}
