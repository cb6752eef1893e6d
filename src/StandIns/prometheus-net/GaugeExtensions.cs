namespace Prometheus;

/// <summary>Gauges that show a time or count what is in progress.</summary>
public static class GaugeExtensions
{
    /// <summary>Sets the gauge to the time now, in seconds since 1970.</summary>
    public static void SetToCurrentTimeUtc(this IGauge gauge) => gauge.Set(UnixTime.Now);

    /// <summary>Sets the gauge to a time, in seconds since 1970.</summary>
    public static void SetToTimeUtc(this IGauge gauge, DateTimeOffset timestamp) => gauge.Set(UnixTime.Of(timestamp));

    /// <summary>Raises the gauge to the time now, in seconds since 1970, unless it shows a later one.</summary>
    public static void IncToCurrentTimeUtc(this IGauge gauge) => gauge.IncTo(UnixTime.Now);

    /// <summary>Raises the gauge to a time, in seconds since 1970, unless it shows a later one.</summary>
    public static void IncToTimeUtc(this IGauge gauge, DateTimeOffset timestamp) => gauge.IncTo(UnixTime.Of(timestamp));

    /// <summary>Adds one now and takes it away when the result is disposed of.</summary>
    public static IDisposable TrackInProgress(this IGauge gauge)
    {
        ArgumentNullException.ThrowIfNull(gauge);
        gauge.Inc();
        return new InProgress(gauge);
    }

    private sealed class InProgress(IGauge gauge) : IDisposable
    {
        private IGauge? _gauge = gauge;

        public void Dispose() => Interlocked.Exchange(ref _gauge, null)?.Dec();
    }
}
