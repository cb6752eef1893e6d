using NBomber.Measuring;

namespace NBomberStandIn.Tests;

/// <summary>The histogram is within 1 % of the truth, whatever it counts, and forgets nothing.</summary>
public sealed class HistogramTests
{
    public static TheoryData<string, Func<Random, long>> Distributions => new()
    {
        { "uniform", random => random.NextInt64(1, 2_000_000_000) },
        { "exponential", random => (long)(-Math.Log(1 - random.NextDouble()) * 3_000_000) },
        { "heavy tail", random => (long)Math.Min(1e12, 50_000 / Math.Pow(1 - random.NextDouble(), 1.5)) },
        { "two humps", random => random.Next(10) == 0 ? random.NextInt64(1_900_000_000, 2_100_000_000) : random.NextInt64(200_000, 400_000) },
        { "a few nanoseconds", random => random.NextInt64(0, 300) },
    };

    [Fact]
    public void Buckets_EveryOne_IsNextToTheOneBeforeAndWithinOnePercent()
    {
        for (var index = 1; index < Buckets.Count; index++)
        {
            var middle = (long)Buckets.MiddleOf(index);
            Assert.Equal(index, Buckets.IndexOf(middle));
            Assert.True(Buckets.MiddleOf(index) > Buckets.MiddleOf(index - 1));
        }

        Assert.Equal(Buckets.Count - 1, Buckets.IndexOf(Buckets.Highest));
        Assert.Equal(Buckets.Count - 1, Buckets.IndexOf(long.MaxValue));
        Assert.Equal(0, Buckets.IndexOf(-5));
        foreach (var value in Enumerable.Range(0, 42).SelectMany(bit => new[] { (1L << bit) - 1, 1L << bit, (1L << bit) + 1, 3L << Math.Max(0, bit - 2) }).Where(value => value > 0))
        {
            Assert.InRange(Buckets.MiddleOf(Buckets.IndexOf(value)) / value, 0.99, 1.01);
        }
    }

    [Theory]
    [MemberData(nameof(Distributions))]
    public void Quantile_AnyDistribution_IsWithinOnePercentOfTheExactOne(string name, Func<Random, long> draw)
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        var values = Enumerable.Range(0, 200_000).Select(_ => draw(random)).ToArray();
        var histogram = new Histogram();
        Array.ForEach(values, histogram.Record);
        Array.Sort(values);
        var read = histogram.Read();

        foreach (var share in new[] { 0, 0.01, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 0.999, 0.9999, 1 })
        {
            var exact = values[Math.Max(1, (int)Math.Ceiling(share * values.Length)) - 1];
            Assert.True(Math.Abs(read.Quantile(share) - exact) <= exact * 0.01, $"{name}, seed {seed}, {share}: {read.Quantile(share)} for {exact}");
        }

        Assert.Equal(values.Length, read.Count);
        Assert.Equal(values[0], read.Least);
        Assert.Equal(values[^1], read.Most);
        var mean = values.Average();
        Assert.Equal(mean, read.Mean, mean * 1e-9);
        var deviation = Math.Sqrt(values.Average(value => Math.Pow(value - mean, 2)));
        Assert.Equal(deviation, read.StandardDeviation(), deviation * 0.02);
    }

    [Fact]
    public void Quantile_CoarserClasses_WouldMissTheBound()
    {
        // The check above can fail: with half as many parts to a power of two the middle is up to 1/64 away.
        const long Value = (1L << 30) + 1;
        var coarse = (Value >> 25 << 25) + (1L << 24);
        Assert.True(Math.Abs(coarse - Value) > Value * 0.01);
    }

    [Fact]
    public void Read_OfNothing_IsZero()
    {
        var read = new Histogram().Read();
        Assert.Equal((0, 0, 0, 0, 0), (read.Count, read.Least, read.Most, read.Quantile(0.5), read.StandardDeviation()));
    }

    [Fact]
    public async Task Take_WhileThreadsRecord_LosesAndDoublesNothing()
    {
        const int Each = 300_000;
        var histogram = new Histogram();
        var scratch = new long[Buckets.Count];
        var writers = Enumerable.Range(1, 3).Select(number => Task.Run(() =>
        {
            for (var count = 0; count < Each; count++)
            {
                histogram.Record((number * 1_000) + (count % 7));
            }
        })).ToArray();
        long taken = 0;
        while (!Task.WhenAll(writers).IsCompleted)
        {
            taken += histogram.Take(scratch).Count;
        }

        await Task.WhenAll(writers);
        taken += histogram.Take(scratch).Count;
        Assert.Equal(3 * Each, taken);
        Assert.Equal(0, histogram.Read().Count);
    }

    [Fact]
    public void CountUpTo_SplitsAtAValue()
    {
        var histogram = new Histogram();
        foreach (var value in new long[] { 10, 20, 1_000_000, 5_000_000 })
        {
            histogram.Record(value);
        }

        Assert.Equal(2, histogram.Read().CountUpTo(100));
        Assert.Equal(4, histogram.Read().CountUpTo(long.MaxValue));
    }
}
