using System.Diagnostics;
using Google.Protobuf;
using VerifyGateway.Server.Callers;
using VerifyGateway.TestKit;
using VerifyGateway.V1;

namespace VerifyGateway.Server.Tests.Frames;

/// <summary>
/// The same frames, cut anywhere, go to a gateway with and to one without what answers in front of the web server: streams come to the same
/// end with the same answers, and so do connections.
/// </summary>
public sealed class FrameFuzzTests(ITestOutputHelper output) : IAsyncLifetime
{
    private const int Cases = 20_000;
    private const uint ProtocolError = 1;
    private const uint StreamClosed = 5;
    private const string Handled = "grpc_server_handled_total{grpc_type=\"unary\",grpc_service=\"verifygateway.v1.VerificationService\",grpc_method=\"CheckStatus\",grpc_code=\"OK\"}";

    private readonly int _seed = DirectComparisonTests.SeedOf(output);
    private DirectRig _rig = null!;

    public async ValueTask InitializeAsync() => _rig = await DirectRig.StartAsync(_seed);

    public ValueTask DisposeAsync() => _rig.DisposeAsync();

    [Fact]
    public async Task Streams_OfConnectionsThatGoOn_EndAlike_AndAreCountedOnce()
    {
        var (direct, ordinary) = (await _rig.ServeAsync(isDirect: true), await _rig.ServeAsync(isDirect: false));
        var (watch, random, calls, resets) = (Stopwatch.StartNew(), new Random(_seed), 0, 0);
        var (ofDirect, ofOrdinary) = (0, 0);
        for (var round = 0; calls < Cases; round++)
        {
            // Calls that are given up are counted or not, by chance.
            var script = FuzzScript.Allowed(random, new DirectMessages(random, _rig.Fleet.Pairs), random.Next(1, 300), gives: round % 3 == 2);
            var (front, behind) = await RunAsync(direct, ordinary, script, random);
            calls += script.Calls;
            Compare(script, front, behind);
            Assert.True(IsGood(front.Answers[script.LastStream]), $"the last call is not answered: {front.Answers[script.LastStream]}\n{script}");
            ofDirect += Good(script, front);
            ofOrdinary += Good(script, behind);
            resets += front.Answers.Values.Count(static answer => answer.IsGivenUp);
            await AreCountedAsync(direct, ofDirect, resets, script);
            await AreCountedAsync(ordinary, ofOrdinary, resets, script);
        }

        var infront = await direct.MetricAsync("verifygateway_direct_frames_total");
        output.WriteLine($"{calls:N0} calls twice, {resets:N0} given up, {ofDirect:N0} answered with OK, {infront:N0} in front, in {watch.Elapsed.TotalSeconds:F1} s");
        Assert.True(infront > calls / 6, $"only {infront} were answered in front");
    }

    /// <summary>Each connection finds gateways with nothing in memory, and a Redis that has some of the records.</summary>
    [Fact]
    public async Task Streams_OfConnectionsToGatewaysThatAskRedis_EndAlike_AndAreCountedOnce()
    {
        const int Terminals = 120;
        using var redis = await RedisServer.StartAsync();
        await DirectRig.FillAsync(redis, _seed, Terminals);
        var (watch, random, calls, infront, fromRedis) = (Stopwatch.StartNew(), new Random(_seed), 0, 0.0, 0.0);
        for (var round = 0; round < 25; round++)
        {
            await using var rig = await DirectRig.StartColdAsync(_seed, Terminals, redis);
            await using var other = await DirectRig.StartColdAsync(_seed, Terminals, redis);
            var (direct, ordinary) = (await rig.ServeAsync(isDirect: true), await other.ServeAsync(isDirect: false));
            var script = FuzzScript.Allowed(random, new DirectMessages(random, rig.Fleet.Pairs), random.Next(100, 300), gives: round % 3 == 2);
            var (front, behind) = await RunAsync(direct, ordinary, script, random);
            calls += script.Calls;
            Compare(script, front, behind);
            Assert.True(IsGood(front.Answers[script.LastStream]), $"the last call is not answered: {front.Answers[script.LastStream]}\n{script}");
            await AreCountedAsync(direct, Good(script, front), front.Answers.Values.Count(static answer => answer.IsGivenUp), script);
            infront += await direct.MetricAsync("verifygateway_direct_frames_total");
            fromRedis += await direct.MetricAsync("verifygateway_decisions_total{decision=\"allow\",reason=\"OK\",source=\"redis\"");
            if (round % 5 == 4)
            {
                // What it lacks then is read from the store.
                await redis.CliAsync("FLUSHALL");
            }
        }

        output.WriteLine($"{calls:N0} calls twice, {infront:N0} in front, {fromRedis:N0} allowed by Redis, in {watch.Elapsed.TotalSeconds:F1} s");
        Assert.True(infront > calls / 12 && fromRedis > 100, $"only {infront} were answered in front, and {fromRedis} allowed by Redis");
    }

