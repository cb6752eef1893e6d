using Microsoft.Extensions.Configuration;
using NBomber.Config;
using NBomber.Engine;

namespace NBomberStandIn.Tests;

/// <summary>Settings in JSON outrank those of the program, and what is not understood is refused with its place.</summary>
public sealed class ConfigTests : IDisposable
{
    private const string Whole = """
        {
          // The names of the package.
          "TestSuite": "gateway",
          "TestName": "checks",
          "TargetScenarios": ["load"],
          "GlobalSettings": {
            "ScenariosSettings": [
              {
                "ScenarioName": "load",
                "WarmUpDuration": "00:00:02",
                "LoadSimulationsSettings": [
                  { "RampingInject": [20, "00:00:01", "00:00:04"] },
                  { "Inject": [20, "00:00:01", "00:00:03"] },
                  { "InjectRandom": [10, 20, "00:00:01", "00:00:01"] },
                  { "Pause": "00:00:02" },
                  { "RampingConstant": [2, "00:00:01"] },
                  { "KeepConstant": [2, "00:00:01"] },
                  { "IterationsForInject": [10, "00:00:01", 15] },
                  { "IterationsForConstant": [2, 10] },
                ],
                "ThresholdSettings": [
                  { "OkRequest": "Percent >= 100" },
                  { "OkLatency": "p99 < 5", "AbortWhenErrorCount": 9, "StartCheckAfter": "00:00:05" },
                  { "StepName": "step", "OkLatency": "max < 100" },
                  { "OkDataTransfer": "max == 7" },
                  { "StatusCode": ["200", "Percent > 99"] },
                  { "StatusCode": ["503", "Percent < 1"] },
                ],
                "CustomSettings": { "Terminals": 12, "Place": "north" },
                "MaxFailCount": 77,
              },
            ],
            "ReportFileName": "named",
            "ReportFormats": ["Html", "md"],
            "ReportingInterval": "00:00:03",
          },
        }
        """;

    private readonly TempFolder _folder = new();
    private readonly VirtualRun _run = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Config_FromAFileOrAsText_OutranksTheProgram(bool asFile)
    {
        await File.WriteAllTextAsync(_folder.File("c.json"), Whole);
        var (terminals, place, warm) = (0, "", 0);
        var load = Scenario.Create("load", async context =>
            {
                warm += context.ScenarioInfo.ScenarioOperation == ScenarioOperation.WarmUp ? 1 : 0;
                await Step.Run("step", context, async () =>
                {
                    await _run.Clock.Delay(Times.Seconds(0.01));
                    return Response.Ok(sizeBytes: 7);
                });
                return Response.Ok(statusCode: "200", sizeBytes: 7);
            })
            .WithInit(context =>
            {
                (terminals, place) = (context.CustomSettings.GetValue<int>("Terminals"), context.CustomSettings["Place"]!);
                return Task.CompletedTask;
            })
            .WithoutWarmUp()
            .WithLoadSimulations(Simulation.KeepConstant(1, Times.Seconds(100)));
        var stats = await _run.RunAsync(
            run => run.WithReportFolder(_folder.Path).LoadConfig(asFile ? _folder.File("c.json") : Whole).WithTestName("of the program"), load, _run.Scenario("other", 1, Simulation.KeepConstant(1, Times.Second)));
        Assert.Equal(("gateway", "checks", 12, "north"), (stats.TestInfo.TestSuite, stats.TestInfo.TestName, terminals, place));
        Assert.InRange(warm, 1, 20);
        Assert.Equal("load", stats.ScenarioStats.Single().ScenarioName);
        Assert.Equal(["c.json", "named.html", "named.json", "named.load.latency.hgrm", "named.load.service.hgrm", "named.load.step-step.service.hgrm", "named.md"], Directory.GetFiles(_folder.Path).Select(Path.GetFileName).Order().Where(name => asFile || name != "c.json").Prepend("c.json").Distinct());
        Assert.InRange(stats.Duration.TotalSeconds, 13.5, 14.5);
        Assert.Equal(["OkRequest Percent >= 100", "OkLatency p99 < 5", "OkLatency max < 100", "OkDataTransfer max == 7", "StatusCode 200 Percent > 99", "StatusCode 503 Percent < 1"],
            stats.Thresholds.Select(threshold => threshold.CheckExpression));
        Assert.Equal([false, true, false, false, false, false], stats.Thresholds.Select(threshold => threshold.IsFailed));
        Assert.Equal((RunVerdict.ThresholdFailed, 99), (stats.Verdict, _run.ExitCode));
    }

