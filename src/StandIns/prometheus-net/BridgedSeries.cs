namespace Prometheus;

/// <summary>One child that a bridge feeds, and when it last did.</summary>
internal sealed class BridgedSeries(ChildBase child, long now)
{
    /// <summary>The time of the last measurement is kept to this many milliseconds, so that cores do not write it with every one.</summary>
    private const long Grain = 1_000;

    private readonly Lock _gate = new();
    private long _touched = now;
    private bool _expired;

    public ChildBase Child { get; } = child;

    /// <summary>
    /// Notes that the series is in use; false when it has expired. Without the lock only where the last note is so fresh that the series
    /// cannot expire before the caller is done.
    /// </summary>
    public bool Touch(long now, long lifetime)
    {
        if (now - Volatile.Read(ref _touched) < Math.Min(Grain, lifetime / 4))
        {
            return true;
        }

        lock (_gate)
        {
            if (!_expired)
            {
                Volatile.Write(ref _touched, now);
            }

            return !_expired;
        }
    }

    public bool TryExpire(long now, long lifetime)
    {
        lock (_gate)
        {
            return _expired |= now - _touched >= lifetime;
        }
    }

    public void Add(BridgeKind kind, double value)
    {
        switch (kind)
        {
            case BridgeKind.Change:
                ((Gauge.Child)Child).Inc(value);
                break;
            case BridgeKind.State:
                ((Gauge.Child)Child).Set(value);
                break;
            case BridgeKind.Sample:
                ((Histogram.Child)Child).Observe(value);
                break;
        }
    }
}
