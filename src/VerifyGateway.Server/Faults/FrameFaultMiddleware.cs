using System.Globalization;
using Google.Protobuf;
using Grpc.Core;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace VerifyGateway.Server.Faults;

/// <summary>
/// Gives a status of gRPC's own rules, INTERNAL, to calls whose frames the framework could not read or write. It throws on these
/// before an interceptor sees them and answers UNKNOWN, which no service of this gateway ever does.
/// </summary>
internal sealed class FrameFaultMiddleware(RequestDelegate next)
{
    private static readonly string FromFramework = ((int)StatusCode.Unknown).ToString(CultureInfo.InvariantCulture);

    private static readonly string Answered = ((int)StatusCode.Internal).ToString(CultureInfo.InvariantCulture);

    public async Task InvokeAsync(HttpContext context)
    {
        await next(context);
        Correct(context.Response.Headers, context.Response.HasStarted);
        if (context.Features.Get<IHttpResponseTrailersFeature>() is { } trailers)
        {
            Correct(trailers.Trailers, areSent: false);
        }
    }

    private static void Correct(IHeaderDictionary headers, bool areSent)
    {
        if (areSent || !headers.TryGetValue("grpc-status", out var status) || headers.ContainsKey(FaultInterceptor.DetailsTrailer))
        {
            return;
        }

        if (status == FromFramework)
        {
            headers["grpc-status"] = Answered;
            headers["grpc-message"] = "A frame of the call could not be read or written.";
        }

        AddDetails(headers);
    }

    /// <summary>What the framework itself refuses has a status and no details: programs get a word to go by.</summary>
    private static void AddDetails(IHeaderDictionary headers)
    {
        _ = int.TryParse(headers["grpc-status"], NumberStyles.None, CultureInfo.InvariantCulture, out var code);
        var reason = (StatusCode)code switch
        {
            StatusCode.ResourceExhausted => "MESSAGE_TOO_LARGE",
            StatusCode.Internal => "FRAME_UNREADABLE",
            StatusCode.Unimplemented => "UNIMPLEMENTED",
            _ => null,
        };
        if (reason is not null)
        {
            var details = GatewayException.StatusOf((StatusCode)code, Uri.UnescapeDataString(headers["grpc-message"].ToString()), reason);
            headers[FaultInterceptor.DetailsTrailer] = Convert.ToBase64String(details.ToByteArray());
        }
    }
}
