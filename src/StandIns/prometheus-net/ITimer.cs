namespace Prometheus;

/// <summary>Measures a duration, and reports it when disposed of.</summary>
public interface ITimer : IDisposable
{
    /// <summary>Reports the time since the start, in seconds, and returns it.</summary>
    TimeSpan ObserveDuration();
}
