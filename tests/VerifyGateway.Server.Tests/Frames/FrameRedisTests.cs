using System.IO.Pipelines;
using Google.Protobuf;
using VerifyGateway.Server.Frames;
using VerifyGateway.TestKit;
using VerifyGateway.V1;

namespace VerifyGateway.Server.Tests.Frames;

/// <summary>
/// Calls whose records real Redis has and memory lacks: they wait for Redis in front of the web server, together, and nothing else waits for
/// them. Redis is stopped for as long as they are to wait.
/// </summary>
public sealed class FrameRedisTests(ITestOutputHelper output) : IAsyncLifetime
{
    private const int Terminals = 40;
    private const string RedisHits = "verifygateway_cache_requests_total{tier=\"redis\",entity=\"terminal\",outcome=\"hit\"}";

    private readonly int _seed = DirectComparisonTests.SeedOf(output);
    private RedisServer _redis = null!;
    private FrameRig _rig = null!;

    public async ValueTask InitializeAsync()
    {
        _redis = await RedisServer.StartAsync();
        await DirectRig.FillAsync(_redis, _seed, Terminals);
        _rig = await FrameRig.StartAsync(await DirectRig.StartColdAsync(_seed, Terminals, _redis));
        await _rig.LearnAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _redis.Process.Signal("CONT");
        await _rig.DisposeAsync();
        _redis.Dispose();
    }

    [Fact]
    public async Task Calls_ThatCameTogether_AreAnsweredFromOneReadOfRedis_AndCountedOnce()
    {
        var (reads, hits) = (await ReadsAsync(), await _rig.Direct.MetricAsync(RedisHits));
        uint[] streams = [3, 5, 7, 9, 11, 13];
        await _rig.SendAsync([.. streams.SelectMany(static stream => Wire.Frame(Wire.Headers, Wire.EndHeaders, stream, Wire.PlainBlock)), .. streams.SelectMany(Body)]);
        await _rig.PassesAsync();
        var answers = await AnswersAsync(streams.Length);
        Assert.Equal(streams, answers.Keys.Order());
        Assert.All(answers.Values, static it => Assert.Equal(AnswerSource.Redis, it.Source));
        Assert.Equal(Decision.Allow, answers[3].Decision);
        Assert.Equal(reads + 1, await ReadsAsync());
        Assert.Equal(hits + streams.Length, await _rig.Direct.MetricAsync(RedisHits));
        Assert.Equal(streams.Length, await _rig.App.MetricAsync("verifygateway_direct_frames_total"));
        Assert.Equal(streams.Length, await _rig.App.MetricAsync("grpc_server_handled_total{"));
        Assert.Equal(streams.Length, await _rig.App.MetricAsync("verifygateway_decisions_total{"));

        // They are in memory now.
        await _rig.SendAsync(Call(15, 3));
        await _rig.PassesAsync();
        Assert.Equal(AnswerSource.Memory, Messages()[15].Source);
    }

    [Fact]
    public async Task Call_WhoseRecordsAreInMemory_DoesNotWaitForThoseThatWaitForRedis()
    {
        await _rig.SendAsync(Call(3, 0));
        await AnswersAsync(1);
        _redis.Process.Signal("STOP");
        await _rig.SendAsync([.. Call(5, 1), .. Call(7, 0), .. Call(9, 2)]);
        await _rig.PassesAsync();
        Assert.Equal([7U], Messages().Keys);
        await _rig.SendAsync(Call(11, 0));
        await _rig.PassesAsync();
        Assert.Equal([11U], Messages().Keys);
        _redis.Process.Signal("CONT");
        Assert.Equal([5U, 9U], (await AnswersAsync(2)).Keys.Order());
        await _rig.PassesAsync();
    }

    [Fact]
    public async Task Calls_WhoseRecordsRedisLacks_GoToTheWebServerTogetherWithWhatWasFound_AndTheOthersAreAnswered()
    {
        await _redis.CliAsync("FLUSHALL");
        await _rig.SendAsync([.. Call(3, 0), .. Call(5, 1), .. Call(7, 2)]);
        byte[] all = [.. Call(3, 0), .. Call(5, 1), .. Call(7, 2)];
        await PassAsync(all);
        Assert.Empty(_rig.Answers());
        foreach (var stream in new[] { 3, 5, 7 })
        {
            Assert.False(Assert.IsType<Caching.NearFinds>(_rig.Found.Take(stream)).WasFresh);
            Assert.Null(_rig.Found.Take(stream));
        }
    }

