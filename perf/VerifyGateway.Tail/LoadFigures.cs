using System.Diagnostics;

namespace VerifyGateway.Tail;

/// <summary>What a load has measured: every call's times, sorted.</summary>
internal sealed class LoadFigures
{
    private readonly long[] _latencies;
    private readonly long[] _fromSending;
    private readonly long[] _late;

    /// <summary>Takes times over, in ticks of <see cref="Stopwatch"/>.</summary>
    /// <param name="latencies">From the intended start to the answer, of the calls that ended.</param>
    /// <param name="fromSending">From the start to the answer, of the same.</param>
    /// <param name="late">From the intended start, or from when the gateway let it begin, to the start, of all that began.</param>
    public LoadFigures(ReadOnlySpan<long> latencies, ReadOnlySpan<long> fromSending, ReadOnlySpan<long> late) =>
        (_latencies, _fromSending, _late) = (Sorted(latencies), Sorted(fromSending), Sorted(late));

    public double Seconds { get; init; }

    public long Asked { get; init; }

    /// <summary>Calls that were answered with ALLOW, as all should be.</summary>
    public long Allowed { get; init; }

    /// <summary>Calls that memory answered with ALLOW.</summary>
    public long FromMemory { get; init; }

    public bool HasPrecedence { get; init; }

    /// <summary>Collections of the generator's own heap meanwhile.</summary>
    public int Collections { get; init; }

    /// <summary>Processor time of the generator's process.</summary>
    public double CpuSeconds { get; init; }

    public long Ended => _latencies.Length;

    public double PerSecond => Ended / Seconds;

    /// <summary>The time in milliseconds from the intended start that so large a share of the calls did not exceed.</summary>
    public double Latency(double share) => At(_latencies, share);

    /// <summary>The same from the start of the call.</summary>
    public double FromSending(double share) => At(_fromSending, share);

    /// <summary>How late the generator itself began calls, milliseconds: a share of them was no later.</summary>
    public double Late(double share) => At(_late, share);

    private static long[] Sorted(ReadOnlySpan<long> times)
    {
        var sorted = times.ToArray();
        Array.Sort(sorted);
        return sorted;
    }

    private static double At(long[] sorted, double share) =>
        sorted.Length == 0 ? double.NaN : sorted[Math.Clamp((int)Math.Ceiling(sorted.Length * share) - 1, 0, sorted.Length - 1)] * 1_000.0 / Stopwatch.Frequency;
}
