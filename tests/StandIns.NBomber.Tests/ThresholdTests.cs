namespace NBomberStandIn.Tests;

/// <summary>Thresholds are checked on the way and at the end.</summary>
public sealed class ThresholdTests
{
    private readonly VirtualRun _run = new();

    [Theory]
    [InlineData(20, RunVerdict.Passed, 0)]
    [InlineData(5, RunVerdict.ThresholdFailed, 99)]
    public async Task Scenario_OnLatency_DecidesTheVerdict(double limitMs, RunVerdict verdict, int exitCode)
    {
        var stats = await _run.RunAsync(Load(4, Threshold.Create(stats => stats.Ok.Latency.Percent99 < limitMs)));
        Assert.Equal((verdict, exitCode), (stats.Verdict, _run.ExitCode ?? 0));
        var result = stats.Thresholds.Single();
        Assert.Equal(("load", "", "stats => stats.Ok.Latency.Percent99 < limitMs"), (result.ScenarioName, result.StepName, result.CheckExpression));
        Assert.Equal(exitCode != 0, result.IsFailed);
    }

    [Fact]
    public async Task Check_HappensEveryIntervalAndAtTheEnd()
    {
        var times = new List<double>();
        var stats = await _run.RunAsync(run => run.WithReportingInterval(Times.Seconds(2)), Load(7, Threshold.Create(_ =>
        {
            times.Add(Math.Round(_run.Clock.Seconds, 1));
            return false;
        })));
        Assert.Equal([2, 4, 6, 7], times);
        Assert.Equal(4, stats.Thresholds.Single().ErrorCount);
    }

    [Fact]
    public async Task Failure_OnTheWay_IsNotForgottenAtTheEnd()
    {
        var stats = await _run.RunAsync(run => run.WithReportingInterval(Times.Seconds(1)), Load(5, Threshold.Create(stats => stats.Duration.TotalSeconds is < 1.5 or > 2.5)));
        Assert.Equal((1, RunVerdict.ThresholdFailed), (stats.Thresholds.Single().ErrorCount, stats.Verdict));
    }

    [Fact]
    public async Task AbortWhenErrorCount_EndsTheRun()
    {
        var stats = await _run.RunAsync(run => run.WithReportingInterval(Times.Seconds(1)), Load(3_600, Threshold.Create(stats => stats.AllOkCount < 0, abortWhenErrorCount: 3)));
        Assert.InRange(stats.Duration.TotalSeconds, 3, 3.1);
        Assert.Equal((RunVerdict.ThresholdFailed, 99), (stats.Verdict, _run.ExitCode));
        Assert.Equal(0, stats.ScenarioStats[0].NotStartedCount);
    }

    [Fact]
    public async Task StartCheckAfter_WaitsWithTheFirstCheck()
    {
        var stats = await _run.RunAsync(run => run.WithReportingInterval(Times.Seconds(1)), Load(6,
            Threshold.Create(stats => stats.Duration.TotalSeconds > 3.5, startCheckAfter: Times.Seconds(4)),
            Threshold.Create(stats => stats.Duration.TotalSeconds > 3.5)));
        Assert.Equal([0, 3], stats.Thresholds.Select(threshold => threshold.ErrorCount));
    }

    [Fact]
    public async Task Step_ThatNeverRan_FailsAtTheEndOnly()
    {
        var stats = await _run.RunAsync(run => run.WithReportingInterval(Times.Seconds(1)), Load(4, Threshold.Create("absent", step => step.Fail.Request.Count == 0)));
        Assert.Equal(1, stats.Thresholds.Single().ErrorCount);
        Assert.Contains("'absent'", stats.Thresholds.Single().ExceptionMsg, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Step_IsCheckedByItsOwnFigures()
    {
        var scenario = Scenario.Create("load", async context =>
            {
                await Step.Run("step", context, () => Task.FromResult(Response.Fail(statusCode: "503")));
                return Response.Ok();
            })
            .WithoutWarmUp()
            .WithRestartIterationOnFail(false)
            .WithLoadSimulations(Simulation.Inject(10, Times.Second, Times.Seconds(2)))
            .WithThresholds(Threshold.Create("step", step => step.Fail.StatusCodes.Find("503")?.Percent < 50), Threshold.Create(stats => stats.Fail.Request.Percent < 1));
        var stats = await _run.RunAsync(scenario);
        Assert.Equal([true, false], stats.Thresholds.Select(threshold => threshold.IsFailed));
    }

    [Fact]
    public async Task CheckThatThrows_HasFailed()
    {
        var stats = await _run.RunAsync(Load(2, Threshold.Create(stats => stats.Ok.StatusCodes.Get("200").Count > 0)));
        Assert.True(stats.Thresholds.Single().IsFailed);
        Assert.Contains("'200'", stats.Thresholds.Single().ExceptionMsg, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Invalid_OutranksAThreshold()
    {
        // A run whose load was not as intended proves nothing, neither that a threshold holds nor that it fails.
        var stats = await _run.RunAsync(run => run.WithMaxWorkUnderWay(1),
            _run.Scenario("load", 100, Simulation.Inject(50, Times.Second, Times.Seconds(2))).WithThresholds(Threshold.Create(_ => false)));
        Assert.Equal((RunVerdict.Invalid, true), (stats.Verdict, stats.Thresholds.Single().IsFailed));
    }

    private ScenarioProps Load(double seconds, params Threshold[] thresholds) =>
        _run.Scenario("load", 10, Simulation.Inject(20, Times.Second, Times.Seconds(seconds))).WithThresholds(thresholds);
}
