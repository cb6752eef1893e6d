using Prometheus;

namespace VerifyGateway.Caching.Coherence;

/// <summary>What the coherence of copies looks like from outside. Every series exists from the start. Safe from any thread; updates allocate nothing.</summary>
public sealed class CoherenceMetrics
{
    private readonly Gauge _applied;
    private readonly Gauge _head;
    private readonly Gauge _window;
    private readonly Gauge _followedAt;
    private readonly Gauge _leaseRemaining;
    private readonly Counter _leaseExpiries;
    private readonly Counter _entries;
    private readonly Counter _failures;
    private readonly Counter _reportFailures;
    private readonly Gauge _setBack;
    private readonly Histogram _lag;

    /// <summary>Registers the metrics.</summary>
    public CoherenceMetrics(IMetricFactory factory)
    {
        _applied = factory.CreateGauge("verifygateway_feed_applied_revision", "Revision up to which the change feed has been applied.");
        _head = factory.CreateGauge("verifygateway_feed_head_revision", "Head of the change feed when it was last read.");
        _window = factory.CreateGauge("verifygateway_feed_window_changes", "Changes in the recent-change index.");
        _followedAt = factory.CreateGauge("verifygateway_feed_followed_timestamp_seconds", "When the read began that last found the feed applied to its end, Unix seconds.");
        _leaseRemaining = factory.CreateGauge("verifygateway_lease_remaining_seconds", "How long copies may still answer ALLOW without a new look at the feed; 0 when the lease has run out.");
        _leaseExpiries = factory.CreateCounter("verifygateway_lease_expiries_total", "How often the lease had run out before it was granted again.");
        _entries = factory.CreateCounter("verifygateway_feed_entries_applied_total", "Entries of the change feed that were applied.");
        _failures = factory.CreateCounter("verifygateway_feed_failures_total", "Reads of the change feed that failed.");
        _reportFailures = factory.CreateCounter(
            "verifygateway_roster_report_failures_total", "Reports of the applied revision that could not be kept, so that whoever waits for this gateway waits longer.");
        _setBack = factory.CreateGauge("verifygateway_store_set_back", "1 when the system of record was set back under this process, which uses no copies from then on.");
        _lag = factory.CreateHistogram("verifygateway_feed_lag_seconds", "From the commit of a change, by the writer's clock, to its application here.",
            new HistogramConfiguration { Buckets = [.001, .002, .005, .01, .02, .05, .1, .2, .5, 1, 2, 5] });
    }

    /// <summary>Brings what changes with time alone up to date; called before the metrics are read.</summary>
    public void Publish(in LeaseView lease, long nowUnixMs) => _leaseRemaining.Set(lease.IsValid ? Math.Max(0, lease.UntilUnixMs - nowUnixMs) / 1000.0 : 0);

    internal void Applied(long committedAtUnixMs, long nowUnixMs, long revision, int count)
    {
        _entries.Inc(count);
        _applied.Set(revision);
        _lag.Observe(Math.Max(0, nowUnixMs - committedAtUnixMs) / 1000.0);
    }

    internal void Followed(long applied, long head, int window, long beganUnixMs)
    {
        _applied.Set(applied);
        _head.Set(head);
        _window.Set(window);
        _followedAt.Set(beganUnixMs / 1000.0);
    }

    internal void LeaseExpired() => _leaseExpiries.Inc();

    internal void FeedFailed() => _failures.Inc();

    internal void ReportFailed() => _reportFailures.Inc();

    internal void SetBack() => _setBack.Set(1);
}
