namespace VerifyGateway.LoadTests;

/// <summary>Few are asked for often and many seldom: number n with a weight of 1 / (n + 1).</summary>
internal sealed class Zipf
{
    private readonly double[] _upTo;

    public Zipf(int count)
    {
        _upTo = new double[count];
        var sum = 0.0;
        for (var number = 0; number < count; number++)
        {
            sum += 1.0 / (number + 1);
            _upTo[number] = sum;
        }
    }

    /// <summary>A number from 0 to below the count.</summary>
    public int Next(Random random)
    {
        var found = Array.BinarySearch(_upTo, random.NextDouble() * _upTo[^1]);
        return Math.Min(found < 0 ? ~found : found + 1, _upTo.Length - 1);
    }
}
