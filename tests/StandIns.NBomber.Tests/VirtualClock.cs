using NBomber.Engine;

namespace NBomberStandIn.Tests;

/// <summary>
/// A time that passes only while the engine sleeps: whatever is due happens then, one after the other, on the engine's own thread.
/// A run of minutes takes milliseconds, and every run goes the same way.
/// </summary>
internal sealed class VirtualClock : EngineClock
{
    private readonly PriorityQueue<Action, (long At, long Order)> _events = new();
    private long _order;
    private long _starts;
    private long _nowNs = NsPerSecond;

    public override long NowNs => _nowNs;

    public override DateTime UtcNow => DateTime.UnixEpoch.AddTicks(_nowNs / 100);

    /// <summary>Seconds since the clock was made.</summary>
    public double Seconds => (_nowNs - NsPerSecond) / (double)NsPerSecond;

    public override void SleepUntil(long ns)
    {
        while (_events.TryPeek(out var happen, out var when) && when.At <= Math.Max(ns, _nowNs))
        {
            _events.Dequeue();
            _nowNs = Math.Max(_nowNs, when.At);
            happen();
        }

        _nowNs = Math.Max(_nowNs, ns);
    }

    /// <summary>How late a thread is that is to begin work: the first start has number 0.</summary>
    public Func<long, TimeSpan> Lateness { get; set; } = static _ => TimeSpan.Zero;

    public override void Start(IThreadPoolWorkItem work) => At(_nowNs + Ns(Lateness(_starts++)), work.Execute);

    /// <summary>Ends after so long.</summary>
    public Task Delay(TimeSpan time) => Until(_nowNs + Ns(time));

    /// <summary>Ends at an instant, in seconds since the clock was made.</summary>
    public Task UntilSecond(double second) => Until(NsPerSecond + (long)(second * NsPerSecond));

    /// <summary>Does something at an instant.</summary>
    public void AtSecond(double second, Action action) => At(NsPerSecond + (long)(second * NsPerSecond), action);

    private Task Until(long ns)
    {
        var source = new TaskCompletionSource();
        At(ns, source.SetResult);
        return source.Task;
    }

    private void At(long ns, Action action) => _events.Enqueue(action, (ns, _order++));
}
