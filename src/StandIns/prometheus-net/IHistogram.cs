namespace Prometheus;

/// <summary>Takes single measurements.</summary>
public interface IObserver : ICollectorChild
{
    /// <summary>Takes one measurement.</summary>
    void Observe(double val);
}

/// <summary>Counts measurements in buckets by size.</summary>
public interface IHistogram : IObserver
{
    /// <summary>Takes a measurement that was made several times.</summary>
    void Observe(double val, long count);

    /// <summary>Takes a measurement with an example of what was measured; null asks the default provider.</summary>
    void Observe(double val, Exemplar? exemplar);

    /// <summary>The sum of all measurements.</summary>
    double Sum { get; }

    /// <summary>The number of measurements.</summary>
    long Count { get; }
}
