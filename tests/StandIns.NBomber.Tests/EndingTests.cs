using NBomber.Engine;

namespace NBomberStandIn.Tests;

/// <summary>How runs end early, how they break, and what they refuse.</summary>
public sealed class EndingTests
{
    private readonly VirtualRun _run = new();

    [Fact]
    public async Task Interrupt_EndsTheLoadAndKeepsWhatWasMeasured()
    {
        _run.Clock.AtSecond(4, () => _run.Interrupt());
        var stats = await _run.RunAsync(_run.Scenario("long", 500, Simulation.Inject(10, Times.Second, Times.Seconds(3_600))));
        Assert.Equal((RunVerdict.Interrupted, 105), (stats.Verdict, _run.ExitCode));
        Assert.InRange(stats.AllOkCount, 40, 41);
        Assert.Equal(0, stats.AllFailCount);
        Assert.Equal(0, stats.ScenarioStats[0].NotStartedCount);
        Assert.InRange(stats.Duration.TotalSeconds, 4, 5);
    }

    [Fact]
    public async Task Interrupt_WhileWaiting_DoesNotWaitAnyLonger()
    {
        _run.Clock.AtSecond(3, () => _run.Interrupt());
        var stats = await _run.RunAsync(_run.Scenario("stuck", 50_000, Simulation.Inject(5, Times.Second, Times.Second)));
        Assert.Equal(RunVerdict.Interrupted, stats.Verdict);
        Assert.Equal(5, stats.ScenarioStats[0].UnfinishedCount);
        Assert.InRange(stats.Duration.TotalSeconds, 3, 3.1);
    }

