using System.IO.Pipelines;
using System.Net;
using Google.Protobuf;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using VerifyGateway.Server.Direct;

namespace VerifyGateway.Server.Tests;

/// <summary>What the short way leaves, it leaves whole and untouched, and counts by why.</summary>
public sealed class DirectLeftTests(ITestOutputHelper output) : IAsyncLifetime
{
    private static readonly string[] Causes = ["headers", "body", "message", "records", "fault"];

    private readonly int _seed = DirectComparisonTests.SeedOf(output);
    private readonly Pipe _body = new();
    private DirectRig _rig = null!;
    private DirectApp _app = null!;

    public async ValueTask InitializeAsync()
    {
        _rig = await DirectRig.StartAsync(_seed, terminals: 150);
        _app = await _rig.ServeAsync(isDirect: true);
    }

    public ValueTask DisposeAsync() => _rig.DisposeAsync();

    [Fact]
    public async Task Call_WhoseBodyBreaksOff_IsLeftAndNotThrown()
    {
        Assert.False(TryAnswer());
        await _body.Writer.CompleteAsync(new ConnectionResetForTest());
        Assert.False(TryAnswer());
        Assert.Equal(0, await _app.MetricAsync("grpc_server_started_total{"));
        await ExpectAsync(("body", 2));
    }

    [Fact]
    public async Task Call_ThatTheShortWayFailsOn_IsLeftUntouchedAndCounted()
    {
        var frame = await SendAsync(explain: false);
        Assert.False(TryAnswer(output: new NoOutput()));
        await ExpectUntouchedAsync(frame);
        await ExpectAsync(("fault", 1));
        // Without the fault the same call is answered.
        Assert.True(TryAnswer());
        await ExpectAsync(("fault", 1));
    }

    [Fact]
    public async Task Call_WithHeadersOrAMessageThatAskForMore_IsLeftUntouchedAndCounted()
    {
        var frame = await SendAsync(explain: true);
        Assert.False(TryAnswer(("grpc-encoding", "gzip")));
        Assert.False(TryAnswer(("grpc-timeout", "999u")));
        await ExpectAsync(("headers", 2));
        Assert.False(TryAnswer());
        await ExpectUntouchedAsync(frame);
        await ExpectAsync(("headers", 2), ("message", 1));
    }

    [Theory]
    [InlineData("1m", true)]
    [InlineData("1S", true)]
    [InlineData("99999999H", true)]
    [InlineData("1000u", true)]
    [InlineData("1999980u", true)]
    [InlineData("999u", false)]
    [InlineData("1000000n", true)]
    [InlineData("99999999n", true)]
    [InlineData("999999n", false)]
    [InlineData("0001m", false)]
    [InlineData("0m", false)]
    [InlineData("100000000m", false)]
    [InlineData("10x", false)]
    [InlineData("1_0m", false)]
    [InlineData("m", false)]
    public async Task Call_WithADeadline_IsAnsweredWhenThatIsAMillisecondOrMoreAway(string timeout, bool isAnswered)
    {
        await SendAsync(explain: false);
        Assert.Equal(isAnswered, TryAnswer(("grpc-timeout", timeout)));
        await ExpectAsync(("headers", isAnswered ? 0 : 1));
    }

    [Fact]
    public async Task Call_WhoseRecordsAreTooOld_IsLeftUntouchedAndCounted()
    {
        var frame = await SendAsync(explain: false);
        _rig.Fleet.IsDown = true;
        _rig.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.False(TryAnswer());
        await ExpectUntouchedAsync(frame);
        await ExpectAsync(("records", 1));
    }

    [Fact]
    public async Task Call_OfAnotherMethod_IsNotCounted()
    {
        Assert.False(TryAnswer(path: "/verifygateway.v1.VerificationService/BatchCheckStatus"));
        await ExpectAsync();
    }

    private async Task<byte[]> SendAsync(bool explain)
    {
        var request = DirectRig.Request(_rig.Fleet.Good);
        request.Explain = explain;
        var frame = DirectWire.Frame(request.ToByteArray());
        await _body.Writer.WriteAsync(frame);
        await _body.Writer.CompleteAsync();
        return frame;
    }

    private bool TryAnswer((string Name, string Value) header = default, string path = DirectRequest.CheckStatus, IHttpResponseBodyFeature? output = null)
    {
        var headers = new HeaderDictionary { ["content-type"] = "application/grpc" };
        if (header.Name is not null)
        {
            headers[header.Name] = header.Value;
        }

        var features = new FeatureCollection();
        features.Set<IHttpRequestFeature>(new HttpRequestFeature { Method = "POST", Path = path, Headers = headers });
        features.Set<IRequestBodyPipeFeature>(new BodyOf(_body.Reader));
        features.Set<IHttpConnectionFeature>(new HttpConnectionFeature { RemoteIpAddress = IPAddress.Loopback });
        features.Set<IHttpResponseFeature>(new HttpResponseFeature());
        features.Set(output ?? new StreamResponseBodyFeature(new MemoryStream()));
        features.Set<IHttpResponseTrailersFeature>(new TrailersOf());
        return _app.Services.GetRequiredService<DirectCheck>().TryAnswer(CallFeatures.Of(features, before: null), out _);
    }

    private async Task ExpectUntouchedAsync(byte[] frame)
    {
        var read = await _body.Reader.ReadAsync();
        Assert.Equal(frame, System.Buffers.BuffersExtensions.ToArray(read.Buffer));
        _body.Reader.AdvanceTo(read.Buffer.Start);
    }

    private async Task ExpectAsync(params (string Cause, int Times)[] left)
    {
        foreach (var cause in Causes)
        {
            Assert.Equal(left.SingleOrDefault(it => it.Cause == cause).Times, await _app.MetricAsync($"verifygateway_direct_left_total{{cause=\"{cause}\"}}"));
        }
    }

    private sealed class ConnectionResetForTest() : IOException("The stream was reset.");

    private sealed class BodyOf(PipeReader reader) : IRequestBodyPipeFeature
    {
        public PipeReader Reader => reader;
    }

    private sealed class TrailersOf : IHttpResponseTrailersFeature
    {
        public IHeaderDictionary Trailers { get; set; } = new HeaderDictionary();
    }

    private sealed class NoOutput() : StreamResponseBodyFeature(new MemoryStream()), IHttpResponseBodyFeature
    {
        PipeWriter IHttpResponseBodyFeature.Writer => throw new InvalidOperationException("There is no output.");
    }
}
