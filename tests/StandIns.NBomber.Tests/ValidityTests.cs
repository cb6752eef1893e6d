using NBomber.Engine;

namespace NBomberStandIn.Tests;

/// <summary>A run whose generator could not do what it was told, or was too busy to be believed, is invalid.</summary>
public sealed class ValidityTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(0, RunVerdict.Passed)]
    [InlineData(10, RunVerdict.Passed)]
    [InlineData(11, RunVerdict.Invalid)]
    [InlineData(200, RunVerdict.Invalid)]
    public async Task LateStarts_OfMoreThanOnePercent_SpoilTheRun(int lateOfAThousand, RunVerdict verdict)
    {
        var run = new VirtualRun();
        run.Clock.Lateness = number => TimeSpan.FromMilliseconds(number % 1_000 < lateOfAThousand ? 6 : 1);
        var stats = await run.RunAsync(run.Scenario("load", 1, Simulation.Inject(500, Times.Second, Times.Seconds(10))));
        Assert.Equal((verdict, 5L * lateOfAThousand), (stats.Verdict, stats.ScenarioStats[0].LateCount));
        Assert.Equal(verdict == RunVerdict.Invalid, stats.ScenarioStats[0].StartLag.Percent99 > 5);
        Assert.Equal(verdict == RunVerdict.Invalid ? 98 : null, run.ExitCode);
        Assert.Equal(verdict == RunVerdict.Invalid, stats.VerdictReasons.Any(reason => reason.Contains("more than 5 ms late", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task LateStarts_TooFewToJudgeBy_AreAWarning()
    {
        var run = new VirtualRun();
        run.Clock.Lateness = number => TimeSpan.FromMilliseconds(number < 9 ? 50 : 0);
        var stats = await run.RunAsync(run.Scenario("load", 1, Simulation.Inject(50, Times.Second, Times.Second)));
        Assert.Equal(RunVerdict.Passed, stats.Verdict);
        Assert.Contains("too few", stats.Warnings.Single(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(5, RunVerdict.Passed)]
    [InlineData(6, RunVerdict.Invalid)]
    public async Task HeldBackStarts_OfMoreThanOneInAThousand_SpoilTheRun(int heldBack, RunVerdict verdict)
    {
        // One place; some iterations take as long as until the start after the next, which has to wait and is the only one.
        var run = new VirtualRun();
        var number = 0;
        var stats = await run.RunAsync(with => with.WithMaxWorkUnderWay(1), run.Scenario("load",
            _ => run.Clock.Delay(TimeSpan.FromMilliseconds(number++ % 100 == 50 && number < 100 * heldBack ? 3 : 0.5)), Simulation.Inject(500, Times.Second, Times.Seconds(10))));
        Assert.Equal((verdict, (long)heldBack), (stats.Verdict, stats.ScenarioStats[0].HeldBackCount));
        Assert.Contains("held back", (verdict == RunVerdict.Passed ? stats.Warnings : stats.VerdictReasons).Single(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0.84, RunVerdict.Passed)]
    [InlineData(0.86, RunVerdict.Invalid)]
    public async Task Processors_InUseAboveTheLimit_SpoilTheRun(double share, RunVerdict verdict)
    {
        var run = new VirtualRun { CpuSecondsAt = second => 2 * share * second };
        var stats = await run.RunAsync(run.Scenario("load", 1, Simulation.KeepConstant(2, Times.Seconds(3))));
        Assert.Equal((verdict, share), (stats.Verdict, Math.Round(stats.Generator.HighestCpuShare, 3)));
        Assert.Equal(2, stats.Generator.Processors);
    }

    [Fact]
    public async Task Processors_BusyForTenSecondsOfMany_SpoilTheRunThoughTheMeanIsLow()
    {
        var run = new VirtualRun { CpuSecondsAt = second => (0.4 * second) + (1.5 * Math.Clamp(second - 30, 0, 11)) };
        var stats = await run.RunAsync(run.Scenario("load", 1, Simulation.Inject(10, Times.Second, Times.Seconds(60))));
        Assert.Equal(RunVerdict.Invalid, stats.Verdict);
        Assert.InRange(stats.Generator.HighestCpuShare, 0.94, 0.96);
    }

    [Fact]
    public async Task Processors_OfTheTimeAfterTheLoad_DoNotCount()
    {
        // Ten seconds of waiting for the last answers would thin out the one of load.
        var run = new VirtualRun { CpuSecondsAt = second => 1.9 * Math.Min(second, 2) };
        var stats = await run.RunAsync(run.Scenario("load", 12_000, Simulation.Inject(10, Times.Second, Times.Seconds(2))));
        Assert.Equal(RunVerdict.Invalid, stats.Verdict);
        Assert.InRange(stats.Generator.HighestCpuShare, 0.94, 0.96);
    }

    [Fact]
    public void Generator_OfThisProcess_KnowsItsProcessorsAndWhatItUsed()
    {
        Assert.InRange(Processors.Usable(), 0.01, Environment.ProcessorCount);
        var host = new SessionHost();
        var before = host.CpuSeconds();
        var spun = 0L;
        for (var until = Environment.CpuUsage.UserTime + TimeSpan.FromMilliseconds(50); Environment.CpuUsage.UserTime < until;)
        {
            spun++;
        }

        Assert.True(spun > 0 && host.CpuSeconds() - before >= 0.05);
    }

    [Theory]
    [InlineData("0::/a/b\n", "a/b", "150000 100000", 1.5)]
    [InlineData("0::/a/b\n", "a", "50000 100000", 0.5)]
    [InlineData("0::/machine/x\n", "", "200000 100000", 2)]
    [InlineData("0::/a\n", "a", "max 100000", double.PositiveInfinity)]
    [InlineData("", "", "nonsense", double.PositiveInfinity)]
    public void Limit_OfControlGroups_IsTheLeastAboveTheProcess(string membership, string group, string text, double expected)
    {
        Directory.CreateDirectory(Path.Combine(_folder.Path, group));
        File.WriteAllText(Path.Combine(_folder.Path, group, "cpu.max"), text + "\n");
        Assert.Equal(expected, Processors.LimitOf(_folder.Path, membership));
    }

    [Fact]
    public void Limit_OfTheOlderControlGroups_IsReadToo()
    {
        Directory.CreateDirectory(_folder.File("cpu"));
        File.WriteAllText(_folder.File("cpu/cpu.cfs_quota_us"), "250000\n");
        File.WriteAllText(_folder.File("cpu/cpu.cfs_period_us"), "100000\n");
        Assert.Equal(2.5, Processors.LimitOf(_folder.Path, "3:cpu,cpuacct:/\n"));
    }
}
