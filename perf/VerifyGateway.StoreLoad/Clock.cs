using System.Diagnostics;

namespace VerifyGateway.StoreLoad;

/// <summary>Wall time and this process's processor time.</summary>
internal static class Clock
{
    public static async Task<(T Result, double Seconds, double CpuSeconds)> MeasureAsync<T>(Func<Task<T>> work)
    {
        var (cpu, wall) = (Cpu(), Stopwatch.GetTimestamp());
        var result = await work();
        return (result, Stopwatch.GetElapsedTime(wall).TotalSeconds, (Cpu() - cpu).TotalSeconds);
    }

    public static double Percentile(List<double> values, double share)
    {
        values.Sort();
        return values.Count == 0 ? double.NaN : values[(int)Math.Min(values.Count - 1, values.Count * share)];
    }

    private static TimeSpan Cpu() => Process.GetCurrentProcess().TotalProcessorTime;
}
