namespace Prometheus;

/// <summary>A number that rises and falls.</summary>
public interface IGauge : ICollectorChild
{
    /// <summary>Adds to the gauge.</summary>
    void Inc(double increment = 1);

    /// <summary>Replaces the value.</summary>
    void Set(double val);

    /// <summary>Takes from the gauge.</summary>
    void Dec(double decrement = 1);

    /// <summary>Raises the gauge to a value; does nothing when it is there already.</summary>
    void IncTo(double targetValue);

    /// <summary>Lowers the gauge to a value; does nothing when it is there already.</summary>
    void DecTo(double targetValue);

    /// <summary>The value now.</summary>
    double Value { get; }
}
