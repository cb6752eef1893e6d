namespace Prometheus;

/// <summary>A number that only rises until the process restarts.</summary>
public interface ICounter : ICollectorChild
{
    /// <summary>Adds to the counter.</summary>
    void Inc(double increment = 1.0);

    /// <summary>Adds one, with an example of what was counted; null asks the default provider.</summary>
    void Inc(Exemplar? exemplar);

    /// <summary>Adds to the counter, with an example of what was counted; null asks the default provider.</summary>
    void Inc(double increment, Exemplar? exemplar);

    /// <summary>Raises the counter to a value; does nothing when it is there already.</summary>
    void IncTo(double targetValue);

    /// <summary>The value now.</summary>
    double Value { get; }
}
