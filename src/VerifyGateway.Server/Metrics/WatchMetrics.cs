using Prometheus;

namespace VerifyGateway.Server.Metrics;

/// <summary>Why a watch has ended.</summary>
public enum WatchEnd
{
    /// <summary>The caller has gone, or its deadline has come.</summary>
    Caller,
    /// <summary>The caller read too slowly and was cut off.</summary>
    SlowReader,
    /// <summary>What it asked for is no longer kept, or not there yet.</summary>
    OutOfRange,
    /// <summary>The gateway stops.</summary>
    Stopping,
    /// <summary>The system of record does not answer.</summary>
    StoreUnavailable,
    /// <summary>Too many watched already: it never began.</summary>
    TooMany,
    /// <summary>Something unexpected; the log has it.</summary>
    Fault,
}

/// <summary>Counts watchers of bindings. Every series exists from the start. Safe from any thread.</summary>
public sealed class WatchMetrics
{
    private static readonly string[] Reasons = ["caller", "slow_reader", "out_of_range", "stopping", "store_unavailable", "too_many", "fault"];

    private readonly Gauge _watchers;
    private readonly Counter _events;
    private readonly Counter.Child[] _ends;

    /// <summary>Registers the metrics.</summary>
    public WatchMetrics(IMetricFactory factory)
    {
        _watchers = factory.CreateGauge("verifygateway_watchers", "Callers that watch bindings now.");
        _events = factory.CreateCounter("verifygateway_watch_events_total", "Events of writes that were sent to watchers.");
        var ends = factory.CreateCounter("verifygateway_watch_ends_total", "Watches that have ended, by reason; slow_reader are those that were cut off.", ["reason"]);
        _ends = [.. Reasons.Select(reason => ends.WithLabels(reason))];
    }

    /// <summary>A watch has begun.</summary>
    public void CountBegin() => _watchers.Inc();

    /// <summary>A watch that had begun is over.</summary>
    public void CountGone() => _watchers.Dec();

    /// <summary>An event was sent.</summary>
    public void CountEvent() => _events.Inc();

    /// <summary>A watch has ended, or was not admitted.</summary>
    public void CountEnd(WatchEnd reason) => _ends[(int)reason].Inc();
}