    [Fact]
    public async Task Interrupt_InWarmUp_StartsNothingMore()
    {
        var counted = 0;
        _run.Clock.AtSecond(1, () => _run.Interrupt());
        var stats = await _run.RunAsync(_run.Scenario("warm", context =>
        {
            counted += context.ScenarioInfo.ScenarioOperation == ScenarioOperation.Bombing ? 1 : 0;
            return Task.CompletedTask;
        }, Simulation.Inject(10, Times.Second, Times.Seconds(10))).WithWarmUpDuration(Times.Seconds(10)));
        Assert.Equal((RunVerdict.Interrupted, 0), (stats.Verdict, counted));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task MaxFailCount_EndsTheRunAsFailed(bool reached)
    {
        var scenario = Scenario.Create("failing", async _ =>
            {
                await _run.Clock.Delay(Times.Seconds(0.01));
                return Response.Fail(statusCode: "500", message: "no");
            })
            .WithoutWarmUp()
            .WithMaxFailCount(reached ? 50 : 5_000)
            .WithLoadSimulations(Simulation.Inject(100, Times.Second, Times.Seconds(10)));
        var stats = await _run.RunAsync(scenario);
        if (reached)
        {
            Assert.Equal((RunVerdict.Failed, 1), (stats.Verdict, _run.ExitCode));
            Assert.InRange(stats.AllFailCount, 50, 53);
        }
        else
        {
            Assert.Equal((RunVerdict.Passed, 1_000), (stats.Verdict, stats.AllFailCount));
        }
    }

    [Fact]
    public async Task StopScenario_EndsThatOneOnly()
    {
        ScenarioProps Of(string name) => _run.Scenario(name, context =>
        {
            if (_run.Clock.Seconds > 2)
            {
                context.StopScenario("first", "enough");
            }

            return Task.CompletedTask;
        }, Simulation.Inject(10, Times.Second, Times.Seconds(10)));
        var stats = await _run.RunAsync(Of("first"), Of("second"));
        Assert.InRange(stats.ScenarioStats.Get("first").AllOkCount, 20, 22);
        Assert.Equal(100, stats.ScenarioStats.Get("second").AllOkCount);
        Assert.Equal(RunVerdict.Passed, stats.Verdict);
        Assert.Contains(stats.Warnings, warning => warning.Contains("enough", StringComparison.Ordinal));
    }

    [Fact]
    public async Task StopCurrentTest_EndsAllWithoutFailing()
    {
        var stats = await _run.RunAsync(_run.Scenario("one", context =>
        {
            if (_run.Clock.Seconds > 3)
            {
                context.StopCurrentTest("seen enough");
            }

            return Task.CompletedTask;
        }, Simulation.Inject(10, Times.Second, Times.Seconds(100))), _run.Scenario("other", 5, Simulation.KeepConstant(1, Times.Seconds(100))));
        Assert.Equal((RunVerdict.Passed, null), (stats.Verdict, _run.ExitCode));
        Assert.InRange(stats.Duration.TotalSeconds, 3, 3.2);
        Assert.Contains(stats.Warnings, warning => warning.Contains("seen enough", StringComparison.Ordinal));
    }

    [Fact]
    public async Task InitAndClean_RunOnceAround_AndAlsoForAScenarioWithoutLoad()
    {
        var calls = new List<string>();
        Func<IScenarioInitContext, Task> Note(string what) => context =>
        {
            calls.Add($"{what} {context.ScenarioInfo.ScenarioName} {context.ScenarioInfo.ScenarioOperation}");
            return Task.CompletedTask;
        };
        var stats = await _run.RunAsync(
            Scenario.Empty("prepare").WithInit(Note("init")).WithClean(Note("clean")),
            _run.Scenario("load", _ =>
            {
                calls.Add("run");
                return Task.CompletedTask;
            }, Simulation.IterationsForConstant(1, 2)).WithInit(Note("init")).WithClean(Note("clean")));
        Assert.Equal(["init prepare Init", "init load Init", "run", "run", "clean prepare Clean", "clean load Clean"], calls);
        Assert.Equal(RunVerdict.Passed, stats.Verdict);
    }

    [Fact]
    public async Task Init_ThatThrows_EndsTheRunAsFailedAfterCleaning()
    {
        var (ran, cleaned) = (false, false);
        using var folder = new TempFolder();
        var scenario = _run.Scenario("broken", _ =>
        {
            ran = true;
            return Task.CompletedTask;
        }, Simulation.IterationsForConstant(1, 1)).WithInit(_ => throw new InvalidDataException("no data")).WithClean(_ =>
        {
            cleaned = true;
            return Task.CompletedTask;
        });
        var stats = await _run.RunAsync(run => run.WithReportFolder(folder.Path).WithReportFileName("r").WithReportFormats(ReportFormat.Txt), scenario);
        Assert.Equal((false, true, RunVerdict.Failed, 1), (ran, cleaned, stats.Verdict, _run.ExitCode));
        Assert.Equal((0, OperationType.Error), (stats.ScenarioStats.Get("broken").AllRequestCount, stats.NodeInfo.CurrentOperation));

        // Where it was thrown is for the console only.
        Assert.Contains("   at ", _run.Output, StringComparison.Ordinal);
        Assert.Contains("no data", await File.ReadAllTextAsync(folder.File("r.txt")), StringComparison.Ordinal);
        Assert.Contains("\"Failed\"", await File.ReadAllTextAsync(folder.File("r.json")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Clean_ThatThrows_IsAWarning()
    {
        var stats = await _run.RunAsync(_run.Scenario("load", 1, Simulation.IterationsForConstant(1, 1)).WithClean(_ => throw new IOException("disk")));
        Assert.Equal(RunVerdict.Passed, stats.Verdict);
        Assert.Contains("disk", stats.Warnings.Single(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task NothingMeasured_IsInvalid()
    {
        var stats = await _run.RunAsync(_run.Scenario("idle", 1, Simulation.Inject(0, Times.Second, Times.Seconds(2))));
        Assert.Equal(RunVerdict.Invalid, stats.Verdict);
        Assert.Contains("nothing was measured", stats.VerdictReasons.Single(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Refusal_NamesAllThatIsWrongAndSetsItsExitCode()
    {
        var one = _run.Scenario("twice", 1, Simulation.KeepConstant(-1, Times.Second), Simulation.Inject(1, TimeSpan.Zero, TimeSpan.Zero));
        var refused = await Assert.ThrowsAsync<ArgumentException>(() => _run.RunAsync(run => run.WithMaxWorkUnderWay(0).WithTargetScenarios("absent", "twice"),
            one, one.WithWeight(1), _run.Scenario("random", 1, Simulation.InjectRandom(5, 3, Times.Second, Times.Second)), _run.Scenario("none", 1)));
        foreach (var part in new[] { "named 'twice'", "no scenario 'absent'", "bound of 0", "'-1 copies", "takes no time", "positive interval", "not below the least", "no load simulation", "others have none" })
        {
            Assert.Contains(part, refused.Message, StringComparison.Ordinal);
        }

        Assert.Equal(104, _run.ExitCode);
    }

    [Fact]
    public void Weights_OfDifferentLoads_AreRefused()
    {
        var run = NBomberRunner.RegisterScenarios(
            _run.Scenario("a", 1, Simulation.KeepConstant(1, Times.Second)).WithWeight(1), _run.Scenario("b", 1, Simulation.KeepConstant(2, Times.Second)).WithWeight(1));
        Assert.Contains("have to be the same", Assert.Throws<ArgumentException>(() => Validation.Check(run)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--target=b", "b")]
    [InlineData("-t b", "b")]
    [InlineData("--target a b", "a b")]
    [InlineData("--target=a -t b", "a b")]
    public void Arguments_Targets_AreTaken(string arguments, string expected)
    {
        var run = NBomberRunner.RegisterScenarios(Scenario.Empty("a"), Scenario.Empty("b"), Scenario.Empty("c"));
        Assert.Equal(expected.Split(' '), Validation.Targets(CommandLine.Apply(run, arguments.Split(' '))).Select(scenario => scenario.ScenarioName));
    }

    [Fact]
    public void Arguments_Unknown_AreRefused()
    {
        var run = NBomberRunner.RegisterScenarios(Scenario.Empty("a"));
        Assert.Contains("--verbose", Assert.Throws<ArgumentException>(() => CommandLine.Apply(run, ["--verbose=x"])).Message, StringComparison.Ordinal);
    }
}
