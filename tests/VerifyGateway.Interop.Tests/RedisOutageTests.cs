using VerifyGateway.TestKit;

namespace VerifyGateway.Interop.Tests;

/// <summary>A Redis that dies, comes back, falls asleep, and is emptied, while callers go on asking: they must not notice.</summary>
public sealed class RedisOutageTests : IDisposable
{
    private const string Terminals = "20000";

    private readonly TempFolder _folder = new();

    [Fact]
    public async Task Checks_WhileRedisDiesAndSleepsAndComesBack_AreAllAllowed()
    {
        Fleet.Write(_folder.File("seed.ndjson"), 20_000);
        using var python = await PythonScripts.PrepareAsync();
        using var redis = await RedisServer.StartAsync();
        // Two gateways over one store, with little memory: what one has read, the other finds in Redis.
        string[] settings = ["Storage:Path=" + _folder.File("gateway.db"), "Redis:Endpoints=" + redis.Endpoint, "Cache:MemoryMiB=1", "Redis:CircuitOpenForMs=500"];
        using var one = await GatewayProcess.StartAsync(["Storage:SeedFile=" + _folder.File("seed.ndjson"), .. settings]);
        using var two = await GatewayProcess.StartAsync(settings);
        GatewayProcess[] gateways = [one, two];
        ChildProcess[] loads = [.. gateways.Select(gateway => python.Start("load.py", gateway.Grpc, ("TERMINALS", Terminals), ("THREADS", "2")))];
        try
        {
            await EachAsync(gateways, "hits in Redis", async gateway => await HitsAsync(gateway) > 200);
            await KilledAsync(redis, gateways);
            await SleepingAsync(redis, gateways);
            foreach (var load in loads)
            {
                await ExpectAllAllowedAsync(load);
            }
        }
        finally
        {
            Array.ForEach(loads, load => load.Dispose());
        }

        Assert.All(gateways, gateway => Assert.DoesNotContain("Fault ", gateway.Process.Output, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Checks_WhileRedisIsEmptiedAgainAndAgain_AreAllAllowedAndLoadNoMoreAtOnceThanMayBe()
    {
        const int MostLoads = 2;
        Fleet.Write(_folder.File("seed.ndjson"), 20_000);
        using var python = await PythonScripts.PrepareAsync();
        using var redis = await RedisServer.StartAsync();
        using var gateway = await GatewayProcess.StartAsync(
            "Storage:SeedFile=" + _folder.File("seed.ndjson"), "Redis:Endpoints=" + redis.Endpoint, "Cache:MemoryMiB=1", $"Cache:MaxConcurrentLoads={MostLoads}");
        using var load = python.Start("load.py", gateway.Grpc, ("TERMINALS", Terminals), ("THREADS", "16"));
        for (var flush = 0; flush < 5; flush++)
        {
            await HitsGoOnAsync([gateway]);
            var loads = await LoadsAsync(gateway);
            Assert.Equal("OK", (await redis.CliAsync("FLUSHALL")).Trim());
            await Wait.UntilAsync(async () => await LoadsAsync(gateway) > loads + 200, "the store to answer what Redis has lost");
        }

        await HitsGoOnAsync([gateway]);
        await ExpectAllAllowedAsync(load);
        Assert.InRange(await gateway.MetricAsync("verifygateway_store_loads_most"), 1, MostLoads);
    }

    /// <inheritdoc />
    public void Dispose() => _folder.Dispose();

    private static async Task KilledAsync(RedisServer redis, GatewayProcess[] gateways)
    {
        redis.Process.Kill();
        await EachAsync(gateways, "the circuit to open", async gateway => await CircuitAsync(gateway) == 2);
        await EachAsync(gateways, "errors of Redis to be counted", async gateway =>
            await gateway.MetricAsync("verifygateway_dependency_errors_total", "dependency=\"redis\"") > 0
            && await gateway.MetricAsync("verifygateway_dependency_up", "dependency=\"redis\"") == 0);
        await ProgressAsync(gateways);

        await redis.StartAgainAsync();
        await EachAsync(gateways, "the circuit to close", async gateway => await CircuitAsync(gateway) == 0);
        await HitsGoOnAsync(gateways);
        Assert.All(gateways, gateway => Assert.Contains("Redis", gateway.Process.Output, StringComparison.Ordinal));
    }

    private static async Task SleepingAsync(RedisServer redis, GatewayProcess[] gateways)
    {
        redis.Process.Signal("STOP");
        await EachAsync(gateways, "the circuit to open", async gateway => await CircuitAsync(gateway) == 2);
        await EachAsync(gateways, "timeouts to be counted", async gateway => await gateway.MetricAsync("verifygateway_dependency_errors_total", "dependency=\"redis\"", "\"timeout\"") > 0);
        await ProgressAsync(gateways);

        redis.Process.Signal("CONT");
        await EachAsync(gateways, "the circuit to close", async gateway => await CircuitAsync(gateway) == 0);
        await HitsGoOnAsync(gateways);
    }

    /// <summary>Checks go on being answered, whatever Redis does.</summary>
    private static async Task ProgressAsync(GatewayProcess[] gateways)
    {
        foreach (var gateway in gateways)
        {
            var before = await gateway.MetricAsync("verifygateway_decisions_total");
            await Wait.UntilAsync(async () => await gateway.MetricAsync("verifygateway_decisions_total") > before + 300, "checks to be answered without Redis");
        }
    }

    private static async Task HitsGoOnAsync(GatewayProcess[] gateways)
    {
        foreach (var gateway in gateways)
        {
            var before = await HitsAsync(gateway);
            await Wait.UntilAsync(async () => await HitsAsync(gateway) > before + 100, "answers from Redis again", instead: () => AnswersAsync(gateway));
            // Of the last call: on a busy machine one that was over its limit may just have been it.
            await Wait.UntilAsync(async () => await gateway.MetricAsync("verifygateway_dependency_up", "dependency=\"redis\"") == 1, "Redis to be called up");
        }
    }

    /// <summary>What a gateway has answered and what it makes of its Redis, for who reads of a wait that was in vain.</summary>
    private static async Task<string> AnswersAsync(GatewayProcess gateway) => string.Join('\n', (await gateway.MetricsAsync()).Split('\n').Where(line =>
        line.StartsWith("verifygateway_decisions_total", StringComparison.Ordinal) || line.StartsWith("verifygateway_circuit_state", StringComparison.Ordinal)
        || line.StartsWith("verifygateway_dependency_errors_total", StringComparison.Ordinal)));

    private static Task<double> HitsAsync(GatewayProcess gateway) => gateway.MetricAsync("verifygateway_decisions_total", "source=\"redis\"", "decision=\"allow\"");

    private static Task<double> LoadsAsync(GatewayProcess gateway) => gateway.MetricAsync("verifygateway_dependency_call_seconds_count", "dependency=\"db\"", "operation=\"read\"");

    private static Task<double> CircuitAsync(GatewayProcess gateway) => gateway.MetricAsync("verifygateway_circuit_state", "dependency=\"redis\"");

    private static async Task EachAsync(GatewayProcess[] gateways, string what, Func<GatewayProcess, Task<bool>> condition)
    {
        foreach (var gateway in gateways)
        {
            await Wait.UntilAsync(() => condition(gateway), what);
        }
    }

    private static async Task ExpectAllAllowedAsync(ChildProcess load)
    {
        load.CloseInput();
        await load.WaitForExitAsync(TimeSpan.FromSeconds(30));
        var result = PythonScripts.LastLine(load.Output);
        var outcome = Assert.Single(result.GetProperty("outcomes").EnumerateObject());
        Assert.Equal("ALLOW", outcome.Name);
        Assert.InRange(outcome.Value.GetInt32(), 1_000, int.MaxValue);
        Assert.Contains(result.GetProperty("sources").EnumerateObject(), source => source.Name == "ANSWER_SOURCE_REDIS");
        Assert.InRange(result.GetProperty("slowest_seconds").GetDouble(), 0, 2.5);
    }
}
