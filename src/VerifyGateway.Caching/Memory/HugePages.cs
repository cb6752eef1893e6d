using System.Runtime.InteropServices;

namespace VerifyGateway.Caching.Memory;

/// <summary>Advice to Linux about large regions; elsewhere, and where the system does not take it, nothing changes but speed.</summary>
internal static unsafe partial class HugePages
{
    /// <summary>Size of a huge page, bytes.</summary>
    public const int Bytes = 2 * 1024 * 1024;

    private const int DontNeed = 4;
    private const int HugePage = 14;

    /// <summary>Asks for pages of 2 MiB: a look-up among tens of millions of lines then rarely waits for the page table.</summary>
    public static void Ask(void* region, nuint bytes) => Advise(region, bytes, HugePage);

    /// <summary>Gives the memory back and keeps the addresses, which read as zeros from then on.</summary>
    /// <remarks>In whole huge pages: a machine whose pages are larger than ours would round the end up, into memory of somebody else.</remarks>
    public static void GiveBack(void* region, nuint bytes) => Advise(region, bytes / Bytes * Bytes, DontNeed);

    private static void Advise(void* region, nuint bytes, int advice)
    {
        if (OperatingSystem.IsLinux())
        {
            _ = MAdvise(region, bytes, advice);
        }
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static partial int MAdvise(void* address, nuint length, int advice);
}
