using System.Net.Sockets;
using VerifyGateway.TestKit;
using VerifyGateway.V1;

namespace VerifyGateway.Coherence;

/// <summary>Checks that Redis answers beside those that memory answers; Redis dead; Redis emptied again and again.</summary>
internal sealed class RedisPart(int rounds, TimeSpan time)
{
    // Memory of 1 MiB holds some 8,000 terminals and 6,000 merchants of these; asked for in turn, one is gone before it is asked for again.
    private const int Terminals = 60_000;
    private const int Hot = 1_000;
    private const int Partly = 15_000;
    private const int Cap = 64;

    /// <summary>Rounds before the first that counts: until the compiler has done its work.</summary>
    private const int WarmUp = 3;
    private static readonly byte[][] HotChecks = Fleet.Bodies(0, Hot);
    private static readonly byte[][] AllChecks = Fleet.Bodies(0, Terminals);
    private static readonly byte[][] ColdChecks = AllChecks[Hot..];
    private static readonly string[] Settings = ["Cache:MemoryMiB=1", "Redis:KeepForSeconds=86400", "Redis:WriteQueueLength=1000000", "Redis:CallLimitMs=200"];

    /// <summary>Redis hits beside memory hits of one gateway, in turn.</summary>
    public async Task HitsAsync()
    {
        await using var place = await Place.OnSqliteAsync(Terminals);
        var gateway = await place.GatewayAsync(Settings);
        // Each goes on where it was, so that what one round leaves in memory is not what the next asks for.
        var (hot, cold) = (new CheckLoad(gateway, place.Redis), new CheckLoad(gateway, place.Redis));
        Fill(cold);
        var (memory, redis) = (new List<LoadResult>(), new List<LoadResult>());
        double asked = 0, hits = 0, reads = 0;
        for (var round = -WarmUp; round < rounds; round++)
        {
            hot.Once(HotChecks);
            var fromMemory = Expect(AnswerSource.Memory, hot.ForAWhile(HotChecks, time));
            var (before, readsBefore) = (await RedisHitsAsync(gateway), await RedisReadsAsync(gateway));
            var fromRedis = Expect(AnswerSource.Redis, cold.ForAWhile(ColdChecks, time));
            if (round >= 0)
            {
                memory.Add(fromMemory);
                redis.Add(fromRedis);
                hits += await RedisHitsAsync(gateway) - before;
                reads += await RedisReadsAsync(gateway) - readsBefore;
                asked += 2 * fromRedis.Answers.Ended;
            }
        }

        Report.Head($"Answers of Redis beside answers of memory, {rounds} rounds of {time.TotalSeconds} s in turn", "records from", "checks a second", "CPU of the gateway a check, µs", "of Redis", "of the load");
        foreach (var (name, results) in new[] { ("memory", memory), ("Redis", redis) })
        {
            Report.Say($"| {name} | {Report.Spread(results.Select(static it => it.PerSecond), "0")} | {Report.Spread(results.Select(static it => it.CpuMicroseconds))} | {Report.Spread(results.Select(static it => it.RedisMicroseconds))} | {Report.Spread(results.Select(static it => it.LoadMicroseconds))} |");
        }

        var ratios = memory.Zip(redis, static (a, b) => b.PerSecond / a.PerSecond * 100);
        Report.Say($"");
        Report.Say($"**Checks a second from Redis ÷ from memory: {Report.Spread(ratios, "0.0")} %** (wanted: 50 %). Memory answered {memory.Min(static it => it.Answers.ShareFrom(AnswerSource.Memory)):P2} and Redis {redis.Min(static it => it.Answers.ShareFrom(AnswerSource.Redis)):P2} of the checks that it should; by the gateway's counts {hits / asked:P2} of the records of the latter were found in Redis, {asked / 2 / reads:0.0} checks a read.");
        var possible = memory.Zip(redis, static (a, b) => (a.CpuMicroseconds + a.LoadMicroseconds) / (a.CpuMicroseconds + b.RedisMicroseconds + b.LoadMicroseconds) * 100);
        Report.Say($"");
        Report.Say($"What Redis and the load take is not the gateway's to save: were an answer of Redis as cheap for the gateway as one of memory, the same processors would do {Report.Spread(possible, "0.0")} %.");
    }

    /// <summary>Memory hits while Redis lives and while it is dead, in turn; then misses while it is dead.</summary>
    public async Task DeadAsync()
    {
        await using var place = await Place.OnSqliteAsync(Terminals);
        var gateway = await place.GatewayAsync(Settings);
        var load = new CheckLoad(gateway);
        Fill(load);
        var (alive, dead) = (new List<LoadResult>(), new List<LoadResult>());
        var misses = 0;
        Task MissAsync()
        {
            load.Once([.. AllChecks.Skip(misses++ * 500 % Terminals).Take(500)]);
            return Task.CompletedTask;
        }

        for (var round = -WarmUp; round < rounds; round++)
        {
            load.Once(HotChecks);
            var withRedis = Expect(AnswerSource.Memory, load.ForAWhile(HotChecks, time));
            await place.KillRedisAsync(MissAsync);
            load.Once(HotChecks);
            var without = Expect(AnswerSource.Memory, load.ForAWhile(HotChecks, time));
            await place.StartRedisAsync(MissAsync);
            if (round >= 0)
            {
                alive.Add(withRedis);
                dead.Add(without);
            }
        }

        Report.Head($"Answers of memory while Redis is dead, {rounds} rounds of {time.TotalSeconds} s in turn", "Redis", "checks a second", "CPU of the gateway a check, µs");
        Rows(("lives", alive), ("is dead", dead));
        Report.Say($"");
        Report.Say($"**Dead ÷ alive: checks a second {Report.Spread(alive.Zip(dead, static (a, b) => b.PerSecond / a.PerSecond * 100), "0.0")} %, CPU {Report.Spread(alive.Zip(dead, static (a, b) => b.CpuMicroseconds / a.CpuMicroseconds * 100), "0.0")} %** (wanted: 95 to 105 %).");

        place.Redis.Kill();
        var fresh = await place.GatewayAsync(Settings);
        var result = new CheckLoad(fresh).ForAWhile(AllChecks, time);
        var most = await fresh.MetricAsync("verifygateway_store_loads_most");
        Report.Say($"");
        Report.Say($"Misses while Redis is dead, 256 at a time: {result.PerSecond:0} checks a second, {result.Answers.ShareFrom(AnswerSource.Store):P1} of them from the store, {result.Answers.Failed} failed; at most {most} loads of the store at one time (`Cache:MaxConcurrentLoads`: {Cap}).");
    }