    /// <summary>What comes while a call waits, and is for the web server, finds it there before it.</summary>
    [Theory]
    [InlineData("reset")]
    [InlineData("other headers")]
    [InlineData("more of the body")]
    [InlineData("the end again")]
    [InlineData("trailers")]
    [InlineData("too much room")]
    public async Task Call_ThatWaits_IsTheWebServersWhenSomethingUnusualComes(string what)
    {
        _redis.Process.Signal("STOP");
        await _rig.SendAsync([.. Call(3, 0), .. Call(5, 1), .. Wire.Grant(5, 70)]);
        await _rig.PassesAsync();
        var after = what switch
        {
            "reset" => Wire.Frame(Wire.Reset, 0, 5, Wire.Number(8)),
            "other headers" => Wire.Call(7, Wire.Block("/verifygateway.v1.VerificationService/BatchCheckStatus"), _rig.Good),
            "more of the body" => Wire.Frame(Wire.Data, Wire.EndStream, 5, _rig.Good),
            "the end again" => Wire.Frame(Wire.Data, Wire.EndStream, 5),
            "trailers" => Wire.Frame(Wire.Headers, Wire.EndHeaders | Wire.EndStream, 5, 0x00, 1, (byte)'x', 1, (byte)'y'),
            _ => Wire.Grant(5, int.MaxValue),
        };
        await _rig.SendAsync(after);
        await _rig.PassesAsync([
            .. Call(3, 0), .. Wire.Frame(Wire.Headers, Wire.EndHeaders, 5, Wire.PlainBlock), .. Wire.Grant(5, 70), .. Body(5), .. after]);
        _redis.Process.Signal("CONT");
        // What Redis says then is nobody's business here; the connection goes on.
        await _rig.SendAsync(Call(11, 2));
        Assert.Equal([11U], (await AnswersAsync(1)).Keys);
        await _rig.PassesAsync();
    }

    [Fact]
    public async Task Call_ThatWaitsForATenthOfASecond_IsTheWebServersThen()
    {
        _redis.Process.Signal("STOP");
        await _rig.SendAsync(Call(3, 0));
        await _rig.PassesAsync();
        _rig.Time.Advance(TimeSpan.FromMilliseconds(99));
        await _rig.PassesAsync();
        _rig.Time.Advance(TimeSpan.FromMilliseconds(1));
        await _rig.PassesAsync(Call(3, 0));
        Assert.Empty(_rig.Answers());
    }

    [Fact]
    public async Task Calls_ThatWaitWhenTheGatewayStops_AreTheWebServers()
    {
        _redis.Process.Signal("STOP");
        await _rig.SendAsync(Call(3, 0));
        await _rig.PassesAsync();
        await _rig.App.StopAsync();
        await _rig.SendAsync(Wire.Frame(Wire.Ping, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8));
        await _rig.PassesAsync([.. Call(3, 0), .. Wire.Frame(Wire.Ping, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8)]);
    }

    [Fact]
    public async Task Calls_WhereThereIsNoRedis_DoNotWait()
    {
        await using var rig = await FrameRig.StartAsync(await DirectRig.StartColdAsync(_seed, Terminals));
        await rig.LearnAsync();
        await rig.SendAsync(Call(3, 0));
        await rig.PassesAsync(Call(3, 0));
    }

    [Fact]
    public async Task Calls_ThatWaitWhenTheCallerHasSentAll_AreTheWebServers()
    {
        _redis.Process.Signal("STOP");
        await _rig.SendAsync(Call(3, 0));
        await _rig.PassesAsync();
        _rig.EndSending();
        await _rig.PassesAsync(Call(3, 0));
        Assert.True(_rig.IsEnded);
        _redis.Process.Signal("CONT");
    }

    [Fact]
    public async Task Calls_WithADeadlineThatLeavesNoTimeForRedis_DoNotWait()
    {
        await using var rig = await FrameRig.StartAsync(await DirectRig.StartColdAsync(_seed, Terminals, _redis));
        await rig.LearnAsync(mayWait: false);
        await rig.SendAsync(Call(3, 0));
        await rig.PassesAsync(Call(3, 0));
    }

    [Fact]
    public async Task Redis_AnswersWhileTheWebServerHasNotTakenWhatIsBeforeIt_TheCallIsAnsweredAllTheSame()
    {
        _redis.Process.Signal("STOP");
        byte[] ping = Wire.Frame(Wire.Ping, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8);
        await _rig.SendAsync(Call(3, 0));
        await _rig.PassesAsync();
        await _rig.SendAsync(ping);
        var hits = await _rig.Direct.MetricAsync(RedisHits);
        _redis.Process.Signal("CONT");
        await Wait.UntilAsync(async () => await _rig.Direct.MetricAsync(RedisHits) > hits, "Redis to answer");
        // It takes what it has read in two steps, and reads between them.
        Assert.Equal(ping, await _rig.PassedAsync(most: 9));
        Assert.Equal([3U], (await AnswersAsync(1)).Keys);
    }

