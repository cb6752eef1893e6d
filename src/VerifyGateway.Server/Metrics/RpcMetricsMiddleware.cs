using System.Diagnostics;
using System.Globalization;
using Grpc.Core;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using VerifyGateway.Server.Rpc;

namespace VerifyGateway.Server.Metrics;

/// <summary>
/// Counts every call that reaches the gRPC port, those too that the framework ends before a service sees them (malformed, too
/// large, unknown method): an interceptor would not see these.
/// </summary>
internal sealed class RpcMetricsMiddleware(RequestDelegate next, RpcMetrics metrics)
{
    private const string StatusHeader = "grpc-status";

    public Task InvokeAsync(HttpContext context) => FirstCall.Is(context) ? next(context) : CountAsync(context);

    private async Task CountAsync(HttpContext context)
    {
        var counts = context.GetEndpoint()?.Metadata.GetMetadata<RpcMetrics.MethodCounts>() ?? metrics.Unknown;
        var began = Stopwatch.GetTimestamp();
        counts.Started.Inc();
        try
        {
            await next(context);
        }
        finally
        {
            counts.Seconds.Observe(Stopwatch.GetElapsedTime(began).TotalSeconds);
            counts.Handled(StatusOf(context)).Inc();
        }
    }

    /// <summary>
    /// The status in the trailers, or in the headers of an answer without a body; a call without one was cut off, or was not gRPC.
    /// What is no gRPC is the caller's mistake, whatever the framework says of it.
    /// </summary>
    private static StatusCode StatusOf(HttpContext context)
    {
        switch (context.Response.StatusCode)
        {
            case StatusCodes.Status415UnsupportedMediaType:
                return StatusCode.InvalidArgument;
            case StatusCodes.Status404NotFound or StatusCodes.Status405MethodNotAllowed:
                return StatusCode.Unimplemented;
        }

        if (context.Features.Get<IHttpResponseTrailersFeature>()?.Trailers.TryGetValue(StatusHeader, out var status) != true
            && !context.Response.Headers.TryGetValue(StatusHeader, out status))
        {
            return context.RequestAborted.IsCancellationRequested ? StatusCode.Cancelled : StatusCode.Unknown;
        }

        return int.TryParse(status, NumberStyles.None, CultureInfo.InvariantCulture, out var code) ? (StatusCode)code : StatusCode.Unknown;
    }
}
