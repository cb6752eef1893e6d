using System.Net.Http.Headers;
using Microsoft.AspNetCore.Http;

namespace Prometheus;

/// <summary>Answers every request with the page of metrics.</summary>
public sealed class MetricServerMiddleware
{
    private readonly CollectorRegistry _registry;
    private readonly bool _enableOpenMetrics;

    /// <summary>Made by the pipeline.</summary>
    public MetricServerMiddleware(RequestDelegate next, Settings settings)
    {
        _ = next;
        _registry = settings.Registry ?? Metrics.DefaultRegistry;
        _enableOpenMetrics = settings.EnableOpenMetrics;
    }

    /// <summary>Writes the page, in the format that the request asks for.</summary>
    public async Task Invoke(HttpContext context)
    {
        var format = Negotiate(context.Request);
        context.Response.StatusCode = StatusCodes.Status200OK;
        context.Response.ContentType = format == ExpositionFormat.OpenMetricsText
            ? PrometheusConstants.OpenMetricsContentTypeWithVersionAndEncoding
            : PrometheusConstants.TextContentTypeWithVersionAndEncoding;
        try
        {
            await _registry.CollectAndExportAsTextAsync(context.Response.Body, format, context.RequestAborted);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The reader went away; there is nobody to tell.
        }
    }

    /// <summary>
    /// The first of the two formats in the order of the reader's preference, the text format when neither is named. A browser cannot
    /// easily send the header, so a parameter <c>accept</c> in the address takes its place.
    /// </summary>
    private ExpositionFormat Negotiate(HttpRequest request)
    {
        var accept = request.Query.TryGetValue("accept", out var inAddress) ? string.Join(',', inAddress.AsEnumerable()) : request.Headers.Accept.ToString();
        var wanted = accept.Split(',')
            .Select(part => MediaTypeWithQualityHeaderValue.TryParse(part, out var type) ? type : null)
            .OfType<MediaTypeWithQualityHeaderValue>()
            .OrderByDescending(type => type.Quality ?? 1)
            .Select(type => type.MediaType)
            .FirstOrDefault(type => type == PrometheusConstants.TextContentType
                || (_enableOpenMetrics && type == PrometheusConstants.OpenMetricsContentType));
        return wanted == PrometheusConstants.OpenMetricsContentType ? ExpositionFormat.OpenMetricsText : ExpositionFormat.PrometheusText;
    }

    /// <summary>What the endpoint can be told.</summary>
    public sealed class Settings
    {
        /// <summary>The registry whose metrics are on the page; null takes the default one.</summary>
        public CollectorRegistry? Registry { get; set; }

        /// <summary>Whether a reader who asks for OpenMetrics gets it; without it there are no exemplars.</summary>
        public bool EnableOpenMetrics { get; set; } = true;
    }
}
