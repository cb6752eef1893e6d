namespace VerifyGateway.Caching.Tests.Time;

public sealed class ManualTimeTests
{
    private readonly ManualTime _time = new();

    [Fact]
    public void Clock_NobodyMovesIt_StandsStill()
    {
        Assert.Equal(_time.GetUtcNow(), _time.GetUtcNow());
        Assert.Equal(TimeSpan.Zero, _time.GetElapsedTime(_time.GetTimestamp()));
    }

    [Fact]
    public void Advance_ByMilliseconds_MovesWallClockAndTimestamps()
    {
        var (now, stamp) = (_time.NowUnixMs, _time.GetTimestamp());
        _time.AdvanceMs(1_234);
        Assert.Equal(now + 1_234, _time.NowUnixMs);
        Assert.Equal(TimeSpan.FromMilliseconds(1_234), _time.GetElapsedTime(stamp));
    }

    [Fact]
    public void StepWallClock_Backwards_LeavesTimestampsAndTimers()
    {
        var fired = 0;
        using var timer = _time.CreateTimer(_ => fired++, null, TimeSpan.FromSeconds(1), Timeout.InfiniteTimeSpan);
        var (now, stamp) = (_time.NowUnixMs, _time.GetTimestamp());
        _time.StepWallClock(TimeSpan.FromSeconds(-5));
        Assert.Equal(now - 5_000, _time.NowUnixMs);
        Assert.Equal(stamp, _time.GetTimestamp());
        Assert.Equal(0, fired);
        _time.AdvanceMs(1_000);
        Assert.Equal(1, fired);
    }

    [Fact]
    public void Timer_Once_FiresAtItsInstantAndNotBefore()
    {
        var fired = new List<long>();
        using var timer = _time.CreateTimer(_ => fired.Add(_time.NowUnixMs), null, TimeSpan.FromMilliseconds(100), Timeout.InfiniteTimeSpan);
        var begin = _time.NowUnixMs;
        _time.AdvanceMs(99);
        Assert.Empty(fired);
        _time.AdvanceMs(500);
        Assert.Equal([begin + 100], fired);
        Assert.Equal(0, _time.TimersWaiting);
    }

    [Fact]
    public void Timers_Several_FireInTheOrderOfTheirInstants()
    {
        var fired = new List<string>();
        using var slow = _time.CreateTimer(_ => fired.Add("slow"), null, TimeSpan.FromMilliseconds(30), Timeout.InfiniteTimeSpan);
        using var ticking = _time.CreateTimer(_ => fired.Add("tick"), null, TimeSpan.FromMilliseconds(10), TimeSpan.FromMilliseconds(25));
        using var gone = _time.CreateTimer(_ => fired.Add("gone"), null, TimeSpan.FromMilliseconds(5), Timeout.InfiniteTimeSpan);
        gone.Dispose();
        _time.AdvanceMs(60);
        Assert.Equal(["tick", "slow", "tick", "tick"], fired);
    }

    [Fact]
    public async Task CancellationTokenSource_WithALimit_IsCancelledWhenTimeHasPassed()
    {
        using var limited = new CancellationTokenSource(TimeSpan.FromMilliseconds(50), _time);
        var waiting = Task.Delay(Timeout.InfiniteTimeSpan, limited.Token);
        _time.AdvanceMs(49);
        Assert.False(limited.IsCancellationRequested);
        _time.AdvanceMs(1);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
    }

    [Fact]
    public async Task WaitAsync_WithALimit_EndsWhenTimeHasPassed()
    {
        var waiting = new TaskCompletionSource().Task.WaitAsync(TimeSpan.FromMilliseconds(20), _time);
        Assert.False(waiting.IsCompleted);
        _time.AdvanceMs(20);
        await Assert.ThrowsAsync<TimeoutException>(() => waiting);
    }
}
