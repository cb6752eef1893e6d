using System.Globalization;

namespace VerifyGateway.Tail;

/// <summary>What has been used since the machine or the process began, as the operating system counts it; times in seconds.</summary>
/// <param name="Busy">Processor time of all programs and the kernel.</param>
/// <param name="Stolen">Processor time that the host of this virtual machine took.</param>
/// <param name="Gateway">Processor time of the gateway's process.</param>
/// <param name="Generator">Processor time of this process.</param>
/// <param name="Faults">Pages that the gateway's process waited for, from memory and from disk.</param>
/// <param name="Queued">How long threads of the gateway could have gone on and had no processor, all threads together.</param>
internal readonly record struct Usage(double Busy, double Stolen, double Gateway, double Generator, double Faults, double Queued)
{
    // As Linux counts processor time everywhere that .NET runs.
    private const double TicksASecond = 100;

    /// <summary>Of nobody who takes part in the measure: other programs, and the host.</summary>
    public double Others => Math.Max(0, Busy + Stolen - Gateway - Generator);

    public static Usage Now(int gateway)
    {
        var all = Array.ConvertAll(File.ReadLines("/proc/stat").First().Split(' ', StringSplitOptions.RemoveEmptyEntries)[1..], Number);
        var stat = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{gateway}/stat"));
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        // user, nice, system, then idle and waiting for a disk, then two kinds of interrupts; then what the host took.
        return new(
            (all[0] + all[1] + all[2] + all[5] + all[6]) / TicksASecond, all[7] / TicksASecond, (Number(fields[11]) + Number(fields[12])) / TicksASecond,
            Environment.CpuUsage.TotalTime.TotalSeconds, Number(fields[7]) + Number(fields[9]), QueuedSeconds(gateway));

        static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
    }

    public static Usage operator -(Usage after, Usage before) => new(
        after.Busy - before.Busy, after.Stolen - before.Stolen, after.Gateway - before.Gateway, after.Generator - before.Generator, after.Faults - before.Faults,
        Math.Max(0, after.Queued - before.Queued));

    /// <summary>Of the threads that there are: of one that ends meanwhile it is lost.</summary>
    private static double QueuedSeconds(int process)
    {
        var nanoseconds = 0.0;
        foreach (var thread in Directory.EnumerateDirectories(string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/task")))
        {
            try
            {
                nanoseconds += double.Parse(File.ReadAllText(Path.Combine(thread, "schedstat")).Split(' ')[1], CultureInfo.InvariantCulture);
            }
            catch (IOException)
            {
                // It has ended since it was listed.
            }
        }

        return nanoseconds / 1e9;
    }
}
