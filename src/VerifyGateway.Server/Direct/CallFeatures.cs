using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using VerifyGateway.Server.Frames;

namespace VerifyGateway.Server.Direct;

/// <summary>What a direct call uses of the server's features.</summary>
internal sealed class CallFeatures
{
    private readonly IFeatureCollection _all;
    private readonly IHttp2StreamIdFeature? _stream;

    private CallFeatures(IFeatureCollection all)
    {
        _all = all;
        Request = all.GetRequiredFeature<IHttpRequestFeature>();
        RequestBody = all.GetRequiredFeature<IRequestBodyPipeFeature>();
        Connection = all.GetRequiredFeature<IHttpConnectionFeature>();
        Response = all.GetRequiredFeature<IHttpResponseFeature>();
        ResponseBody = all.GetRequiredFeature<IHttpResponseBodyFeature>();
        Trailers = all.GetRequiredFeature<IHttpResponseTrailersFeature>();
        _stream = all.Get<IHttp2StreamIdFeature>();
        (Known, Found) = _stream is null ? (null, null) : (all.Get<KnownHeaders>(), all.Get<FoundRecords>());
    }

    /// <summary>Path, method and headers.</summary>
    public IHttpRequestFeature Request { get; }

    /// <summary>The request's body.</summary>
    public IRequestBodyPipeFeature RequestBody { get; }

    /// <summary>Where the caller is.</summary>
    public IHttpConnectionFeature Connection { get; }

    /// <summary>The answer's headers.</summary>
    public IHttpResponseFeature Response { get; }

    /// <summary>The answer's body.</summary>
    public IHttpResponseBodyFeature ResponseBody { get; }

    /// <summary>The answer's trailers.</summary>
    public IHttpResponseTrailersFeature Trailers { get; }

    /// <summary>What is known of the connection's headers; null where nothing answers in front of the web server.</summary>
    public KnownHeaders? Known { get; }

    /// <summary>What was found of calls' records in front of the web server; null where nothing answers there.</summary>
    public FoundRecords? Found { get; }

    /// <summary>The call's stream.</summary>
    public int StreamId => _stream!.StreamId;

    /// <summary>
    /// The features of a call that begins: those of the call before where it was of the same place of the server, which is its own features
    /// then. Asking for six of them costs as much as the decision.
    /// </summary>
    public static CallFeatures Of(IFeatureCollection all, CallFeatures? before) => before is not null && before._all == all && before.AreThePlaceItself ? before : new(all);

    private bool AreThePlaceItself => Request == _all && RequestBody == _all && Connection == _all && Response == _all && ResponseBody == _all && Trailers == _all;
}
