namespace Prometheus;

/// <summary>The formats in which the page of metrics can be written.</summary>
public enum ExpositionFormat
{
    /// <summary>Prometheus' own text format, 0.0.4.</summary>
    PrometheusText,

    /// <summary>OpenMetrics 1.0; the one that carries exemplars.</summary>
    OpenMetricsText,
}
