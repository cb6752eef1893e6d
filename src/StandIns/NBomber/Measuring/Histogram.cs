namespace NBomber.Measuring;

/// <summary>Counts values by class; any thread may record while another reads. Its memory does not depend on what it counts.</summary>
internal sealed class Histogram
{
    private readonly long[] _counts = new long[Buckets.Count];
    private long _sum;
    private long _least = long.MaxValue;
    private long _most;

    /// <summary>Counts a value.</summary>
    public void Record(long value)
    {
        value = Math.Max(value, 0);
        Interlocked.Increment(ref _counts[Buckets.IndexOf(value)]);
        Interlocked.Add(ref _sum, value);
        for (var least = Volatile.Read(ref _least); value < least;)
        {
            least = Interlocked.CompareExchange(ref _least, value, least) is var seen && seen == least ? value : seen;
        }

        for (var most = Volatile.Read(ref _most); value > most;)
        {
            most = Interlocked.CompareExchange(ref _most, value, most) is var seen && seen == most ? value : seen;
        }
    }

    /// <summary>What has been counted so far.</summary>
    public HistogramSnapshot Read()
    {
        var counts = new long[Buckets.Count];
        for (var index = 0; index < counts.Length; index++)
        {
            counts[index] = Volatile.Read(ref _counts[index]);
        }

        return new HistogramSnapshot(counts, Volatile.Read(ref _sum), Volatile.Read(ref _least), Volatile.Read(ref _most));
    }

    /// <summary>
    /// Takes what has been counted out. A value that another thread is just recording is taken now or by the next call, whole in its
    /// count; its share of sum and extremes may fall on the other side.
    /// </summary>
    public HistogramSnapshot Take(long[] into)
    {
        for (var index = 0; index < into.Length; index++)
        {
            into[index] = Volatile.Read(ref _counts[index]) == 0 ? 0 : Interlocked.Exchange(ref _counts[index], 0);
        }

        return new HistogramSnapshot(into, Interlocked.Exchange(ref _sum, 0), Interlocked.Exchange(ref _least, long.MaxValue), Interlocked.Exchange(ref _most, 0));
    }
}
