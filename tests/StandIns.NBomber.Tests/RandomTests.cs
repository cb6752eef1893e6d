namespace NBomberStandIn.Tests;

/// <summary>Draws come as often as their weights say.</summary>
public sealed class RandomTests
{
    private const int Draws = 200_000;
    private readonly int _seed = Environment.TickCount;

    [Theory]
    [InlineData(5, 1.3)]
    [InlineData(5, 1)]
    [InlineData(20, 0.5)]
    [InlineData(20, 3)]
    [InlineData(1, 1.3)]
    [InlineData(100_000, 1.000001)]
    public void Zipf_DrawsEachNumberAsOftenAsItsWeight(int n, double s)
    {
        var random = new Random(_seed);
        var counts = new int[n + 1];
        for (var draw = 0; draw < Draws; draw++)
        {
            counts[random.Zipf(n: n, s: s)]++;
        }

        var sum = Enumerable.Range(1, n).Sum(number => Math.Pow(number, -s));
        Assert.Equal(0, counts[0]);
        for (var number = 1; number <= Math.Min(n, 20); number++)
        {
            // Six standard deviations of a count.
            var share = Math.Pow(number, -s) / sum;
            var most = 6 * Math.Sqrt(Draws * share * (1 - share));
            Assert.True(Math.Abs(counts[number] - (Draws * share)) <= most + 1, $"seed {_seed}: {number} was drawn {counts[number]} times of {Draws * share:F0}");
        }
    }

    [Fact]
    public void Zipf_OfNothingOrWithoutExponent_IsRefused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Random.Shared.Zipf(0, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Random.Shared.Zipf(5, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => Random.Shared.Zipf(5, double.NaN));
    }

    [Fact]
    public void Choice_DrawsEachItemAsOftenAsItsWeight()
    {
        var random = new Random(_seed);
        var items = new[] { ("read", 70), ("never", 0), ("write", 20), ("delete", 10) };
        var counts = Enumerable.Range(0, Draws).GroupBy(_ => random.Choice(items)).ToDictionary(group => group.Key, group => group.Count());
        Assert.False(counts.ContainsKey("never"));
        Assert.All(items.Where(item => item.Item2 > 0), item => Assert.True(Math.Abs(counts[item.Item1] - (Draws * item.Item2 / 100)) < 1_300, $"seed {_seed}: {item.Item1} {counts[item.Item1]}"));
    }

    [Fact]
    public void Choice_WithoutWeight_IsRefused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Random.Shared.Choice(Array.Empty<(int, int)>()));
        Assert.Throws<ArgumentOutOfRangeException>(() => Random.Shared.Choice([("a", 0)]));
        Assert.Throws<ArgumentOutOfRangeException>(() => Random.Shared.Choice([("a", 5), ("b", -1)]));
    }

    [Fact]
    public async Task Draws_OfAContext_AreTheSameInARunOfTheSameSeed()
    {
        async Task<int[]> DrawAsync()
        {
            var (run, drawn) = (new VirtualRun { Seed = 7 }, new List<int>());
            await run.RunAsync(run.Scenario("s", context =>
            {
                drawn.Add(context.Random.Zipf(1_000_000, 1.1));
                return Task.CompletedTask;
            }, Simulation.Inject(20, Times.Second, Times.Second)));
            return [.. drawn];
        }

        var first = await DrawAsync();
        Assert.Equal(20, first.Length);
        Assert.Equal(first, await DrawAsync());
    }
}
