using System.Diagnostics;
using System.Net;
using Google.Protobuf;
using Microsoft.Extensions.DependencyInjection;
using VerifyGateway.Server.Callers;
using VerifyGateway.TestKit;
using VerifyGateway.V1;

namespace VerifyGateway.Server.Tests;

/// <summary>Which calls the direct way leaves to the ordinary service, and that each is counted once, over real connections.</summary>
public sealed class DirectCallTests(ITestOutputHelper output) : IAsyncLifetime
{
    private const string Method = "grpc_type=\"unary\",grpc_service=\"verifygateway.v1.VerificationService\",grpc_method=\"CheckStatus\"";

    private readonly int _seed = DirectComparisonTests.SeedOf(output);
    private DirectRig _rig = null!;

    public async ValueTask InitializeAsync() => _rig = await DirectRig.StartAsync(_seed, terminals: 150);

    public ValueTask DisposeAsync() => _rig.DisposeAsync();

    [Fact]
    public async Task Call_AnsweredEitherWay_IsCountedOnce()
    {
        var app = await _rig.ServeAsync(isDirect: true);
        var (terminals, merchants) = (await CacheRequestsAsync("terminal"), await CacheRequestsAsync("merchant"));
        var explained = DirectRig.Request(_rig.Fleet.Good);
        explained.Explain = true;
        for (var call = 1; call <= 20; call++)
        {
            var (isPlain, before) = (call % 2 == 0, app.OrdinaryCalls);
            Assert.Equal(Decision.Allow, DecisionOf(await app.SendAsync(new DirectRequest(Frame(isPlain ? Good() : explained)))));
            Assert.True(isPlain || app.OrdinaryCalls == before + 1);
            Assert.Equal(call, await app.MetricAsync($"grpc_server_started_total{{{Method}}}"));
            Assert.Equal(call, await app.MetricAsync($"grpc_server_handled_total{{{Method},grpc_code=\"OK\"}}"));
            Assert.Equal(call, await app.MetricAsync("grpc_server_handled_total{"));
            Assert.Equal(call, await app.MetricAsync($"grpc_server_handling_seconds_count{{{Method}}}"));
            Assert.Equal(call, await app.MetricAsync("verifygateway_decisions_total{decision=\"allow\",reason=\"OK\",source=\"memory\",freshness=\"fresh\"}"));
            Assert.Equal(call, await app.MetricAsync("verifygateway_served_age_seconds_count{decision=\"allow\"}"));
            Assert.Equal((terminals + call, merchants + call), (await CacheRequestsAsync("terminal"), await CacheRequestsAsync("merchant")));
        }

        var handled = await app.MetricAsync("grpc_server_handled_total{");
        var more = await CallUntilDirectAsync(app);
        Assert.Equal(handled + more, await app.MetricAsync("grpc_server_handled_total{"));
    }

    [Fact]
    public async Task Call_WithoutTheRoleOrForAnotherAcquirer_IsRefusedAsEver()
    {
        var good = _rig.Fleet.Good;
        var other = DirectFleet.Acquirers.First(acquirer => acquirer != good.Acquirer);
        foreach (var (callers, status) in new[]
        {
            (new CallerOptions { LoopbackRoles = CallerRoles.ReadBindings }, 7), (new CallerOptions { LoopbackRoles = CallerRoles.None }, 16), (new CallerOptions { LoopbackAcquirer = other }, 7),
            (new CallerOptions { LoopbackAcquirer = good.Acquirer }, 0),
        })
        {
            var app = await _rig.ServeAsync(isDirect: true, callers);
            for (var call = 1; call <= 30; call++)
            {
                Assert.Equal(status, StatusOf(await app.SendAsync(new DirectRequest(Frame(Good())))));
                Assert.True(status == 0 || app.OrdinaryCalls == call);
            }
        }
    }

