using System.Diagnostics;
using System.Runtime.InteropServices;

namespace VerifyGateway.Tail;

/// <summary>Waiting for sockets with a limit in nanoseconds, and the priority that keeps whoever waits from being late. Linux only, as the measure is.</summary>
internal static unsafe partial class Waiting
{
    public const short CanRead = 1;
    public const short CanWrite = 4;

    private const int FirstInFirstOut = 1;
    private const int LeastPriority = 1;

    /// <summary>
    /// Gives the calling thread precedence over all ordinary ones: the generator stands for other machines, and must not wait for the gateway's
    /// threads to let go of a processor. False where the system does not allow it.
    /// </summary>
    public static bool TryTakePrecedence()
    {
        var priority = LeastPriority;
        return SetScheduler(0, FirstInFirstOut, &priority) == 0;
    }

    /// <summary>Returns when something can be done with one of the sockets, or at an instant of <see cref="Stopwatch"/>, whichever is first.</summary>
    public static void ForAny(Span<Polled> sockets, long until)
    {
        var left = Math.Max(0, (until - Stopwatch.GetTimestamp()) * (1_000_000_000 / Stopwatch.Frequency));
        var time = new TimeSpec { Seconds = left / 1_000_000_000, Nanoseconds = left % 1_000_000_000 };
        fixed (Polled* first = sockets)
        {
            _ = Poll(first, (nuint)sockets.Length, &time, null);
        }
    }

    [LibraryImport("libc", EntryPoint = "ppoll", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static partial int Poll(Polled* sockets, nuint count, TimeSpec* time, void* signals);

    [LibraryImport("libc", EntryPoint = "sched_setscheduler", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static partial int SetScheduler(int thread, int policy, int* priority);

    /// <summary>What poll asks and answers of one socket.</summary>
    public struct Polled
    {
        public int Handle;
        public short Wanted;
        public short Possible;
    }

    private struct TimeSpec
    {
        public long Seconds;
        public long Nanoseconds;
    }
}
