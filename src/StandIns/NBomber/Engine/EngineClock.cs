namespace NBomber.Engine;

/// <summary>How the engine reads time, waits, and starts work. A test puts a time of its own in the place of the real one.</summary>
internal abstract class EngineClock
{
    public const long NsPerSecond = 1_000_000_000;

    /// <summary>Nanoseconds since some instant; never goes back.</summary>
    public abstract long NowNs { get; }

    /// <summary>The wall clock.</summary>
    public abstract DateTime UtcNow { get; }

    /// <summary>Returns at that instant, or a little later; called by the one thread that starts work.</summary>
    public abstract void SleepUntil(long ns);

    /// <summary>Has work executed by another thread, soon.</summary>
    public abstract void Start(IThreadPoolWorkItem work);

    public static long Ns(TimeSpan time) => time.Ticks * TimeSpan.NanosecondsPerTick;
}
