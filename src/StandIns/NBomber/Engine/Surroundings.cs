using System.Reflection;
using System.Runtime;
using System.Runtime.InteropServices;
using NBomber.Contracts.Stats;

namespace NBomber.Engine;

/// <summary>What figures of another machine, or of another build, differ by.</summary>
internal static class Surroundings
{
    public static readonly EnvironmentStats Now = new()
    {
        Cpu = Line("/proc/cpuinfo", "model name")?.Split(':', 2)[^1].Trim() ?? RuntimeInformation.ProcessArchitecture.ToString(),
        Kernel = Line("/proc/sys/kernel/osrelease", "") ?? Environment.OSVersion.VersionString,
        Gc = $"{(GCSettings.IsServerGC ? "server" : "workstation")}, {(GCSettings.LatencyMode == GCLatencyMode.Batch ? "not concurrent" : "concurrent")}",
        Program = ProgramOf(Assembly.GetEntryAssembly()),
    };

    /// <summary>A program and its version, with the commit behind a plus sign where the build knew it.</summary>
    public static string ProgramOf(Assembly? program) => program is null
        ? ""
        : $"{program.GetName().Name} {program.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion}";

    private static string? Line(string path, string begin)
    {
        try
        {
            return File.ReadLines(path).FirstOrDefault(line => line.StartsWith(begin, StringComparison.Ordinal));
        }
        catch (Exception missing) when (missing is IOException or UnauthorizedAccessException)
        {
            // Not a Linux.
            return null;
        }
    }
}
