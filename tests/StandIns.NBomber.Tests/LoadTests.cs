namespace NBomberStandIn.Tests;

/// <summary>The engine starts what the simulations say, when they say it, and counts what is to be counted.</summary>
public sealed class LoadTests
{
    private readonly VirtualRun _run = new();
    private readonly List<double> _starts = [];

    [Fact]
    public async Task Inject_AgainstAFastTarget_StartsEveryIterationAtItsInstant()
    {
        var stats = await _run.RunAsync(Noting("open", 30, Simulation.Inject(50, Times.Second, Times.Seconds(3))));
        Assert.Equal(Enumerable.Range(0, 150).Select(number => number * 0.02), _starts, (one, other) => Math.Abs(one - other) < 1e-6);
        var scenario = stats.ScenarioStats.Get("open");
        Assert.Equal((150, 150L, 0L, 0L), (scenario.AllOkCount, scenario.IntendedCount, scenario.HeldBackCount, scenario.NotStartedCount));
        Assert.Equal((30, 30), (Math.Round(scenario.Ok.Latency.MaxMs, 3), Math.Round(scenario.Ok.ServiceTime.MaxMs, 3)));
        Assert.Equal(RunVerdict.Passed, stats.Verdict);
        Assert.Null(_run.ExitCode);
    }

    [Fact]
    public async Task Sequence_OfAllKinds_RunsOneAfterTheOther()
    {
        var stats = await _run.RunAsync(Noting("all", 100,
            Simulation.RampingInject(20, Times.Second, Times.Seconds(10)),
            Simulation.Inject(20, Times.Second, Times.Seconds(5)),
            Simulation.Pause(Times.Seconds(3)),
            Simulation.KeepConstant(4, Times.Seconds(2)),
            Simulation.IterationsForInject(10, Times.Second, 15)));
        Assert.InRange(Between(0, 10), 99, 101);
        Assert.Equal(100, Between(10, 15));
        Assert.Equal(0, Between(15, 18));
        Assert.InRange(Between(18, 20), 76, 84);
        Assert.Equal(15, Between(20, 99));
        Assert.Equal(_starts.Count, stats.AllOkCount);
    }

    [Fact]
    public async Task KeepConstant_KeepsSoManyBusyAndNoMore()
    {
        var (now, most) = (0, 0);
        var stats = await _run.RunAsync(_run.Scenario("closed", async _ =>
        {
            most = Math.Max(most, ++now);
            await _run.Clock.Delay(Times.Seconds(0.01));
            now--;
        }, Simulation.KeepConstant(5, Times.Seconds(10))));
        Assert.Equal(5, most);
        Assert.InRange(stats.AllOkCount, 4_950, 5_010);
        Assert.Equal(0, stats.ScenarioStats[0].IntendedCount);
        Assert.Equal(stats.ScenarioStats[0].Ok.ServiceTime.Percent99, stats.ScenarioStats[0].Ok.Latency.Percent99);
    }

    [Fact]
    public async Task RampingConstant_GrowsEvenlyAndShrinksAgain()
    {
        var now = 0;
        var seen = new int[20];
        await _run.RunAsync(_run.Scenario("closed", async _ =>
        {
            seen[(int)_run.Clock.Seconds % 20] = Math.Max(seen[(int)_run.Clock.Seconds % 20], ++now);
            await _run.Clock.Delay(Times.Seconds(0.02));
            now--;
        }, Simulation.RampingConstant(10, Times.Seconds(10)), Simulation.RampingConstant(0, Times.Seconds(10))));
        for (var second = 0; second < 10; second++)
        {
            Assert.InRange(seen[second], second, second + 2);
            Assert.InRange(seen[10 + second], 9 - second, 11 - second);
        }
    }

    [Fact]
    public async Task IterationsForConstant_RunsExactlySoMany()
    {
        var stats = await _run.RunAsync(_run.Scenario("iterations", 10, Simulation.IterationsForConstant(7, 1_000), Simulation.IterationsForConstant(3, 10)));
        Assert.Equal(1_010, stats.AllOkCount);
        Assert.InRange(stats.Duration.TotalSeconds, 1.42, 2.5);
    }