    [Fact]
    public async Task Connections_OnWhichSomethingIsNotAllowed_EndAlike()
    {
        var (direct, ordinary) = (await _rig.ServeAsync(isDirect: true), await _rig.ServeAsync(isDirect: false));
        var random = new Random(_seed);
        var (told, toldBehind) = (0, 0);
        for (var round = 0; round < 150; round++)
        {
            var script = FuzzScript.Forbidden(random, new DirectMessages(random, _rig.Fleet.Pairs), random.Next(1, 20));
            var (front, behind) = await RunAsync(direct, ordinary, script, random);
            Compare(script, front, behind);
            // The web server closes the connection right after it has said why, with what it has not read: now and then the reason is lost on the way.
            told += front.GoAway is null ? 0 : 1;
            toldBehind += behind.GoAway is null ? 0 : 1;
            if (front.GoAway is null || behind.GoAway is null)
            {
                continue;
            }

            // A stream that was answered in front is one that has not begun to the web server, which ends the connection with another code.
            Assert.True(front.GoAway == behind.GoAway || (front.GoAway, behind.GoAway) is (ProtocolError, StreamClosed), $"{front.GoAway} and {behind.GoAway}\n{script}");
        }

        Assert.True(told >= 140 && toldBehind >= 140, $"of 150 connections {told} and {toldBehind} were told why they ended");
    }

    [Fact]
    public async Task Control_OfGatewaysThatDiffer_TheDifferenceIsFound()
    {
        var (direct, ordinary) = (await _rig.ServeAsync(isDirect: true), await _rig.ServeAsync(isDirect: false, new CallerOptions { LoopbackRoles = CallerRoles.Check | CallerRoles.Explain | CallerRoles.SeeConfidential }));
        var random = new Random(_seed);
        await Assert.ThrowsAnyAsync<Xunit.Sdk.XunitException>(async () =>
        {
            for (var round = 0; round < 20; round++)
            {
                var script = FuzzScript.Allowed(random, new DirectMessages(random, _rig.Fleet.Pairs), 200, gives: false);
                var (front, behind) = await RunAsync(direct, ordinary, script, random);
                Compare(script, front, behind);
            }
        });
    }

    private static async Task<(FuzzCaller Front, FuzzCaller Behind)> RunAsync(DirectApp direct, DirectApp ordinary, FuzzScript script, Random random)
    {
        var both = await Task.WhenAll(FuzzCaller.RunAsync("in front", direct.Address, script, random.Next()), FuzzCaller.RunAsync("behind", ordinary.Address, script, random.Next()));
        return (both[0], both[1]);
    }

    private static void Compare(FuzzScript script, FuzzCaller front, FuzzCaller behind)
    {
        Assert.False(front.IsCutShort || behind.IsCutShort, $"cut short, with and without: {front.IsCutShort} {front.GoAway}, {behind.IsCutShort} {behind.GoAway}\n{script}");
        foreach (var (stream, answer) in front.Answers)
        {
            var other = behind.Answers[stream];
            if (!answer.IsGivenUp)
            {
                Assert.True(TextOf(answer) == TextOf(other), $"stream {stream}\nin front {answer}\nbehind   {other}\n{script}");
            }
        }
    }

    /// <summary>An answer, but for where its records were: who asks first has them from the store.</summary>
    private static string TextOf(FuzzAnswer answer)
    {
        if (IsGood(answer) && answer.Body.Count > 5)
        {
            try
            {
                var message = CheckStatusResponse.Parser.ParseFrom(answer.Body.ToArray().AsSpan(5));
                message.Source = AnswerSource.Unspecified;
                return answer.Headers + message.ToString();
            }
            catch (InvalidProtocolBufferException)
            {
                // Of another method.
            }
        }

        return answer.ToString();
    }

    private static bool IsGood(FuzzAnswer answer) => answer.IsEnded && answer.Headers.ToString().EndsWith("grpc-status: 0\n", StringComparison.Ordinal);

    private static int Good(FuzzScript script, FuzzCaller caller) => caller.Answers.Count(it => script.Checks.Contains(it.Key) && IsGood(it.Value));

    private static async Task AreCountedAsync(DirectApp app, int good, int resets, FuzzScript script)
    {
        var counted = 0.0;
        await TestKit.Wait.UntilAsync(async () => (counted = await app.MetricAsync(Handled)) >= good, $"{good} calls to be counted");
        Assert.True(counted <= good + resets, $"{counted} calls are counted, of {good} that were answered and {resets} that were given up\n{script}");
    }
}
