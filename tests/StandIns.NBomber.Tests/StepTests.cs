using NBomber.Measuring;

namespace NBomberStandIn.Tests;

/// <summary>Steps are measured on their own, and failures are counted by what they say.</summary>
public sealed class StepTests
{
    private readonly VirtualRun _run = new();

    [Fact]
    public async Task Steps_HaveTheirOwnFiguresAndHandOnWhatTheyBring()
    {
        var scenario = Create(async context =>
        {
            var login = await Step.Run("login", context, async () =>
            {
                await Pause(0.02);
                return Response.Ok(payload: "token", sizeBytes: 10);
            });
            var read = await Step.Run("read", context, async () =>
            {
                await Pause(0.03);
                return Response.Ok(payload: login.Payload.Value + "!", sizeBytes: 1_000, statusCode: "200");
            });
            return read.Payload.IsSome() && read.Payload.Value == "token!" ? Response.Ok(statusCode: "200", sizeBytes: 1_010) : Response.Fail(statusCode: "500");
        });
        var stats = (await _run.RunAsync(scenario)).ScenarioStats[0];
        Assert.Equal(["login", "read"], stats.StepStats.Select(step => step.StepName));
        Assert.Equal((100, 100, 100), (stats.AllOkCount, stats.StepStats.Get("login").Ok.Request.Count, stats.StepStats.Get("read").Ok.Request.Count));
        Assert.InRange(stats.StepStats.Get("login").Ok.Latency.Percent99, 19.9, 20.1);
        Assert.InRange(stats.StepStats.Get("read").Ok.Latency.Percent99, 29.9, 30.1);
        Assert.InRange(stats.Ok.Latency.Percent99, 49.9, 50.1);
        Assert.Equal((1_000L, 100_000L), (stats.StepStats.Get("read").Ok.DataTransfer.MaxBytes, stats.StepStats.Get("read").Ok.DataTransfer.AllBytes));
        Assert.Equal(101_000, stats.AllBytes);
        Assert.Equal(100, stats.StepStats.Get("read").Ok.StatusCodes.Get("200").Count);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task FailedStep_EndsItsIterationUnlessToldOtherwise(bool restart)
    {
        var after = 0;
        var stats = (await _run.RunAsync(Create(async context =>
        {
            await Step.Run("bad", context, () => Task.FromResult(Response.Fail<string>(statusCode: "404", message: "gone")));
            after++;
            return Response.Ok(statusCode: "fallback");
        }).WithRestartIterationOnFail(restart))).ScenarioStats[0];
        Assert.Equal(100, stats.StepStats.Get("bad").Fail.StatusCodes.Get("404").Count);
        Assert.Equal(restart ? (0, 100, 0) : (100, 0, 100), (stats.AllOkCount, stats.AllFailCount, after));
        Assert.Equal(restart, stats.Fail.StatusCodes.Exists("404"));
    }

    [Fact]
    public async Task Exceptions_AreFailuresWithACodeOfTheirOwn()
    {
        var number = 0;
        var stats = (await _run.RunAsync(Create(async context =>
        {
            switch (number++ % 5)
            {
                case 0:
                    throw new InvalidDataException("thrown at once");
                case 1:
                    await Pause(0.01);
                    throw new InvalidDataException("thrown later");
                case 2:
                    throw new OperationCanceledException();
                case 3:
                    return null!;
                default:
                    await Step.Run<string>("step", context, () => throw new IOException("in a step"));
                    return Response.Ok();
            }
        }))).ScenarioStats[0];
        Assert.Equal((0, 100), (stats.AllOkCount, stats.AllFailCount));
        Assert.Equal((80, 20), (stats.Fail.StatusCodes.Get("-101").Count, stats.Fail.StatusCodes.Get("-100").Count));
        Assert.Equal("IOException: in a step", stats.StepStats.Get("step").Fail.StatusCodes.Get("-101").Message);
        Assert.Equal(20, stats.Fail.StatusCodes.Get("-100").Percent);
    }

    [Fact]
    public async Task NullTask_IsAFailure()
    {
        var scenario = Scenario.Create("null", _ => null!).WithoutWarmUp().WithLoadSimulations(Simulation.Inject(10, Times.Second, Times.Second));
        Assert.Equal(10, (await _run.RunAsync(scenario)).AllFailCount);
    }

    [Theory]
    [InlineData(0, 1_000, 0)]
    [InlineData(1, 100_000, 1)]
    [InlineData(99_999, 100_000, 99)]
    [InlineData(100, 100, 100)]
    [InlineData(1, 3, 33)]
    [InlineData(0, 0, 0)]
    public void Percent_OnlyNothingIsNoneAndOnlyAllIsAll(long part, long all, int expected) => Assert.Equal(expected, Figures.Percent(part, all));

    [Fact]
    public void StatusCodes_OfWhichEachIsNew_TakeBoundedMemory()
    {
        var codes = new StatusCodes(isError: true);
        for (var number = 0; number < 10_000; number++)
        {
            codes.Record(Response.Fail(statusCode: $"code {number}", message: "message"));
        }

        var stats = codes.ToStats(10_000);
        Assert.Equal(StatusCodes.MostCodes + 1, stats.Length);
        Assert.Equal(10_000 - StatusCodes.MostCodes, stats.Get(StatusCodes.Others).Count);
        Assert.Equal(10_000, stats.Sum(code => code.Count));
    }

    [Fact]
    public async Task Steps_OfWhichEachHasANewName_TakeBoundedMemoryAndAreCounted()
    {
        var number = 0;
        var stats = await _run.RunAsync(Scenario.Create("steps", async context =>
            {
                await Step.Run(number++ % 2 == 0 ? "known" : $"order {number}", context, () => Task.FromResult(Response.Ok()));
                return Response.Ok();
            })
            .WithoutWarmUp()
            .WithLoadSimulations(Simulation.IterationsForConstant(1, 2_000)));
        var steps = stats.ScenarioStats[0].StepStats;
        Assert.Equal(Recorder.MostSteps + 1, steps.Length);
        Assert.Equal((1_000, 1_000 - Recorder.MostSteps + 1), (steps.Get("known").Ok.Request.Count, steps.Get(Recorder.OtherSteps).Ok.Request.Count));
        Assert.Equal(Enumerable.Range(0, steps.Length), steps.Select(step => step.SortIndex));
        Assert.Contains("names of steps", stats.Warnings.Single(), StringComparison.Ordinal);
    }

    [Fact]
    public void Lookups_OfNamesThatAreNotThere_SayWhich()
    {
        ScenarioStats[] stats = [new() { ScenarioName = "a", StepStats = [new() { StepName = "s" }] }];
        Assert.Equal((true, false), (stats.Exists("a"), stats.Exists("b")));
        Assert.Null(stats.Find("b"));
        Assert.Contains("'b'", Assert.Throws<KeyNotFoundException>(() => stats.Get("b")).Message, StringComparison.Ordinal);
        Assert.Contains("'t'", Assert.Throws<KeyNotFoundException>(() => stats[0].StepStats.Get("t")).Message, StringComparison.Ordinal);
        Assert.Contains("'503'", Assert.Throws<KeyNotFoundException>(() => stats[0].Ok.StatusCodes.Get("503")).Message, StringComparison.Ordinal);
    }

    private Task Pause(double seconds) => _run.Clock.Delay(Times.Seconds(seconds));

    private static ScenarioProps Create(Func<IScenarioContext, Task<IResponse>> run) =>
        Scenario.Create("steps", run).WithoutWarmUp().WithLoadSimulations(Simulation.Inject(10, Times.Second, Times.Seconds(10)));
}