    [Fact]
    public async Task WarmUp_RunsTheLoadAndCountsNothingOfIt()
    {
        var (warm, counted) = (0, 0);
        var scenario = _run.Scenario("warm", async context =>
        {
            _ = context.ScenarioInfo.ScenarioOperation == ScenarioOperation.WarmUp ? warm++ : counted++;
            await _run.Clock.Delay(Times.Seconds(0.5));
        }, Simulation.Inject(10, Times.Second, Times.Seconds(4))).WithWarmUpDuration(Times.Seconds(2));
        var stats = await _run.RunAsync(scenario);
        Assert.Equal((20, 40), (warm, counted));
        Assert.Equal(40, stats.AllRequestCount);
        Assert.Equal(40, stats.ScenarioStats[0].Timeline.Sum(second => second.Ok));
    }

    [Fact]
    public async Task WarmUp_WorkThatOutlivesIt_IsNotCountedEither()
    {
        var stats = await _run.RunAsync(run => run.WithScenarioCompletionTimeout(Times.Seconds(1)),
            _run.Scenario("warm", context => context.ScenarioInfo.ScenarioOperation == ScenarioOperation.WarmUp ? _run.Clock.Delay(Times.Seconds(4)) : Task.CompletedTask,
                Simulation.Inject(10, Times.Second, Times.Seconds(10))).WithWarmUpDuration(Times.Second));
        Assert.Equal((100, 0), (stats.AllOkCount, stats.AllFailCount));
        Assert.InRange(stats.ScenarioStats[0].Ok.Latency.MaxMs, 0, 1);
    }

    [Fact]
    public async Task WarmUp_WorkThatOutlivesIt_CanStillUseItsToken()
    {
        var registered = 0;
        await _run.RunAsync(run => run.WithScenarioCompletionTimeout(Times.Seconds(1)), _run.Scenario("warm", async context =>
        {
            if (context.ScenarioInfo.ScenarioOperation == ScenarioOperation.WarmUp)
            {
                await _run.Clock.Delay(Times.Seconds(4));
                using var linked = CancellationTokenSource.CreateLinkedTokenSource(context.ScenarioCancellationToken);
                Assert.True(linked.IsCancellationRequested && context.ScenarioCancellationToken.WaitHandle.WaitOne(0));
                registered++;
            }
        }, Simulation.Inject(10, Times.Second, Times.Seconds(10))).WithWarmUpDuration(Times.Second));
        Assert.Equal(10, registered);
    }

    [Fact]
    public async Task Rate_IsOfTheTimeThatLoadWasDriven_NotOfTheWaitForTheLastAnswer()
    {
        // Ten seconds of load; the last answers come nine seconds later.
        var stats = await _run.RunAsync(Noting("slow", 9_000, Simulation.Inject(100, Times.Second, Times.Seconds(10))));
        var scenario = stats.ScenarioStats[0];
        Assert.Equal((1_000, 100.0, 10.0), (scenario.AllOkCount, scenario.Ok.Request.RPS, scenario.Duration.TotalSeconds));
        Assert.InRange(stats.Duration.TotalSeconds, 18.9, 19.1);
    }

    [Fact]
    public async Task Rate_OfALoadThatWasStopped_IsOfTheTimeUntilThen()
    {
        _run.Clock.AtSecond(4, () => _run.Interrupt());
        var stats = await _run.RunAsync(Noting("stopped", 2_000, Simulation.Inject(100, Times.Second, Times.Seconds(100))));
        Assert.InRange(stats.ScenarioStats[0].Ok.Request.RPS, 99, 101);
    }

    [Fact]
    public async Task End_WaitsForWorkUnderWay()
    {
        var stats = await _run.RunAsync(_run.Scenario("slow", 8_000, Simulation.KeepConstant(1, Times.Second)));
        Assert.Equal((1, 0), (stats.AllOkCount, stats.AllFailCount));
        Assert.Equal(1, stats.ScenarioStats[0].Timeline.Sum(second => second.Ok));
    }