    [Fact]
    public async Task Call_WhoseBodyComesLater_IsAnswered()
    {
        var app = await _rig.ServeAsync(isDirect: true);
        var frame = Frame(Good());
        foreach (var sentFirst in new[] { 0, 1, 5, frame.Length - 1 })
        {
            var before = app.OrdinaryCalls;
            var content = new PausedContent(frame, sentFirst);
            var answering = app.SendAsync(new DirectRequest(frame) { Content = () => content });
            await Wait.UntilAsync(() =>
            {
                // In front of the web server a call is held for a tenth of a second.
                _rig.Time.Advance(TimeSpan.FromMilliseconds(10));
                return app.OrdinaryCalls > before;
            }, "the call to be at the ordinary service, without its body");
            Assert.False(answering.IsCompleted);
            content.GoOn();
            Assert.Equal(Decision.Allow, DecisionOf(await answering.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken)));
        }
    }

    [Fact]
    public async Task Call_WhileSomebodyTraces_HasASpan()
    {
        var app = await _rig.ServeAsync(isDirect: true);
        var source = app.Services.GetRequiredService<ActivitySource>();
        var ended = 0;
        await CallUntilDirectAsync(app);
        using (var listener = new ActivityListener
        {
            // Of this application alone: others run beside it.
            ShouldListenTo = it => ReferenceEquals(it, source),
            Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = _ => Interlocked.Increment(ref ended),
        })
        {
            ActivitySource.AddActivityListener(listener);
            var before = app.OrdinaryCalls;
            for (var call = 1; call <= 30; call++)
            {
                Assert.Equal(Decision.Allow, DecisionOf(await app.SendAsync(new DirectRequest(Frame(Good())))));
                Assert.Equal(before + call, app.OrdinaryCalls);
            }

            await Wait.UntilAsync(() => Volatile.Read(ref ended) == 30, "a span of every call");
        }

        await CallUntilDirectAsync(app);
        Assert.Equal(30, Volatile.Read(ref ended));
    }

    [Theory]
    [InlineData("ForwardedHeaders_Enabled", "true", "x-forwarded-for", "203.0.113.9", 16)]
    [InlineData("ForwardedHeaders_Enabled", "true", "x-other", "1", 0)]
    [InlineData("AllowedHosts", "gateway.example", "x-other", "1", -400)]
    [InlineData("AllowedHosts", "gateway.example", "host", "gateway.example", 0)]
    [InlineData("AllowedHosts", "*", "x-other", "1", 0)]
    public async Task Call_WhenTheApplicationLooksAtItsOriginFirst_IsTreatedAsThatSays(string setting, string value, string header, string text, int status)
    {
        foreach (var isDirect in new[] { false, true })
        {
            var app = await _rig.ServeAsync(isDirect, settings: (setting, value));
            for (var call = 1; call <= 30; call++)
            {
                var answer = await app.SendAsync(new DirectRequest(Frame(Good())) { Headers = [(header, text)] });
                Assert.Equal(status, status < 0 ? -int.Parse(answer.Text.Split('\n')[0], System.Globalization.CultureInfo.InvariantCulture) : StatusOf(answer));
            }
        }
    }

    [Theory]
    [InlineData("CheckStatus", "4AFAFFFFFF071208")]
    [InlineData("CheckStatus", "52FAFFFFFF0712083031")]
    [InlineData("BatchCheckStatus", "0A084AFAFFFFFF071208")]
    [InlineData("BatchCheckStatus", "0AFAFFFFFF071208")]
    [InlineData("StreamCheckStatus", "0A084AFAFFFFFF071208")]
    public async Task Message_WithAPartThatClaimsToBeHuge_IsTheCallersMistake(string method, string message)
    {
        foreach (var isDirect in new[] { false, true })
        {
            var app = await _rig.ServeAsync(isDirect);
            var body = DirectWire.Frame(Convert.FromHexString(message));
            Assert.Equal(3, StatusOf(await app.SendAsync(new DirectRequest(body) { Path = "/verifygateway.v1.VerificationService/" + method })));
        }
    }

    private static byte[] Frame(CheckStatusRequest request) => DirectWire.Frame(request.ToByteArray());

    private static int StatusOf(DirectAnswer answer) =>
        int.Parse(answer.Text.Split('\n').Single(line => line.Contains("grpc-status: ")).Split(' ')[^1], System.Globalization.CultureInfo.InvariantCulture);

    private static Decision DecisionOf(DirectAnswer answer)
    {
        Assert.Equal(0, StatusOf(answer));
        return CheckStatusResponse.Parser.ParseFrom(answer.Body.AsSpan(5)).Decision;
    }

    /// <summary>Sends plain checks until one is answered directly; how many. A body that comes a moment after its headers takes a call the ordinary way.</summary>
    private async Task<int> CallUntilDirectAsync(DirectApp app)
    {
        for (var call = 1; call <= 2_000; call++)
        {
            var before = app.OrdinaryCalls;
            Assert.Equal(Decision.Allow, DecisionOf(await app.SendAsync(new DirectRequest(Frame(Good())))));
            if (app.OrdinaryCalls == before)
            {
                return call;
            }
        }

        throw new Xunit.Sdk.XunitException("None of 2,000 plain checks was answered directly.");
    }

    private CheckStatusRequest Good() => DirectRig.Request(_rig.Fleet.Good);

    private Task<double> CacheRequestsAsync(string entity) => _rig.MetricAsync($"verifygateway_cache_requests_total{{tier=\"memory\",entity=\"{entity}\"");

    /// <summary>Headers and some bytes go at once, and the rest when it is told to.</summary>
    private sealed class PausedContent(byte[] body, int first) : HttpContent
    {
        private readonly TaskCompletionSource _rest = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void GoOn() => _rest.SetResult();

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await stream.WriteAsync(body.AsMemory(0, first));
            await stream.FlushAsync();
            await _rest.Task;
            await stream.WriteAsync(body.AsMemory(first));
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
