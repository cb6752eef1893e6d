using System.Diagnostics;

namespace Prometheus;

/// <summary>Timers that report to a metric.</summary>
public static class TimerExtensions
{
    /// <summary>Starts a timer whose duration is observed.</summary>
    public static ITimer NewTimer(this IObserver observer) => new Timer(observer.Observe);

    /// <summary>Starts a timer whose duration becomes the value of the gauge.</summary>
    public static ITimer NewTimer(this IGauge gauge) => new Timer(gauge.Set);

    /// <summary>Starts a timer whose duration is added to the counter.</summary>
    public static ITimer NewTimer(this ICounter counter) => new Timer(counter.Inc);

    private sealed class Timer(Action<double> report) : ITimer
    {
        private readonly long _start = Stopwatch.GetTimestamp();

        public TimeSpan ObserveDuration()
        {
            var elapsed = Stopwatch.GetElapsedTime(_start);
            report(elapsed.TotalSeconds);
            return elapsed;
        }

        public void Dispose() => ObserveDuration();
    }
}