    [Fact]
    public async Task End_AfterTheTimeToWait_CountsTheRestAsFailedAndCancelsIt()
    {
        CancellationToken token = default;
        var stats = await _run.RunAsync(run => run.WithScenarioCompletionTimeout(Times.Seconds(2)), _run.Scenario("stuck", context =>
        {
            token = context.ScenarioCancellationToken;
            return _run.Clock.Delay(Times.Seconds(3_600));
        }, Simulation.Inject(3, Times.Second, Times.Second)));
        var scenario = stats.ScenarioStats[0];
        Assert.Equal((0, 3, 3L), (scenario.AllOkCount, scenario.AllFailCount, scenario.UnfinishedCount));
        Assert.Equal("-100", scenario.Fail.StatusCodes.Single().StatusCode);
        Assert.InRange(scenario.Fail.Latency.MaxMs, 2_900, 3_100);
        Assert.True(token.IsCancellationRequested);
        Assert.Contains(stats.Warnings, warning => warning.Contains("3 iterations had not ended", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Timeline_HasEverySecondWithItsRateAndCounts()
    {
        var stats = await _run.RunAsync(_run.Scenario("open", 10, Simulation.RampingInject(100, Times.Second, Times.Seconds(4)), Simulation.Inject(100, Times.Second, Times.Seconds(2))));
        var timeline = stats.ScenarioStats[0].Timeline;
        Assert.Equal(Enumerable.Range(0, timeline.Length), timeline.Select(second => second.Second));
        Assert.Equal([12.5, 37.5, 62.5, 87.5, 100, 100], timeline.Take(6).Select(second => second.PlannedRate!.Value));
        Assert.All(timeline.Take(6), second => Assert.InRange(second.Ok, second.PlannedRate!.Value - 2, second.PlannedRate!.Value + 2));
        Assert.Equal(stats.AllOkCount, timeline.Sum(second => second.Ok));
        Assert.All(timeline.Take(6), second => Assert.InRange(second.LatencyPercent99Ms, 9.9, 10.1));
    }

    [Fact]
    public async Task InvocationNumberAndData_AreThoseOfTheCopyAndOfTheIteration()
    {
        var numbers = new List<long>();
        var stats = await _run.RunAsync(_run.Scenario("data", async context =>
        {
            Assert.Empty(context.Data);
            context.Data["used"] = 1;
            context.ScenarioInstanceData["count"] = context.ScenarioInstanceData.TryGetValue("count", out var count) ? (int)count + 1 : 1;
            numbers.Add(context.InvocationNumber);
            Assert.Equal(context.InvocationNumber, (int)context.ScenarioInstanceData["count"]);
            await _run.Clock.Delay(Times.Seconds(0.1));
        }, Simulation.KeepConstant(1, Times.Second)));
        Assert.Equal(Enumerable.Range(1, numbers.Count).Select(number => (long)number), numbers);
        Assert.InRange(numbers.Count, 9, 11);

        // An assertion that does not hold inside of an iteration is a failed iteration.
        Assert.Equal(0, stats.AllFailCount);
    }

    [Theory]
    [InlineData(true, 800, 200)]
    [InlineData(false, 1_000, 1_000)]
    public async Task Weights_ShareOneLoad_AndWithoutThemEachScenarioHasAllOfIt(bool weighted, int reads, int writes)
    {
        ScenarioProps Of(string name, int weight)
        {
            var scenario = _run.Scenario(name, 1, Simulation.Inject(100, Times.Second, Times.Seconds(10)));
            return weighted ? scenario.WithWeight(weight) : scenario;
        }

        var stats = await _run.RunAsync(Of("read", 80), Of("write", 20));
        Assert.Equal((reads, writes), (stats.ScenarioStats.Get("read").AllOkCount, stats.ScenarioStats.Get("write").AllOkCount));
    }

    [Fact]
    public async Task Weights_OfAClosedLoad_ShareItsCopies()
    {
        ScenarioProps Of(string name, int weight) => _run.Scenario(name, 100, Simulation.KeepConstant(10, Times.Seconds(10))).WithWeight(weight);
        var stats = await _run.RunAsync(Of("read", 70), Of("write", 30));
        Assert.InRange(stats.ScenarioStats.Get("read").AllOkCount, 690, 710);
        Assert.InRange(stats.ScenarioStats.Get("write").AllOkCount, 295, 305);
    }

    private int Between(double from, double to) => _starts.Count(start => start >= from - 1e-9 && start < to - 1e-9);

    private ScenarioProps Noting(string name, double milliseconds, params LoadSimulation[] load) => _run.Scenario(name, _ =>
    {
        _starts.Add(_run.Clock.Seconds);
        return _run.Clock.Delay(TimeSpan.FromMilliseconds(milliseconds));
    }, load);
}
