namespace NBomber.CSharp;

/// <summary>Draws that are not all alike.</summary>
public static class RandomExtensions
{
    /// <summary>Nearer to one than this, an exponent is one: the quotient that the others need has no digits left.</summary>
    private const double NearOne = 1e-9;

    /// <summary>A number from 1 to n, number k with a weight of 1 / k^s: few often, many seldom. Draws without a table.</summary>
    /// <param name="random">What to draw from.</param>
    /// <param name="n">The highest number.</param>
    /// <param name="s">The exponent, above zero; the higher, the more goes to the first.</param>
    public static int Zipf(this Random random, int n, double s)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(n, 1);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(s);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(s, double.MaxValue);

        // By rejection: a point under the curve x^-s, kept when it lies under the column of its number as well.
        var (from, to) = (Area(1.5, s) - 1, Area(n + 0.5, s));
        while (true)
        {
            var area = to - (random.NextDouble() * (to - from));
            var number = Math.Clamp((int)Math.Round(Math.Min(Inverse(area, s), n)), 1, n);
            if (area >= Area(number + 0.5, s) - Math.Pow(number, -s))
            {
                return number;
            }
        }
    }

    /// <summary>One of the items, each as likely as its weight among all weights.</summary>
    public static T Choice<T>(this Random random, (T, int)[] items)
    {
        var sum = 0;
        foreach (var (_, weight) in items)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(weight, nameof(items));
            sum = checked(sum + weight);
        }

        ArgumentOutOfRangeException.ThrowIfZero(sum, nameof(items));
        var drawn = random.Next(sum);
        var index = 0;
        for (; drawn >= items[index].Item2; index++)
        {
            drawn -= items[index].Item2;
        }

        return items[index].Item1;
    }

    /// <summary>The integral of x^-s from 1 on.</summary>
    private static double Area(double x, double s) => Math.Abs(1 - s) < NearOne ? Math.Log(x) : (Math.Pow(x, 1 - s) - 1) / (1 - s);

    /// <summary>The x up to which the integral is so large.</summary>
    private static double Inverse(double area, double s) => Math.Abs(1 - s) < NearOne ? Math.Exp(area) : Math.Pow(1 + (area * (1 - s)), 1 / (1 - s));
}
