namespace Prometheus;

/// <summary>Gives the exemplar of an update that came without one; for a counter the value is the increment, for a histogram the measurement.</summary>
public delegate Exemplar ExemplarProvider(Collector metric, double value);

/// <summary>Says where the exemplars of a metric come from and how often a new one is kept.</summary>
public sealed class ExemplarBehavior
{
    internal static readonly ExemplarBehavior Default = new() { DefaultExemplarProvider = static (_, _) => Exemplar.FromTraceContext() };

    /// <summary>Asked when an update brings no exemplar; null means none is taken.</summary>
    public ExemplarProvider? DefaultExemplarProvider { get; set; }

    /// <summary>The shortest time between two exemplars kept by one child; zero keeps each.</summary>
    public TimeSpan NewExemplarMinInterval { get; set; } = TimeSpan.Zero;

    /// <summary>Takes only exemplars that an update brings along.</summary>
    public static ExemplarBehavior NoExemplars() => new() { DefaultExemplarProvider = static (_, _) => Exemplar.None };
}
