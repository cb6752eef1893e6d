using System.ComponentModel;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace Prometheus;

/// <summary>Puts the page of metrics into an application.</summary>
public static class MetricServerMiddlewareExtensions
{
    /// <summary>Serves the page of metrics as an endpoint.</summary>
    public static IEndpointConventionBuilder MapMetrics(
        this IEndpointRouteBuilder endpoints,
        Action<MetricServerMiddleware.Settings> configure,
        string pattern = "/metrics")
    {
        var settings = new MetricServerMiddleware.Settings();
        configure(settings);
        var page = endpoints.CreateApplicationBuilder().UseMiddleware<MetricServerMiddleware>(settings).Build();
        return endpoints.Map(pattern, page).WithDisplayName("Prometheus metrics");
    }

    /// <summary>Serves the page of metrics of one registry, the default one unless named, as an endpoint.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public static IEndpointConventionBuilder MapMetrics(
        this IEndpointRouteBuilder endpoints,
        string pattern = "/metrics",
        CollectorRegistry? registry = null) => endpoints.MapMetrics(settings => settings.Registry = registry, pattern);
}
