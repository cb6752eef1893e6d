using NBomber.Engine;

namespace NBomberStandIn.Tests;

/// <summary>When open simulations want work to start.</summary>
public sealed class OpenScheduleTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Fact]
    public void Inject_SpreadsItsStartsEvenly()
    {
        var starts = Starts(Simulation.Inject(4, Second, Times.Seconds(2)));
        Assert.Equal([0, 0.25, 0.5, 0.75, 1, 1.25, 1.5, 1.75], starts);
    }

    [Theory]
    [InlineData(500, 1, 10, 5_000)]
    [InlineData(20_000, 1, 3, 60_000)]
    [InlineData(7, 3, 30, 70)]
    [InlineData(1, 60, 10, 1)]
    [InlineData(0, 1, 10, 0)]
    public void Inject_AnyRate_StartsAsManyAsTheRateSays(int rate, double interval, double during, int expected)
    {
        var starts = Starts(Simulation.Inject(rate, Times.Seconds(interval), Times.Seconds(during)));
        Assert.Equal(expected, starts.Length);
        Assert.All(starts, start => Assert.InRange(start, 0, during));
    }

    [Fact]
    public void Inject_OfALongRun_DoesNotDrift()
    {
        var starts = Starts(Simulation.Inject(3, Second, Times.Seconds(36_000)));
        Assert.Equal(108_000, starts.Length);
        Assert.Equal(35_999 + (2 / 3.0), starts[^1], 1e-6);
    }

    [Theory]
    [InlineData(0, 100, 10, 500)]
    [InlineData(100, 0, 10, 500)]
    [InlineData(50, 150, 4, 400)]
    [InlineData(40, 40, 5, 200)]
    public void RampingInject_StartsTheAreaUnderItsRate(double from, int to, double during, int expected)
    {
        var starts = Starts(Simulation.RampingInject(to, Second, Times.Seconds(during)), from);
        Assert.InRange(starts.Length, expected - 1, expected + 1);
        Assert.Equal(starts.Order(), starts);

        // Half of the time has the part of the area that belongs to it.
        var half = ((from * during) + ((to - from) * during / 4)) / 2;
        Assert.InRange(starts.Count(start => start < during / 2), half - 1, half + 1);
    }

    [Fact]
    public void InjectRandom_StaysWithinItsBoundsAndUsesThem()
    {
        const int Seed = 7;
        var starts = Starts(Simulation.InjectRandom(5, 15, Second, Times.Seconds(300)), random: new Random(Seed));
        var counts = starts.GroupBy(start => (int)start).Select(group => group.Count()).ToArray();
        Assert.Equal(300, counts.Length);
        Assert.Equal((5, 15), (counts.Min(), counts.Max()));
        Assert.Equal(starts, Starts(Simulation.InjectRandom(5, 15, Second, Times.Seconds(300)), random: new Random(Seed)));
        Assert.NotEqual(starts, Starts(Simulation.InjectRandom(5, 15, Second, Times.Seconds(300)), random: new Random(Seed + 1)));
    }

    [Fact]
    public void IterationsForInject_EndsWithItsIterations()
    {
        var starts = Starts(Simulation.IterationsForInject(10, Second, 25));
        Assert.Equal(25, starts.Length);
        Assert.Equal(2.4, starts[^1], 1e-9);
    }

    [Theory]
    [InlineData(0.8, 800)]
    [InlineData(0.25, 250)]
    public void Share_OfAnySimulation_IsThatPartOfItsStarts(double share, int expected)
    {
        Assert.Equal(expected, Starts(Simulation.Inject(100, Second, Times.Seconds(10)), share: share).Length);
        Assert.InRange(Starts(Simulation.RampingInject(200, Second, Times.Seconds(10)), share: share).Length, expected - 1, expected + 1);
        Assert.Equal(expected, Starts(Simulation.IterationsForInject(10, Second, 1_000), share: share).Length);
        Assert.InRange(Starts(Simulation.InjectRandom(100, 100, Second, Times.Seconds(10)), share: share).Length, expected - 1, expected + 1);
    }

    private static double[] Starts(LoadSimulation simulation, double from = 0, double share = 1, Random? random = null)
    {
        var schedule = OpenSchedule.Of(simulation, from, share, random ?? new Random(1));
        List<double> starts = [];
        for (; schedule.NextNs != OpenSchedule.Never; schedule.MoveOn())
        {
            starts.Add(schedule.NextNs / 1e9);
        }

        return [.. starts];
    }
}
