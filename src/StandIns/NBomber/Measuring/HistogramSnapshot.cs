namespace NBomber.Measuring;

/// <summary>The counts of a histogram at one instant.</summary>
internal sealed class HistogramSnapshot
{
    private readonly long[] _counts;
    private readonly double _sum;

    public HistogramSnapshot(long[] counts, long sum, long least, long most)
    {
        _counts = counts;
        _sum = sum;
        foreach (var count in counts)
        {
            Count += count;
        }

        Least = Count == 0 || least == long.MaxValue ? 0 : least;
        Most = Count == 0 ? 0 : most;
    }

    /// <summary>How many values.</summary>
    public long Count { get; }

    /// <summary>The least value, exact.</summary>
    public long Least { get; }

    /// <summary>The highest value, exact.</summary>
    public long Most { get; }

    /// <summary>The mean, exact.</summary>
    public double Mean => Count == 0 ? 0 : _sum / Count;

    /// <summary>All values together, exact.</summary>
    public long Sum => (long)_sum;

    /// <summary>
    /// The least value that at least this share of all values does not exceed, within 1 %. A share of 0 is the least, of 1 the highest.
    /// </summary>
    public double Quantile(double share)
    {
        if (Count == 0)
        {
            return 0;
        }

        if (share >= 1)
        {
            return Most;
        }

        var rank = Math.Max(1, (long)Math.Ceiling(share * Count));
        var index = 0;
        for (var seen = _counts[0]; seen < rank;)
        {
            seen += _counts[++index];
        }

        // The middle of the first or last class may lie beyond what was seen; while values are being recorded, the extremes may lag.
        var middle = Buckets.MiddleOf(index);
        return Most >= Least && Most > 0 ? Math.Clamp(middle, Least, Most) : middle;
    }

    /// <summary>The standard deviation, within 1 % of the values.</summary>
    public double StandardDeviation()
    {
        if (Count == 0)
        {
            return 0;
        }

        var (mean, squares) = (Mean, 0.0);
        for (var index = 0; index < _counts.Length; index++)
        {
            var distance = _counts[index] == 0 ? 0 : Buckets.MiddleOf(index) - mean;
            squares += _counts[index] * distance * distance;
        }

        return Math.Sqrt(squares / Count);
    }

    /// <summary>The values and how often each was counted: those that stand for their classes, within what was seen.</summary>
    public IEnumerable<(long Value, long Count)> Values()
    {
        for (var index = 0; index < _counts.Length; index++)
        {
            if (_counts[index] > 0)
            {
                yield return (Math.Clamp((long)Buckets.MiddleOf(index), Least, Math.Max(Least, Most)), _counts[index]);
            }
        }
    }

    /// <summary>How many values are at most this one, up to the width of its class.</summary>
    public long CountUpTo(long value)
    {
        long seen = 0;
        for (var index = Buckets.IndexOf(value); index >= 0; index--)
        {
            seen += _counts[index];
        }

        return seen;
    }
}
