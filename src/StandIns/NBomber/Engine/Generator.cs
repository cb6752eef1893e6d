using NBomber.Contracts.Stats;

namespace NBomber.Engine;

/// <summary>What this process has used up to an instant.</summary>
internal readonly record struct Generator(double CpuSeconds, long AllocatedBytes, int Gen0, int Gen2, double GcPauseMs)
{
    public static Generator Now => new(
        Environment.CpuUsage.TotalTime.TotalSeconds, GC.GetTotalAllocatedBytes(), GC.CollectionCount(0), GC.CollectionCount(2), GC.GetTotalPauseDuration().TotalMilliseconds);

    /// <param name="before">The beginning.</param>
    /// <param name="seed">The run's.</param>
    /// <param name="highestCpuShare">As <see cref="CpuWatch"/> has seen it.</param>
    /// <param name="processors">Processors that may be used.</param>
    public GeneratorStats Since(Generator before, int seed, double highestCpuShare, double processors) => new()
    {
        CpuSeconds = Math.Round(CpuSeconds - before.CpuSeconds, 3),
        HighestCpuShare = highestCpuShare,
        Processors = processors,
        AllocatedBytes = AllocatedBytes - before.AllocatedBytes,
        Gen0Collections = Gen0 - before.Gen0,
        Gen2Collections = Gen2 - before.Gen2,
        GcPauseMs = Math.Round(GcPauseMs - before.GcPauseMs, 3),
        Seed = seed,
    };
}
