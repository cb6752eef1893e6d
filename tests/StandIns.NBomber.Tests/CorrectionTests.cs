namespace NBomberStandIn.Tests;

/// <summary>
/// A target that stalls for 2 s in a run of 10 s. Where the stall keeps work from starting, the service time hides it and the latency
/// from the intended start does not.
/// </summary>
public sealed class CorrectionTests
{
    private readonly VirtualRun _run = new();

    [Fact]
    public async Task Stall_WithFewPlaces_ShowsInTheLatencyAndNotInTheServiceTime()
    {
        var stats = await _run.RunAsync(run => run.WithMaxWorkUnderWay(10), Stalling(stall: true));
        var scenario = stats.ScenarioStats[0];
        Assert.Equal(1_000, scenario.AllOkCount);
        Assert.True(scenario.Ok.Latency.Percent90 > 1_000, $"p90 from the intended start: {scenario.Ok.Latency.Percent90} ms");
        Assert.InRange(scenario.Ok.Latency.MaxMs, 1_990, 2_100);
        Assert.InRange(scenario.Ok.ServiceTime.Percent90, 9.9, 10.1);
        Assert.InRange(scenario.Ok.ServiceTime.Percent95, 9.9, 10.1);

        // The second after the stall says the same.
        Assert.Contains(scenario.Timeline, second => second.LatencyPercent50Ms > 400 && second.ServiceTimePercent50Ms < 11);
        Assert.Contains(scenario.Timeline, second => second is { Ok: 0, PlannedRate: 100 });
    }

    [Fact]
    public async Task Stall_WithFewPlaces_MakesTheRunInvalid()
    {
        var stats = await _run.RunAsync(run => run.WithMaxWorkUnderWay(10), Stalling(stall: true));
        Assert.Equal((RunVerdict.Invalid, 98), (stats.Verdict, _run.ExitCode));

        // All that was due from the tenth on until the backlog was gone: 2 s at 100 a second, and what came due meanwhile.
        Assert.InRange(stats.ScenarioStats[0].HeldBackCount, 190, 230);
        Assert.Equal(0, stats.ScenarioStats[0].NotStartedCount);
        Assert.Contains("held back", stats.VerdictReasons.Single(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stall_WithPlacesForAll_ShowsInBothAndIsValid()
    {
        var stats = await _run.RunAsync(Stalling(stall: true));
        var scenario = stats.ScenarioStats[0];
        Assert.Equal((RunVerdict.Passed, 0L), (stats.Verdict, scenario.HeldBackCount));
        Assert.InRange(scenario.Ok.Latency.Percent90, 990, 1_030);
        Assert.Equal(scenario.Ok.Latency.Percent90, scenario.Ok.ServiceTime.Percent90);
    }

    [Fact]
    public async Task Stall_InAClosedLoad_IsHidden()
    {
        // What happens without an intended start: 10 of thousands of iterations know of the stall.
        var stats = await _run.RunAsync(Stalling(stall: true).WithLoadSimulations(Simulation.KeepConstant(10, Times.Seconds(10))));
        Assert.InRange(stats.ScenarioStats[0].Ok.Latency.Percent99, 9.9, 10.1);
        Assert.InRange(stats.ScenarioStats[0].Ok.Latency.MaxMs, 1_990, 2_020);
    }

    [Fact]
    public async Task NoStall_WithFewPlaces_IsValid()
    {
        var stats = await _run.RunAsync(run => run.WithMaxWorkUnderWay(10), Stalling(stall: false));
        Assert.Equal((RunVerdict.Passed, 0L), (stats.Verdict, stats.ScenarioStats[0].HeldBackCount));
        Assert.InRange(stats.ScenarioStats[0].Ok.Latency.MaxMs, 9.9, 10.1);
    }

    [Fact]
    public async Task Overload_CountsWhatNeverStarted()
    {
        // One place and 100 ms an iteration make 10 a second; 50 are wanted.
        var stats = await _run.RunAsync(run => run.WithMaxWorkUnderWay(1), _run.Scenario("over", 100, Simulation.Inject(50, Times.Second, Times.Seconds(10))));
        var scenario = stats.ScenarioStats[0];
        Assert.Equal(500, scenario.IntendedCount);
        Assert.InRange(scenario.AllOkCount, 99, 101);
        Assert.Equal(scenario.IntendedCount, scenario.AllOkCount + scenario.NotStartedCount);
        Assert.InRange(scenario.Ok.Latency.MaxMs, 7_800, 8_200);
        Assert.InRange(scenario.Ok.ServiceTime.MaxMs, 99, 101);
        Assert.Equal((RunVerdict.Invalid, 98), (stats.Verdict, _run.ExitCode));
        Assert.Contains($"{scenario.NotStartedCount} never happened", stats.VerdictReasons.Single(), StringComparison.Ordinal);
    }

    private ScenarioProps Stalling(bool stall)
    {
        double? began = null;
        return _run.Scenario("target", async _ =>
        {
            began ??= _run.Clock.Seconds;
            var second = _run.Clock.Seconds - began.Value;
            if (stall && second is >= 3 and < 5)
            {
                await _run.Clock.UntilSecond(began.Value + 5);
            }

            await _run.Clock.Delay(TimeSpan.FromMilliseconds(10));
        }, Simulation.Inject(100, Times.Second, Times.Seconds(10)));
    }
}
