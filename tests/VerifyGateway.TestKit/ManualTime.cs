namespace VerifyGateway.TestKit;

/// <summary>
/// A clock that stands still until a test moves it. <see cref="Advance"/> moves wall clock and timestamps together and fires the
/// timers that fall due, each at its own instant; <see cref="StepWallClock"/> moves the wall clock alone, as a correction of a
/// computer's clock does. Safe from any thread.
/// </summary>
public sealed class ManualTime(DateTimeOffset start) : TimeProvider
{
    private readonly Lock _gate = new();
    private readonly List<ManualTimer> _timers = [];
    private DateTimeOffset _now = start;
    private long _elapsedTicks;

    /// <summary>A clock that begins at 2026-01-01 00:00 UTC.</summary>
    public ManualTime()
        : this(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero))
    {
    }

    /// <inheritdoc />
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <summary>Now, Unix milliseconds.</summary>
    public long NowUnixMs => GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Number of timers that will still fire.</summary>
    public int TimersWaiting
    {
        get
        {
            lock (_gate)
            {
                return _timers.Count(timer => timer.DueTicks is not null);
            }
        }
    }

    /// <inheritdoc />
    public override DateTimeOffset GetUtcNow()
    {
        lock (_gate)
        {
            return _now;
        }
    }

    /// <inheritdoc />
    public override long GetTimestamp()
    {
        lock (_gate)
        {
            return _elapsedTicks;
        }
    }

    /// <inheritdoc />
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new ManualTimer(this, () => callback(state));
        lock (_gate)
        {
            _timers.Add(timer);
        }

        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Moves time on; callbacks run on the caller's thread before this returns.</summary>
    public void Advance(TimeSpan by)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(by, TimeSpan.Zero);
        var end = GetTimestamp() + by.Ticks;
        while (NextDue(end) is { } timer)
        {
            timer.Fire();
        }
    }

    /// <summary>Moves time on by milliseconds.</summary>
    public void AdvanceMs(long ms) => Advance(TimeSpan.FromMilliseconds(ms));

    /// <summary>Moves the wall clock alone, forwards or backwards; no timer notices.</summary>
    public void StepWallClock(TimeSpan by)
    {
        lock (_gate)
        {
            _now += by;
        }
    }

    /// <summary>Goes to the instant of the first timer that is due by then and returns it; goes to the end when there is none.</summary>
    private ManualTimer? NextDue(long endTicks)
    {
        lock (_gate)
        {
            var next = _timers.Where(timer => timer.DueTicks <= endTicks).MinBy(timer => timer.DueTicks);
            var to = Math.Max(next?.DueTicks ?? endTicks, _elapsedTicks);
            _now = _now.AddTicks(to - _elapsedTicks);
            _elapsedTicks = to;
            next?.Rearm_NeedsLock();
            return next;
        }
    }

    private sealed class ManualTimer(ManualTime clock, Action callback) : ITimer
    {
        private TimeSpan _period;

        public long? DueTicks { get; private set; }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            bool now;
            lock (clock._gate)
            {
                _period = period;
                now = dueTime == TimeSpan.Zero;
                DueTicks = dueTime == Timeout.InfiniteTimeSpan ? null : clock._elapsedTicks + dueTime.Ticks;
                if (now)
                {
                    Rearm_NeedsLock();
                }
            }

            if (now)
            {
                ThreadPool.QueueUserWorkItem(static timer => timer.Fire(), this, preferLocal: false);
            }

            return true;
        }

        public void Fire() => callback();

        public void Rearm_NeedsLock() =>
            DueTicks = _period > TimeSpan.Zero && _period != Timeout.InfiniteTimeSpan ? clock._elapsedTicks + _period.Ticks : null;

        public void Dispose()
        {
            lock (clock._gate)
            {
                DueTicks = null;
                clock._timers.Remove(this);
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return default;
        }
    }
}