    [Fact]
    public async Task Calls_AsManyAsACallerMayHaveUnderWay_WaitTogether()
    {
        const int Calls = 200;
        _redis.Process.Signal("STOP");
        await _rig.SendAsync([.. Enumerable.Range(1, Calls).SelectMany(n => Call(1 + (2 * (uint)n), n % Terminals))]);
        await _rig.PassesAsync();
        _redis.Process.Signal("CONT");
        Assert.Equal(Calls, (await AnswersAsync(Calls)).Count);
        await _rig.PassesAsync();
    }

    [Fact]
    public async Task Call_ThatGoesToTheWebServerAtOnceWithWhatCameAfterIt_IsNotAskedForHere()
    {
        var reads = await ReadsAsync();
        var other = Wire.Call(5, Wire.Block("/verifygateway.v1.VerificationService/BatchCheckStatus"), _rig.Good);
        await _rig.SendAsync([.. Call(3, 0), .. other]);
        await _rig.PassesAsync([.. Call(3, 0), .. other]);
        Assert.Equal(reads, await ReadsAsync());
        Assert.Equal(0, await _rig.Direct.MetricAsync("verifygateway_cache_requests_total{tier=\"memory\""));
    }

    /// <summary>The thread that reads the connection waits for a caller who does not read, while a call waits for Redis.</summary>
    [Fact]
    public async Task Redis_HasAnsweredSoLongAgoThatNothingMayBeAllowedFromIt_TheCallIsTheWebServers()
    {
        var full = new PipeOptions(readerScheduler: PipeScheduler.Inline, writerScheduler: PipeScheduler.Inline, useSynchronizationContext: false, pauseWriterThreshold: 1, resumeWriterThreshold: 1);
        await using var rig = await FrameRig.StartAsync(await DirectRig.StartColdAsync(_seed, Terminals, _redis), full);
        await rig.LearnAsync();
        await rig.SendAsync(Call(3, 1));
        await rig.PassesAsync();
        await Wait.UntilAsync(() => rig.Answers().Count > 0, "the first call to be answered");
        _redis.Process.Signal("STOP");
        // The second is answered from memory, and its answer does not go out.
        await rig.SendAsync([.. Call(5, 0), .. Call(7, 1)]);
        var hits = await rig.Direct.MetricAsync(RedisHits);
        _redis.Process.Signal("CONT");
        await Wait.UntilAsync(async () => await rig.Direct.MetricAsync(RedisHits) > hits, "Redis to answer");
        rig.Time.Advance(TimeSpan.FromMilliseconds(new Caching.CacheOptions().FreshForMs));
        var sent = new List<WireFrame>();
        byte[] passed = [];
        await Wait.UntilAsync(
            async () =>
            {
                sent.AddRange(rig.Answers());
                passed = [.. passed, .. await rig.PassedAsync()];
                return passed.Length > 0 || sent.Exists(static it => it.Stream == 5);
            },
            "the call to be somebody's");
        Assert.Equal(Call(5, 0), passed);
        Assert.Contains(sent, static it => it.Stream == 7);
    }

    [Fact]
    public void Held_OneAfterTheOther_UsesTheSamePlace()
    {
        var (held, block) = (new HeldCalls(), new KnownHeaders.Block(1, Wire.PlainBlock, TableUse.None));
        var body = new byte[300];
        var bytes = 0L;
        for (var stream = 1U; stream < 2_000; stream += 2)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            held.Add(stream, block, since: 1);
            held[held.Find(stream)].Keep(body);
            held.Remove(held.Find(stream));
            bytes += stream == 1 ? 0 : GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Assert.Equal(0, bytes);
    }

