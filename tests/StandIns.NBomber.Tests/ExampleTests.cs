using Microsoft.Extensions.Configuration;
using NBomber;
using NBomber.Data;
using NBomber.Data.CSharp;

namespace NBomberStandIn.Tests;

/// <summary>The shapes in which load tests of the package are usually written: they compile, and run as they read.</summary>
public sealed class ExampleTests
{
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(300);

    private IDataFeed<string>? _terminals;

    [Fact]
    public void SmallestOfAll()
    {
        var scenario = Scenario.Create("wait", async context =>
        {
            await Task.Delay(5);

            return Response.Ok();
        })
        .WithoutWarmUp()
        .WithLoadSimulations(
            Simulation.Inject(rate: 30, interval: TimeSpan.FromSeconds(1), during: Short)
        );

        var stats = NBomberRunner
            .RegisterScenarios(scenario)
            .WithoutReports()
            .Run();

        Assert.Equal(9, stats.AllOkCount);
    }

    [Fact]
    public void StepsThatDependOnOneAnother()
    {
        var scenario = Scenario.Create("sign in and pay", async context =>
        {
            var signIn = await Step.Run("sign in", context, async () =>
            {
                await Task.Delay(2);
                return Response.Ok(payload: "token", sizeBytes: 5);
            });

            if (signIn.Payload.IsNone())
            {
                return Response.Fail(statusCode: "401", message: "no token");
            }

            context.Data["token"] = signIn.Payload.Value;

            var pay = await Step.Run("pay", context, async () =>
            {
                await Task.Delay(2);
                return (string)context.Data["token"] == "token" ? Response.Ok(payload: 7) : Response.Fail<int>(statusCode: "403");
            });

            return pay.Payload.Value == 7 ? Response.Ok(statusCode: "200") : Response.Fail(statusCode: "500");
        })
        .WithoutWarmUp()
        .WithLoadSimulations(
            Simulation.RampingConstant(copies: 3, during: Short),
            Simulation.KeepConstant(copies: 3, during: Short)
        );

        var stats = NBomberRunner.RegisterScenarios(scenario).WithoutReports().Run();

        Assert.Equal(0, stats.AllFailCount);
        Assert.Equal(stats.AllOkCount, stats.ScenarioStats.Get("sign in and pay").StepStats.Get("pay").Ok.Request.Count);
    }

    [Fact]
    public async Task RequestsToAServer()
    {
        using var listener = new System.Net.HttpListener();
        var address = $"http://127.0.0.1:{FreePort.Next()}/";
        listener.Prefixes.Add(address);
        listener.Start();
        _ = AnswerAsync(listener);
        using var http = new HttpClient();

        var scenario = Scenario.Create("get", async context =>
        {
            using var timeout = CancellationTokenSource.CreateLinkedTokenSource(context.ScenarioCancellationToken);
            timeout.CancelAfter(TimeSpan.FromSeconds(20));

            using var answer = await http.GetAsync(new Uri(address), timeout.Token);
            var body = await answer.Content.ReadAsByteArrayAsync(timeout.Token);
            var code = ((int)answer.StatusCode).ToString(System.Globalization.CultureInfo.InvariantCulture);

            return answer.IsSuccessStatusCode
                ? Response.Ok(statusCode: code, sizeBytes: body.Length)
                : Response.Fail(statusCode: code, message: answer.ReasonPhrase ?? "");
        })
        .WithWarmUpDuration(Short)
        .WithLoadSimulations(Simulation.Inject(rate: 40, interval: TimeSpan.FromSeconds(1), during: Short))
        .WithThresholds(
            Threshold.Create(scenarioStats => scenarioStats.Fail.Request.Percent < 10),
            Threshold.Create(scenarioStats => scenarioStats.Ok.StatusCodes.Find("200")?.Percent >= 90),
            Threshold.Create(scenarioStats => scenarioStats.Fail.StatusCodes.Exists("404") == false, abortWhenErrorCount: 5, startCheckAfter: TimeSpan.FromSeconds(10))
        );

        var stats = await Task.Run(() => NBomberRunner.RegisterScenarios(scenario).WithoutReports().Run());

        var measured = stats.ScenarioStats.Get("get");
        Assert.Equal((12, 12), (measured.Ok.Request.Count, measured.Ok.StatusCodes.Get("200").Count));
        Assert.Equal(12 * 5, measured.AllBytes);
        Assert.Null(stats.Thresholds.FirstOrDefault(threshold => threshold.IsFailed));
    }

    [Fact]
    public void ItemsFromAFeed()
    {
        var seen = new System.Collections.Concurrent.ConcurrentBag<string>();
        var scenario = Scenario.Create("feed", async context =>
        {
            seen.Add(_terminals!.GetNextItem(context.ScenarioInfo));
            await Task.Delay(1);
            return Response.Ok();
        })
        .WithInit(context =>
        {
            _terminals = DataFeed.Circular(Enumerable.Range(0, 4).Select(number => $"T-{number}"));
            return Task.CompletedTask;
        })
        .WithoutWarmUp()
        .WithLoadSimulations(Simulation.IterationsForConstant(copies: 2, iterations: 20));

        NBomberRunner.RegisterScenarios(scenario).WithoutReports().Run();

        Assert.All(seen.GroupBy(item => item), group => Assert.Equal(5, group.Count()));
    }