    /// <summary>FLUSHALL every second while checks go on over a set of terminals that memory holds a part of.</summary>
    public async Task FlushAsync()
    {
        const int Flushes = 10;
        await using var place = await Place.OnSqliteAsync(Terminals);
        Fill(new CheckLoad(await place.GatewayAsync(Settings)));
        // A gateway of its own: its greatest number of loads is not that of the filling.
        var gateway = await place.GatewayAsync(Settings);
        var checks = AllChecks[..Partly];
        new Random(1).Shuffle(checks);
        // Terminals of chance and not in turn: memory holds some of them.
        var mixed = Enumerable.Range(0, 20 * Partly).Select(_ => checks[Random.Shared.Next(Partly)]).ToArray();
        var load = new CheckLoad(gateway);
        var before = load.Once(mixed);
        var mostBefore = await gateway.MetricAsync("verifygateway_store_loads_most");
        var running = Task.Run(() => load.ForAWhile(mixed, TimeSpan.FromSeconds(Flushes + 1)));
        for (var flush = 0; flush < Flushes; flush++)
        {
            await Task.Delay(1_000);
            await EmptyAsync(place.Redis);
        }

        var result = await running;
        Report.Head($"Redis emptied {Flushes} times, once a second, under checks, 256 at a time", "", "before", "meanwhile");
        Report.Say($"| checks | {before.Answers.Ended} | {result.Answers.Ended} |");
        Report.Say($"| failed (wanted: 0) | {before.Answers.Failed} | {result.Answers.Failed} |");
        foreach (var (name, source) in new[] { ("memory", AnswerSource.Memory), ("Redis", AnswerSource.Redis), ("the store", AnswerSource.Store) })
        {
            Report.Say($"| answered from {name} | {before.Answers.ShareFrom(source):P1} | {result.Answers.ShareFrom(source):P1} |");
        }

        var most = await gateway.MetricAsync("verifygateway_store_loads_most");
        Report.Say($"| most loads of the store at one time (cap: {Cap}) | {mostBefore} | {most} |");
        if (before.Answers.Failed + result.Answers.Failed > 0 || most > Cap)
        {
            throw new InvalidOperationException(FormattableString.Invariant(
                $"{before.Answers.Failed} checks failed before and {result.Answers.Failed} while Redis was emptied, with at most {most} loads of the store at one time: none and {Cap} are what is promised."));
        }
    }

    /// <summary>Asks for all terminals until Redis has them all.</summary>
    private static void Fill(CheckLoad load)
    {
        for (var pass = 0; load.Once(AllChecks).Answers.ShareFrom(AnswerSource.Redis) < 0.999; pass++)
        {
            if (pass == 10)
            {
                throw new InvalidOperationException("Redis does not hold the fleet after ten passes.");
            }
        }
    }

    private static LoadResult Expect(AnswerSource source, LoadResult result)
    {
        if (result.Answers.Failed > 0 || result.Answers.ShareFrom(source) < 0.99)
        {
            throw new InvalidOperationException(FormattableString.Invariant(
                $"{result.Answers.Failed} of {result.Answers.Ended} checks failed, {result.Answers.ShareFrom(source):P2} were answered from {source}: not what is to be measured."));
        }

        return result;
    }

    private static void Rows(params (string Name, List<LoadResult> Results)[] rows)
    {
        foreach (var (name, results) in rows)
        {
            Report.Say($"| {name} | {Report.Spread(results.Select(static it => it.PerSecond), "0")} | {Report.Spread(results.Select(static it => it.CpuMicroseconds))} |");
        }
    }

    private static Task<double> RedisHitsAsync(GatewayProcess gateway) => gateway.MetricAsync("verifygateway_cache_requests_total", "tier=\"redis\"", "outcome=\"hit\"");

    private static Task<double> RedisReadsAsync(GatewayProcess gateway) =>
        gateway.MetricAsync("verifygateway_dependency_call_seconds_count", "dependency=\"redis\"", "operation=\"read\"");

    private static async Task EmptyAsync(RedisServer redis)
    {
        using var client = new TcpClient("127.0.0.1", redis.Port);
        await client.GetStream().WriteAsync("FLUSHALL\r\n"u8.ToArray());
        using var answer = new StreamReader(client.GetStream());
        if (await answer.ReadLineAsync() != "+OK")
        {
            throw new InvalidOperationException("Redis was not emptied.");
        }
    }
}
