namespace VerifyGateway.Caching.Coherence;

/// <summary>
/// The proof that this process has seen the end of the feed recently: it was granted for an instant before which everything that was
/// committed has been applied, and it is valid for a while after that. One thread grants; looking is safe from any thread and allocates nothing.
/// </summary>
/// <param name="lengthMs">How long it is valid after its instant, milliseconds.</param>
/// <param name="time">The clocks.</param>
public sealed class Lease(int lengthMs, TimeProvider time)
{
    private readonly long _length = lengthMs * time.TimestampFrequency / 1_000;
    private volatile Granted? _granted;

    /// <summary>How long it is valid after its instant, milliseconds.</summary>
    public int LengthMs => lengthMs;

    /// <summary>False only in the negative control of a test: then it never ends.</summary>
    internal bool Ends { get; init; } = true;

    /// <summary>False only in the negative control of a test: then what was found under it never grows old.</summary>
    internal bool FindsGrowOld { get; init; } = true;

    /// <summary>Takes an instant, to grant the lease for it later.</summary>
    public LeaseInstant Now() => new(time.GetTimestamp(), time.GetUtcNow().ToUnixTimeMilliseconds());

    /// <summary>Grants it for an instant, unless it was granted for a later one.</summary>
    public void Grant(LeaseInstant instant)
    {
        if (_granted is not { } held || instant.Timestamp >= held.Instant.Timestamp)
        {
            _granted = new Granted(instant);
        }
    }

    /// <summary>Ends it now.</summary>
    public void Drop() => _granted = null;

    /// <summary>
    /// Looks at it. It is valid while less than its length has passed by both clocks: nobody sets the monotonic one, and the wall clock
    /// goes on while a virtual machine is frozen. A wall clock that was set back says nothing about the age, and is left out of it.
    /// </summary>
    public LeaseView Look() => Look(Now());

    /// <summary>Looks at it as of an instant that was taken just before: it says nothing of what was read earlier than that.</summary>
    public LeaseView Look(LeaseInstant now)
    {
        if (_granted is not { } granted)
        {
            return default;
        }

        var (passed, wall) = (now.Timestamp - granted.Instant.Timestamp, now.UnixMs);
        var isValid = !Ends || (passed < _length && wall - granted.Instant.UnixMs < lengthMs);
        // By the wall clock of now: where it was set since, callers compare with what it says now.
        return new LeaseView(isValid, wall - (passed * 1_000 / time.TimestampFrequency), lengthMs);
    }

    /// <summary>
    /// True while what was found under it, when it was looked at at an instant, is younger than its length: by both clocks, as above. It says nothing
    /// of a lease that was granted since.
    /// </summary>
    internal bool Covers(in LeaseView looked, LeaseInstant at, LeaseInstant now)
    {
        var passed = (at.UnixMs - looked.AsOfUnixMs) * time.TimestampFrequency / 1_000 + (now.Timestamp - at.Timestamp);
        return !FindsGrowOld || (passed < _length && now.UnixMs < looked.UntilUnixMs);
    }

    private sealed record Granted(LeaseInstant Instant);
}

/// <summary>An instant by both clocks.</summary>
/// <param name="Timestamp">By the monotonic clock, in its ticks.</param>
/// <param name="UnixMs">By the wall clock, Unix milliseconds.</param>
public readonly record struct LeaseInstant(long Timestamp, long UnixMs);

/// <summary>The lease as it was looked at.</summary>
/// <param name="IsValid">True when copies may answer ALLOW.</param>
/// <param name="AsOfUnixMs">Everything that was committed before has been applied, Unix milliseconds; 0 when it was never granted.</param>
/// <param name="LengthMs">How long it is valid after that, milliseconds.</param>
public readonly record struct LeaseView(bool IsValid, long AsOfUnixMs, int LengthMs)
{
    /// <summary>First instant at which it is no longer valid, Unix milliseconds.</summary>
    public long UntilUnixMs => AsOfUnixMs + LengthMs;
}
