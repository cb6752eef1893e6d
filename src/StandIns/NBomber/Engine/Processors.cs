using System.Globalization;

namespace NBomber.Engine;

/// <summary>How many processors this process may use, in parts of one: the runtime rounds the limit of a container up.</summary>
internal static class Processors
{
    private const string Groups = "/sys/fs/cgroup";

    /// <summary>The runtime's number (it knows the affinity), or the limit of a control group above the process when that is less.</summary>
    public static double Usable() => Math.Min(Environment.ProcessorCount, LimitOf(Groups, ReadOrEmpty("/proc/self/cgroup")));

    /// <summary>The least limit of the control groups that the process is in; infinite when there is none.</summary>
    /// <param name="root">Where the groups' files are.</param>
    /// <param name="membership">The text of /proc/self/cgroup.</param>
    public static double LimitOf(string root, string membership)
    {
        var limit = double.PositiveInfinity;
        foreach (var line in membership.Split('\n'))
        {
            // Version 2: "0::/path". In a container the path may be that of the machine, of which only the root is seen there.
            if (line.Split(':', 3) is ["0", "", var path])
            {
                for (var folder = path.Trim('/'); ; folder = Path.GetDirectoryName(folder) ?? "")
                {
                    limit = Math.Min(limit, Quota(ReadOrEmpty(Path.Combine(root, folder, "cpu.max"))));
                    if (folder.Length == 0)
                    {
                        break;
                    }
                }
            }
        }

        // Version 1.
        var old = Path.Combine(root, "cpu");
        return Math.Min(limit, Quota($"{ReadOrEmpty(Path.Combine(old, "cpu.cfs_quota_us")).Trim()} {ReadOrEmpty(Path.Combine(old, "cpu.cfs_period_us")).Trim()}"));
    }

    /// <summary>Processors of a quota and a period, "150000 100000"; infinite for "max" and for what cannot be read.</summary>
    private static double Quota(string text) =>
        text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries) is [var quota, var period]
        && double.TryParse(quota, CultureInfo.InvariantCulture, out var used) && double.TryParse(period, CultureInfo.InvariantCulture, out var of) && used > 0 && of > 0
            ? used / of
            : double.PositiveInfinity;

    private static string ReadOrEmpty(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception missing) when (missing is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