    [Fact]
    public void ClientsFromAPool()
    {
        var pool = new ClientPool<StringWriter>();
        var scenario = Scenario.Create("pool", async context =>
        {
            var client = pool.GetClient(context.ScenarioInfo);
            return await Step.Run("use", context, async () =>
            {
                await Task.Yield();
                return client is null ? Response.Fail() : Response.Ok();
            });
        })
        .WithInit(context =>
        {
            for (var number = 0; number < 2; number++)
            {
                pool.AddClient(new StringWriter());
            }

            return Task.CompletedTask;
        })
        .WithClean(context =>
        {
            pool.DisposeClients(client => client.Dispose());
            return Task.CompletedTask;
        })
        .WithoutWarmUp()
        .WithLoadSimulations(Simulation.KeepConstant(copies: 2, during: Short));

        Assert.Equal(0, NBomberRunner.RegisterScenarios(scenario).WithoutReports().Run().AllFailCount);
        Assert.Throws<ObjectDisposedException>(() => pool.Clients[0].Write("closed"));
    }

    [Fact]
    public void SettingsFromJson()
    {
        var settings = new ExampleSettings();
        var scenario = Scenario.Create("my_scenario", async context =>
        {
            await Task.Delay(settings.MyPauseMs, context.ScenarioCancellationToken);
            return Response.Ok(statusCode: "200");
        })
        .WithInit(context =>
        {
            settings = context.CustomSettings.Get<ExampleSettings>()!;
            return Task.CompletedTask;
        })
        .WithLoadSimulations(Simulation.KeepConstant(copies: 50, during: TimeSpan.FromMinutes(10)));

        var stats = NBomberRunner
            .RegisterScenarios(scenario)
            .WithoutReports()
            .LoadConfig("""
                {
                  "TestSuite": "my suite",
                  "GlobalSettings": {
                    "ScenariosSettings": [{
                      "ScenarioName": "my_scenario",
                      "WarmUpDuration": "00:00:00",
                      "LoadSimulationsSettings": [{ "KeepConstant": [2, "00:00:00.3"] }],
                      "ThresholdSettings": [{ "OkRequest": "Percent > 90" }, { "StatusCode": ["200", "Percent >= 80"] }],
                      "CustomSettings": { "MyTestField": "localhost", "MyPauseMs": 5 }
                    }]
                  }
                }
                """)
            .Run();

        Assert.Equal(("my suite", "localhost", 0), (stats.TestInfo.TestSuite, settings.MyTestField, stats.AllFailCount));
        Assert.All(stats.Thresholds, threshold => Assert.False(threshold.IsFailed));
    }

    [Fact]
    public void WeightsOfReadsAndWrites()
    {
        static ScenarioProps Of(string name, int weight) => Scenario.Create(name, async context =>
            {
                await Task.Yield();
                return Response.Ok();
            })
            .WithoutWarmUp()
            .WithWeight(weight)
            .WithLoadSimulations(Simulation.Inject(rate: 100, interval: TimeSpan.FromSeconds(1), during: TimeSpan.FromSeconds(0.5)));

        var stats = NBomberRunner.RegisterScenarios(Of("read", 80), Of("write", 20)).WithoutReports().Run();

        Assert.Equal((40, 10), (stats.ScenarioStats.Get("read").AllOkCount, stats.ScenarioStats.Get("write").AllOkCount));
    }

    [Fact]
    public void EverySimulationInARow()
    {
        using var folder = new TempFolder();
        var second = TimeSpan.FromSeconds(1);
        var scenario = Scenario.Create("row", async context =>
        {
            await Task.Delay(1, context.ScenarioCancellationToken);
            return context.Random.Next(10) < 10 ? Response.Ok() : Response.Fail();
        })
        .WithoutWarmUp()
        .WithMaxFailCount(1_000)
        .WithRestartIterationOnFail(false)
        .WithLoadSimulations(
            Simulation.RampingInject(rate: 50, interval: second, during: Short),
            Simulation.Inject(rate: 50, interval: second, during: Short),
            Simulation.InjectRandom(minRate: 10, maxRate: 50, interval: second, during: Short),
            Simulation.Pause(during: Short),
            Simulation.RampingConstant(copies: 2, during: Short),
            Simulation.KeepConstant(copies: 2, during: Short),
            Simulation.IterationsForInject(rate: 50, interval: second, iterations: 10),
            Simulation.IterationsForConstant(copies: 2, iterations: 10)
        );

        var stats = NBomberRunner
            .RegisterScenarios(scenario, Scenario.Empty("not wanted"))
            .WithTargetScenarios("row")
            .WithTestSuite("examples")
            .WithTestName("row")
            .WithReportFolder(folder.Path)
            .WithReportFileName("row")
            .WithReportFormats(ReportFormat.Txt, ReportFormat.Csv, ReportFormat.Html, ReportFormat.Md)
            .WithReportingInterval(TimeSpan.FromSeconds(10))
            .WithScenarioCompletionTimeout(TimeSpan.FromSeconds(20))
            .Run();

        Assert.Equal(0, stats.AllFailCount);
        Assert.Equal(4, stats.ReportFiles.Length);
    }

    private static async Task AnswerAsync(System.Net.HttpListener listener)
    {
        try
        {
            while (true)
            {
                var request = await listener.GetContextAsync();
                await request.Response.OutputStream.WriteAsync("hello"u8.ToArray());
                request.Response.Close();
            }
        }
        catch (Exception closed) when (closed is ObjectDisposedException or System.Net.HttpListenerException)
        {
            // The test is over.
        }
    }

    private sealed class ExampleSettings
    {
        public string MyTestField { get; set; } = "";

        public int MyPauseMs { get; set; }
    }
}