    [Fact]
    public async Task Redis_AnswersMoreThanIsSentAtOnce_WhatHasComeMeanwhileIsLookedAt()
    {
        const int Calls = 30;
        _rig.Direct.Load(DirectRig.AllPolicies);
        await _rig.SendAsync(Call(3, 1));
        await AnswersAsync(1);
        _redis.Process.Signal("STOP");
        byte[] ping = Wire.Frame(Wire.Ping, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8);
        // A card on which there is the longest policy.
        var check = DirectRig.Request(_rig.Direct.Fleet.Good);
        (check.Card, check.AppVersion, check.Location) = (new PayerCard { CardClass = CardClass.Prepaid }, "2.1", new Location { LatitudeMicrodegrees = 31_230_000, LongitudeMicrodegrees = 121_470_000 });
        await _rig.SendAsync([.. Enumerable.Range(1, Calls).SelectMany(n => Wire.Call(3 + (2 * (uint)n), Wire.PlainBlock, DirectWire.Frame(check.ToByteArray())))]);
        await _rig.PassesAsync();
        // The web server has not read on when the last call comes.
        await _rig.SendAsync(ping);
        await _rig.SendAsync(Call(101, 1));
        var hits = await _rig.Direct.MetricAsync(RedisHits);
        _redis.Process.Signal("CONT");
        await Wait.UntilAsync(async () => await _rig.Direct.MetricAsync(RedisHits) == hits + Calls, "Redis to answer");
        await _rig.PassesAsync(ping);
        var bytes = 0;
        var streams = new List<uint>();
        await Wait.UntilAsync(
            () =>
            {
                var data = _rig.Answers().Where(static it => it.Type == Wire.Data).ToArray();
                bytes += data.Sum(static it => it.Payload.Length);
                streams.AddRange(data.Select(static it => it.Stream));
                return streams.Contains(101);
            },
            "the last call to be answered");
        output.WriteLine($"{bytes} bytes");
        Assert.True(bytes > 32 * 1024);
    }

    [Fact]
    public async Task Window_OfStreamsIsTooSmallWhenRedisAnswers_TheCallIsTheWebServers()
    {
        _redis.Process.Signal("STOP");
        await _rig.SendAsync(Call(3, 0));
        await _rig.PassesAsync();
        var settings = Wire.Frame(Wire.Settings, 0, 0, 0, 4, 0, 0, 0, 100);
        await _rig.SendAsync(settings);
        await _rig.PassesAsync(settings);
        _redis.Process.Signal("CONT");
        await PassAsync(Call(3, 0));
        Assert.Empty(_rig.Answers());
        Assert.True(_rig.Found.Take(3)!.WasFresh);
    }

    [Fact]
    public async Task Lease_EndsWhileACallWaits_NothingOfRedisIsAllowed()
    {
        _redis.Process.Signal("STOP");
        _rig.Direct.Fleet.IsDown = true;
        // So that it ends before the call has waited for as long as calls may.
        _rig.Time.Advance(TimeSpan.FromMilliseconds(new Caching.CacheOptions().FreshForMs - 50));
        await _rig.SendAsync(Call(3, 0));
        await _rig.PassesAsync();
        _rig.Time.Advance(TimeSpan.FromMilliseconds(60));
        await _rig.PassesAsync();
        _redis.Process.Signal("CONT");
        await PassAsync(Call(3, 0));
        Assert.Empty(_rig.Answers());
    }

    private byte[] Call(uint stream, int pair) => [.. Wire.Frame(Wire.Headers, Wire.EndHeaders, stream, Wire.PlainBlock), .. Wire.Frame(Wire.Data, Wire.EndStream, stream, Check(pair))];

    private byte[] Body(uint stream) => Wire.Frame(Wire.Data, Wire.EndStream, stream, Check((int)(stream - 3) / 2));

    private byte[] Check(int pair) => DirectWire.Frame(DirectRig.Request(_rig.Direct.Fleet.Pairs[pair]).ToByteArray());

    private async Task<int> ReadsAsync() =>
        (await _redis.CliAsync("INFO", "commandstats")).Split('\n').Where(static it => it.StartsWith("cmdstat_mget:", StringComparison.Ordinal)).Select(static it => int.Parse(it.Split('=', ',')[1], System.Globalization.CultureInfo.InvariantCulture)).SingleOrDefault();

    private Dictionary<uint, CheckStatusResponse> Messages() => _rig.Answers()
        .Where(static it => it.Type == Wire.Data).ToDictionary(static it => it.Stream, static it => CheckStatusResponse.Parser.ParseFrom(it.Payload.AsSpan(5)));

    /// <summary>Waits for so many answers.</summary>
    private async Task<Dictionary<uint, CheckStatusResponse>> AnswersAsync(int count)
    {
        var all = new Dictionary<uint, CheckStatusResponse>();
        await _rig.PassesAsync();
        await Wait.UntilAsync(
            () =>
            {
                foreach (var (stream, message) in Messages())
                {
                    all.Add(stream, message);
                }

                return all.Count >= count;
            },
            $"{count} answers");
        return all;
    }

    /// <summary>Waits until the web server has read these bytes, and no others.</summary>
    private async Task PassAsync(byte[] expected)
    {
        byte[] passed = [];
        await Wait.UntilAsync(async () => (passed = [.. passed, .. await _rig.PassedAsync()]).Length >= expected.Length, "the web server to read");
        Assert.Equal(expected, passed);
    }
}
