namespace Prometheus;

public sealed partial class Histogram
{
    /// <summary>Bounds that grow by a factor.</summary>
    /// <param name="start">The first bound, above zero.</param>
    /// <param name="factor">Each bound divided by the one before it, above one.</param>
    /// <param name="count">How many.</param>
    public static double[] ExponentialBuckets(double start, double factor, int count)
    {
        RequirePositive(count);
        if (start <= 0)
        {
            throw new ArgumentException("The first bound must be above zero.", nameof(start));
        }

        if (factor <= 1)
        {
            throw new ArgumentException("The factor must be above one.", nameof(factor));
        }

        return Series(start, bound => bound * (decimal)factor, count);
    }

    /// <summary>Bounds that grow by a fixed step.</summary>
    /// <param name="start">The first bound.</param>
    /// <param name="width">The distance from bound to bound.</param>
    /// <param name="count">How many.</param>
    public static double[] LinearBuckets(double start, double width, int count)
    {
        RequirePositive(count);
        return Series(start, bound => bound + (decimal)width, count);
    }

    /// <summary>Bounds that divide each power of ten into equal parts; those that an earlier power covers already are left out.</summary>
    /// <param name="startPower">The power of ten to begin at.</param>
    /// <param name="endPower">The power of ten to end with.</param>
    /// <param name="divisions">The number of parts.</param>
    public static double[] PowersOfTenDividedBuckets(int startPower, int endPower, int divisions)
    {
        if (startPower >= endPower)
        {
            throw new ArgumentException("The first power must be below the last.", nameof(startPower));
        }

        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(divisions);
        var bounds = new List<double>();
        for (var power = startPower + 1; power <= endPower; power++)
        {
            var top = (decimal)Math.Pow(10, power);
            for (var part = 1; part <= divisions; part++)
            {
                var bound = (double)(top / divisions * part);
                if (bounds.Count == 0 || bound > bounds[^1])
                {
                    bounds.Add(bound);
                }
            }
        }

        return [.. bounds];
    }

    // Decimal, so that 0.1 + 0.2 is 0.3: the bounds become label values that dashboards name.
    private static double[] Series(double start, Func<decimal, decimal> next, int count)
    {
        var bounds = new double[count];
        var bound = (decimal)start;
        for (var i = 0; i < count; i++)
        {
            bounds[i] = (double)bound;
            bound = i + 1 < count ? next(bound) : bound;
        }

        return bounds;
    }

    private static void RequirePositive(int count)
    {
        if (count <= 0)
        {
            throw new ArgumentException("There must be at least one bucket.", nameof(count));
        }
    }
}
