using System.Net.Http.Headers;
using System.Text;

namespace Prometheus;

/// <summary>The content types and the encoding of the page of metrics.</summary>
public static class PrometheusConstants
{
    /// <summary>The media type of the text format.</summary>
    public const string TextContentType = "text/plain";

    /// <summary>The media type of OpenMetrics.</summary>
    public const string OpenMetricsContentType = "application/openmetrics-text";

    /// <summary>The Content-Type header of a page in the text format.</summary>
    public const string TextContentTypeWithVersionAndEncoding = TextContentType + "; version=0.0.4; charset=utf-8";

    /// <summary>The Content-Type header of a page in OpenMetrics.</summary>
    public const string OpenMetricsContentTypeWithVersionAndEncoding = OpenMetricsContentType + "; version=1.0.0; charset=utf-8";

    /// <summary><see cref="TextContentTypeWithVersionAndEncoding"/>, parsed.</summary>
    public static readonly MediaTypeHeaderValue ExporterContentTypeValue = MediaTypeHeaderValue.Parse(TextContentTypeWithVersionAndEncoding);

    /// <summary><see cref="OpenMetricsContentTypeWithVersionAndEncoding"/>, parsed.</summary>
    public static readonly MediaTypeHeaderValue ExporterOpenMetricsContentTypeValue = MediaTypeHeaderValue.Parse(OpenMetricsContentTypeWithVersionAndEncoding);

    /// <summary>UTF-8 without a byte order mark.</summary>
    public static readonly Encoding ExportEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
}