    [Fact]
    public void Config_OfAScenario_KeepsWhatItDoesNotName()
    {
        var run = JsonConfig.Apply(NBomberRunner.RegisterScenarios(_run.Scenario("a", 1, Simulation.KeepConstant(3, Times.Second)).WithMaxFailCount(5)),
            """{ "GlobalSettings": { "ScenariosSettings": [{ "ScenarioName": "a", "WarmUpDuration": "00:00:09" }] } }""");
        Assert.Equal((Times.Seconds(9), 5, 3), (run.Scenarios[0].WarmUpDuration, run.Scenarios[0].MaxFailCount, run.Scenarios[0].LoadSimulations[0].Amount));
    }

    [Fact]
    public void Arguments_OutrankTheConfiguration()
    {
        File.WriteAllText(_folder.File("c.json"), """{ "TargetScenarios": ["a"], "TestName": "from the file" }""");
        var run = NBomberRunner.RegisterScenarios(Scenario.Empty("a"), Scenario.Empty("b"));
        var applied = CommandLine.Apply(run, [$"--config={_folder.File("c.json")}", "-t", "b"]);
        Assert.Equal(("b", "from the file"), (Validation.Targets(applied).Single().ScenarioName, applied.TestName));
        Assert.Equal("a", Validation.Targets(CommandLine.Apply(run, ["-c", _folder.File("c.json")])).Single().ScenarioName);
    }

    [Theory]
    [InlineData("""{ "TestSuit": "x" }""", "TestSuit, which is not known")]
    [InlineData("""{ "GlobalSettings": { "ScenariosSettings": [{ "ScenarioName": "b" }] } }""", "no scenario 'b'")]
    [InlineData("""{ "GlobalSettings": { "ScenariosSettings": [{ "WarmUpDuration": "00:00:01" }] } }""", "ScenariosSettings[0] has no ScenarioName")]
    [InlineData("""{ "GlobalSettings": { "ScenariosSettings": [{ "ScenarioName": "a", "WarmUpDuration": 3 }] } }""", "WarmUpDuration in the configuration should be a text")]
    [InlineData("""{ "GlobalSettings": { "ScenariosSettings": [{ "ScenarioName": "a", "MaxFailCount": "3" }] } }""", "a whole number")]
    [InlineData("""{ "GlobalSettings": { "ScenariosSettings": [{ "ScenarioName": "a", "LoadSimulationsSettings": [{ "Inject": [3, "00:00:01"] }] }] } }""", "a list of three")]
    [InlineData("""{ "GlobalSettings": { "ScenariosSettings": [{ "ScenarioName": "a", "LoadSimulationsSettings": [{ "Injekt": [3] }] }] } }""", "LoadSimulationsSettings[0].Injekt")]
    [InlineData("""{ "GlobalSettings": { "ScenariosSettings": [{ "ScenarioName": "a", "ThresholdSettings": [{ "OkLatency": "p42 < 1" }] }] } }""", "p95 or p99")]
    [InlineData("""{ "GlobalSettings": { "ScenariosSettings": [{ "ScenarioName": "a", "ThresholdSettings": [{ "OkRequest": "RPS about 1" }] }] } }""", "a condition with <")]
    [InlineData("""{ "GlobalSettings": { "ScenariosSettings": [{ "ScenarioName": "a", "ThresholdSettings": [{ "OkRequest": "max < 1" }] }] } }""", "RPS or Percent")]
    [InlineData("""{ "GlobalSettings": { "ScenariosSettings": [{ "ScenarioName": "a", "ThresholdSettings": [{ "StepName": "s" }] }] } }""", "one condition")]
    [InlineData("""{ "GlobalSettings": { "ReportFormats": ["Pdf"] } }""", "Txt, Html, Csv and Md")]
    [InlineData("""{ "TestName": "a" """, "not JSON")]
    [InlineData("nowhere.json", "cannot be read")]
    public async Task Config_ThatMakesNoSense_IsRefusedWithItsPlace(string config, string expected)
    {
        var refused = await Assert.ThrowsAsync<ArgumentException>(() => _run.RunAsync(run => run.LoadConfig(config), _run.Scenario("a", 1, Simulation.KeepConstant(1, Times.Second))));
        Assert.Contains(expected, refused.Message, StringComparison.Ordinal);
        Assert.Equal(104, _run.ExitCode);
    }
}
