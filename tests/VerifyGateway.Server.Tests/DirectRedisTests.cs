using Google.Protobuf;
using VerifyGateway.Server.Tests.Frames;
using VerifyGateway.TestKit;
using VerifyGateway.V1;

namespace VerifyGateway.Server.Tests;

/// <summary>
/// Checks that memory lacks, with real Redis: two gateways with empty memories and a Redis each, one with the short way and one without it,
/// answer the same and count the same.
/// </summary>
public sealed class DirectRedisTests(ITestOutputHelper output) : IAsyncLifetime
{
    private const int Terminals = 300;

    private readonly int _seed = DirectComparisonTests.SeedOf(output);
    private readonly Dictionary<string, double> _before = [];
    private RedisServer _redis = null!;
    private RedisServer _otherRedis = null!;
    private DirectRig _direct = null!;
    private DirectRig _ordinary = null!;
    private DirectApp _directApp = null!;
    private DirectApp _ordinaryApp = null!;

    public async ValueTask InitializeAsync()
    {
        (_redis, _otherRedis) = (await RedisServer.StartAsync(), await RedisServer.StartAsync());
        (_direct, _ordinary) = (await RigAsync(_redis), await RigAsync(_otherRedis));
        (_directApp, _ordinaryApp) = (await _direct.ServeAsync(isDirect: true), await _ordinary.ServeAsync(isDirect: false));
        foreach (var (series, difference) in await DifferencesAsync())
        {
            // What each has asked until it was connected.
            _before[series] = difference;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _direct.DisposeAsync();
        await _ordinary.DisposeAsync();
        _redis.Dispose();
        _otherRedis.Dispose();
    }

    [Fact]
    public async Task Checks_ThatRedisHas_AreAnsweredOnTheShortWayTheSameAndCountedTheSame()
    {
        await FillRedisAsync();
        var pairs = _direct.Fleet.Pairs;
        var fromRedis = 0;
        foreach (var pair in pairs)
        {
            var (direct, ordinary) = (await SendAsync(_directApp, pair), await SendAsync(_ordinaryApp, pair));
            Assert.True(direct.IsAs(ordinary), $"{pair}\ndirect   {direct}\nordinary {ordinary}");
            fromRedis += CheckStatusResponse.Parser.ParseFrom(direct.Body.AsSpan(5)).Source == AnswerSource.Redis ? 1 : 0;
        }

        var left = await _directApp.MetricAsync("verifygateway_direct_left_total{");
        output.WriteLine($"{pairs.Count} checks, {fromRedis} of Redis, {_directApp.OrdinaryCalls} to the ordinary service");
        Assert.InRange(fromRedis, Terminals / 2, pairs.Count);
        Assert.Equal(0, await _directApp.MetricAsync("verifygateway_direct_left_total{cause=\"records\"}"));
        Assert.Equal(left, _directApp.OrdinaryCalls);
        Assert.InRange(left, 0, fromRedis / 2);
        await ExpectSameCountsAsync();
    }

    [Fact]
    public async Task Checks_ThatRedisLacks_GoOnInTheOrdinaryServiceAndNothingIsAskedOrCountedTwice()
    {
        foreach (var pair in _direct.Fleet.Pairs)
        {
            var (direct, ordinary) = (await SendAsync(_directApp, pair), await SendAsync(_ordinaryApp, pair));
            Assert.True(direct.IsAs(ordinary), $"{pair}\ndirect   {direct}\nordinary {ordinary}");
        }

        Assert.InRange(await _directApp.MetricAsync("verifygateway_direct_left_total{cause=\"records\"}"), Terminals / 2, _direct.Fleet.Pairs.Count);
        await ExpectSameCountsAsync();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Checks_FromFrames_AreAnsweredTheSameAndNothingIsAskedOrCountedTwice(bool areInRedis)
    {
        if (areInRedis)
        {
            await FillRedisAsync();
        }

        await using var connection = await RawConnection.OpenAsync(_directApp.Address);
        var stream = 1U;
        foreach (var pair in _direct.Fleet.Pairs)
        {
            var body = DirectWire.Frame(DirectRig.Request(pair).ToByteArray());
            await connection.SendAsync(Wire.Call(stream, Wire.PlainBlock, body));
            var direct = (await connection.AnswerAsync(stream)).Where(static it => it.Type == Wire.Data).SelectMany(static it => it.Payload).ToArray();
            Assert.Equal((await SendAsync(_ordinaryApp, pair)).Body, direct);
            stream += 2;
        }

        var (frames, records) = (await _directApp.MetricAsync("verifygateway_direct_frames_total"), await LeftAsync("records"));
        output.WriteLine($"{_direct.Fleet.Pairs.Count} checks, {frames} from frames, {records} whose records Redis had not");
        if (areInRedis)
        {
            Assert.InRange(frames, Terminals / 2, _direct.Fleet.Pairs.Count);
            Assert.Equal(0, records);
        }
        else
        {
            Assert.InRange(records, Terminals / 2, _direct.Fleet.Pairs.Count);
        }

        await ExpectSameCountsAsync();
    }

    [Fact]
    public async Task Check_WithADeadlineOfLessThanASecond_WaitsForRedisInTheOrdinaryService()
    {
        await FillRedisAsync();
        var at = 0;
        foreach (var (timeout, waits) in new[] { ("999m", false), ("1000m", true), ("9m", false), ("1S", true), ("1M", true), ("1H", true), ("999999u", false), ("1000000u", true), ("99999999n", false) })
        {
            // Until the body came with its headers.
            for (var tries = 0; tries < 40; tries++)
            {
                var (before, records) = (_directApp.OrdinaryCalls, await LeftAsync("records"));
                var answer = await SendAsync(_directApp, _direct.Fleet.Pairs[at++ % 240], ("grpc-timeout", timeout));
                Assert.Contains("grpc-status: 0", answer.Text, StringComparison.Ordinal);
                if (CheckStatusResponse.Parser.ParseFrom(answer.Body.AsSpan(5)).Source == AnswerSource.Redis && (await LeftAsync("records") > records || _directApp.OrdinaryCalls == before))
                {
                    Assert.Equal(waits, _directApp.OrdinaryCalls == before);
                    break;
                }

                Assert.True(tries < 39, timeout);
            }
        }
    }

    [Fact]
    public async Task Redis_ThatHangs_TheCheckGoesOnToTheStoreWithinItsLimit()
    {
        await FillRedisAsync();
        _redis.Process.Signal("STOP");
        for (var n = 0; n < 30; n++)
        {
            var answer = await SendAsync(_directApp, _direct.Fleet.Pairs[n]);
            Assert.Contains("grpc-status: 0", answer.Text, StringComparison.Ordinal);
            Assert.NotEqual(AnswerSource.Redis, CheckStatusResponse.Parser.ParseFrom(answer.Body.AsSpan(5)).Source);
        }

        _redis.Process.Signal("CONT");
    }

    [Fact]
    public async Task Lease_HasEndedAndTheStoreIsDown_NothingOfRedisIsAllowed()
    {
        await FillRedisAsync();
        foreach (var rig in new[] { _direct, _ordinary })
        {
            rig.Fleet.IsDown = true;
            rig.Time.Advance(TimeSpan.FromMinutes(1));
        }

        foreach (var pair in _direct.Fleet.Pairs.Take(60))
        {
            var (direct, ordinary) = (await SendAsync(_directApp, pair), await SendAsync(_ordinaryApp, pair));
            Assert.Contains("grpc-status: 14", direct.Text, StringComparison.Ordinal);
            Assert.True(direct.IsAs(ordinary));
        }

        await ExpectSameCountsAsync();
    }

    private async Task<DirectRig> RigAsync(RedisServer redis)
    {
        var rig = await DirectRig.StartColdAsync(_seed, Terminals, redis);
        rig.Load(DirectRig.AllPolicies);
        return rig;
    }

    /// <summary>Another gateway reads all records from the store, and gives them to Redis.</summary>
    private async Task FillRedisAsync()
    {
        foreach (var redis in new[] { _redis, _otherRedis })
        {
            await DirectRig.FillAsync(redis, _seed, Terminals);
        }
    }

    private Task<double> LeftAsync(string cause) => _directApp.MetricAsync($"verifygateway_direct_left_total{{cause=\"{cause}\"}}");

    private static Task<DirectAnswer> SendAsync(DirectApp app, DirectPair pair, params (string Name, string Value)[] headers) =>
        app.SendAsync(new DirectRequest(DirectWire.Frame(DirectRig.Request(pair).ToByteArray())) { Headers = headers });

    private async Task ExpectSameCountsAsync()
    {
        foreach (var series in new[] { "grpc_server_started_total{", "grpc_server_handled_total{", "grpc_server_handling_seconds_count{", "verifygateway_decisions_total{", "verifygateway_served_age_seconds_count{" })
        {
            Assert.Equal(await _ordinaryApp.MetricAsync(series), await _directApp.MetricAsync(series));
        }

        foreach (var (series, difference) in await DifferencesAsync())
        {
            Assert.Equal((series, _before[series]), (series, difference));
        }
    }

    /// <summary>By how much the copies' counts of the two differ.</summary>
    private async Task<List<(string Series, double Difference)>> DifferencesAsync()
    {
        var differences = new List<(string, double)>();
        foreach (var tier in new[] { "memory", "redis" })
        {
            foreach (var entity in new[] { "terminal", "merchant" })
            {
                foreach (var outcome in new[] { "hit", "miss", "stale", "negative_hit", "error" })
                {
                    var series = $"verifygateway_cache_requests_total{{tier=\"{tier}\",entity=\"{entity}\",outcome=\"{outcome}\"}}";
                    differences.Add((series, await _direct.MetricAsync(series) - await _ordinary.MetricAsync(series)));
                }
            }
        }

        return differences;
    }
}
