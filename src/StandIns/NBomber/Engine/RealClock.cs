using System.Diagnostics;
using System.Runtime.InteropServices;

namespace NBomber.Engine;

/// <summary>
/// The real time. Waiting goes to the operating system in nanoseconds where it can: the runtime's own sleep counts in milliseconds,
/// in each of which 20 starts of a schedule of 20,000 a second would be late.
/// </summary>
internal sealed partial class RealClock : EngineClock
{
    private readonly bool _hasNanosleep = OperatingSystem.IsLinux();

    public override long NowNs => Stopwatch.Frequency == NsPerSecond
        ? Stopwatch.GetTimestamp()
        : (long)((Int128)Stopwatch.GetTimestamp() * NsPerSecond / Stopwatch.Frequency);

    public override DateTime UtcNow => TimeProvider.System.GetUtcNow().UtcDateTime;

    public override void SleepUntil(long ns)
    {
        var left = ns - NowNs;
        if (left <= 0)
        {
            return;
        }

        if (_hasNanosleep)
        {
            // It ends early when a signal arrives; the caller looks at the time again.
            var wanted = new TimeSpec { Seconds = (nint)(left / NsPerSecond), Nanoseconds = (nint)(left % NsPerSecond) };
            _ = Nanosleep(in wanted, 0);
        }
        else
        {
            Thread.Sleep((int)Math.Max(1, left / 1_000_000));
        }
    }

    public override void Start(IThreadPoolWorkItem work) => ThreadPool.UnsafeQueueUserWorkItem(work, preferLocal: false);

    [LibraryImport("libc", EntryPoint = "nanosleep")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Nanosleep(in TimeSpec wanted, nint remaining);

    [StructLayout(LayoutKind.Sequential)]
    private struct TimeSpec
    {
        public nint Seconds;
        public nint Nanoseconds;
    }
}
