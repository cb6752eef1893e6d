using NBomber.Data.CSharp;
using NBomber.Engine;

namespace NBomberStandIn.Tests;

/// <summary>The seed that a report prints gives the same random numbers again: in another process, and whatever the target did.</summary>
public sealed class SeedTests
{
    [Fact]
    public async Task SameSeed_GivesTheSameNumbersInAnotherProcess()
    {
        var first = await DrawsAsync("7");
        Assert.Equal(first, await DrawsAsync("7"));
        Assert.NotEqual(first, await DrawsAsync("8"));

        // Without a seed there is nothing to have again.
        Assert.NotEqual(await DrawsAsync(null), await DrawsAsync(null));
    }

    [Fact]
    public async Task SameSeed_GivesEachStartItsNumbers_WhicheverCopyTakesIt()
    {
        var quick = await StreamAsync(20260101, 1, warmUp: false);
        Assert.Equal(quick, await StreamAsync(20260101, 700, warmUp: false));
        Assert.Equal(quick, await StreamAsync(20260101, 1, warmUp: true));
        Assert.Equal(quick.Count, quick.Distinct().Count());
        Assert.NotEqual(quick, await StreamAsync(20260102, 1, warmUp: false));
    }

    [Fact]
    public async Task Seed_OfTheEnvironment_ThatIsNoNumber_IsRefused()
    {
        var (exitCode, output) = await Probe.RunAsync(new Dictionary<string, string?> { [Seeds.Variable] = "seven" }, "run", "pass", "unused");
        Assert.Equal(104, exitCode);
        Assert.Contains("'seven'", output, StringComparison.Ordinal);
    }

    [Fact]
    public void Seeds_KeepTheirMeaning()
    {
        // A change of these would make the seed of an old report mean something else.
        Assert.Equal(0x6E789E6AA1B965F4UL, new SeededRandomProbe(0).First);
        Assert.NotEqual(Seeds.Of(1, 2), Seeds.Of(2, 1));
        Assert.NotEqual(Seeds.Of(1), Seeds.Of(1, 0));
    }

    [Fact]
    public void Random_IsEvenlySpread()
    {
        var random = new SeededRandom(1);
        var counts = new int[10];
        for (var draw = 0; draw < 100_000; draw++)
        {
            counts[random.Next(10)]++;
            Assert.InRange(random.Next(-5, 5), -5, 4);
            Assert.InRange(random.NextInt64(-5, long.MaxValue), -5, long.MaxValue - 1);
            Assert.InRange(random.NextDouble(), 0, 1 - double.Epsilon);
            Assert.InRange(random.NextSingle(), 0, 0.99999999f);
        }

        // Ten standard deviations.
        Assert.All(counts, count => Assert.InRange(count, 9_000, 11_000));
        var bytes = new byte[13];
        random.NextBytes(bytes);
        Assert.True(bytes.Distinct().Count() > 5);
        Assert.Equal(0, random.Next(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => random.Next(-1));
    }

    private static async Task<string> DrawsAsync(string? seed)
    {
        var (exitCode, output) = await Probe.RunAsync(new Dictionary<string, string?> { [Seeds.Variable] = seed }, "draws");
        Assert.True(exitCode == 0, output);
        return output.Split('\n').Single(line => line.StartsWith("draws ", StringComparison.Ordinal));
    }

    private static async Task<List<(long Number, int Item)>> StreamAsync(int seed, double milliseconds, bool warmUp)
    {
        var run = new VirtualRun { Seed = seed };
        var feed = DataFeed.Random(Enumerable.Range(0, 1_000_000));
        var drawn = new List<(long, int)>();
        var scenario = run.Scenario("load", context =>
        {
            var one = (context.Random.NextInt64(), feed.GetNextItem(context.ScenarioInfo));
            if (context.ScenarioInfo.ScenarioOperation == ScenarioOperation.Bombing)
            {
                drawn.Add(one);
            }

            return run.Clock.Delay(TimeSpan.FromMilliseconds(milliseconds));
        }, Simulation.InjectRandom(5, 50, Times.Second, Times.Seconds(10)));
        await run.RunAsync(warmUp ? scenario.WithWarmUpDuration(Times.Seconds(3)) : scenario);
        return drawn;
    }

    /// <summary>The first number of a stream, whole.</summary>
    private sealed class SeededRandomProbe
    {
        public SeededRandomProbe(ulong seed)
        {
            var bytes = new byte[sizeof(ulong)];
            var random = new SeededRandom(seed);
            random.NextBytes(bytes);
            random.NextBytes(bytes);
            First = BitConverter.ToUInt64(bytes);
        }

        public ulong First { get; }
    }
}
