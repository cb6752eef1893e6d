using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace VerifyGateway.Server.Rpc;

/// <summary>
/// The first call of an application, made by itself: the framework makes the tables of its routes and the parts of a method's handler for the
/// first call that needs them, which would be a caller's. It is a check that says nothing and so is refused: no record is looked for,
/// nothing is decided, and it is counted nowhere. Safe from any thread once the application has started.
/// </summary>
public sealed class FirstCall
{
    private RequestDelegate? _path;

    /// <summary>Makes it. Once more a while later, it goes the way that the framework has made meanwhile of what the first one needed.</summary>
    /// <returns>gRPC's status of the refusal.</returns>
    /// <exception cref="InvalidOperationException">The application has not started, or has not refused it.</exception>
    public async Task<string> MakeAsync()
    {
        var path = _path ?? throw new InvalidOperationException("the application has not started");
        var trailers = new Trailers();
        var context = new DefaultHttpContext();
        context.Features.Set<IHttpResponseTrailersFeature>(trailers);
        context.Features.Set(Mark.Instance);
        context.Connection.RemoteIpAddress = IPAddress.Loopback;
        var request = context.Request;
        (request.Protocol, request.Method, request.Path) = (HttpProtocol.Http2, HttpMethods.Post, "/verifygateway.v1.VerificationService/CheckStatus");
        request.ContentType = "application/grpc";
        // A frame that holds nothing.
        request.Body = new MemoryStream(new byte[5]);
        await path(context);
        await context.Response.CompleteAsync();
        var status = trailers.All.TryGetValue("grpc-status", out var last) ? last : context.Response.Headers["grpc-status"];
        return status.ToString() is { Length: > 0 } refusal and not "0" ? refusal : throw new InvalidOperationException($"a check that says nothing was answered with {context.Response.StatusCode} and status '{status}'");
    }

    /// <summary>Takes the way of all calls, as soon as it is there.</summary>
    internal void Goes(RequestDelegate path) => _path = path;

    /// <summary>True for this call.</summary>
    internal static bool Is(HttpContext call) => call.Features.Get<Mark>() is not null;

    private sealed class Mark
    {
        public static Mark Instance { get; } = new();
    }

    private sealed class Trailers : IHttpResponseTrailersFeature
    {
        public IHeaderDictionary All { get; private set; } = new HeaderDictionary();

        IHeaderDictionary IHttpResponseTrailersFeature.Trailers
        {
            get => All;
            set => All = value;
        }
    }
}
