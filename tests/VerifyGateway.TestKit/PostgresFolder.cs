using System.Globalization;
using System.Text.RegularExpressions;

namespace VerifyGateway.TestKit;

/// <summary>The private folder of one PostgreSQL server, on a small disk of its own where that was asked for, and the processes that work in it.</summary>
internal sealed partial class PostgresFolder : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    // A segment of the log fits in, a table's file ends within a page: the server then finds the page cut short and says that the disk is full.
    private const long FileLimit = (16 * 1024 * 1024) + 4096;

    private readonly TempFolder _folder = new();
    private bool _isMounted;

    private PostgresFolder()
    {
    }

    /// <summary>The folder's full path.</summary>
    public string Path => _folder.Path;

    /// <summary>Where the cluster lies; a server makes it its working directory.</summary>
    public string Data => System.IO.Path.Combine(Disk, "data");

    private string Disk => _folder.File("disk");

    private string Filler => System.IO.Path.Combine(Disk, "filler");

    /// <summary>Makes the folder; where mounting is not allowed, a disk's size is left to <see cref="FillDiskAsync"/>.</summary>
    public static async Task<PostgresFolder> MakeAsync(int? diskMegabytes)
    {
        var folder = new PostgresFolder();
        Directory.CreateDirectory(folder.Disk);
        if (diskMegabytes is { } size && Environment.IsPrivilegedProcess)
        {
            string[] arguments = ["-t", "tmpfs", "-o", string.Create(CultureInfo.InvariantCulture, $"size={size}m,mode=700"), "tmpfs", folder.Disk];
            folder._isMounted = (await ChildProcess.RunAsync("mount", arguments, Limit)).ExitCode == 0;
        }

        await PostgresUser.OwnAsync(folder.Disk);
        await PostgresUser.OwnAsync(folder.Path);
        return folder;
    }

    /// <summary>Numbers of all processes that work in the cluster's folder, which nobody but its server does.</summary>
    public async Task<IReadOnlyList<int>> ProcessesAsync()
    {
        var pattern = $"*/{System.IO.Path.GetFileName(Path)}/disk/data";
        var (_, output) = await PostgresUser.TryAsync("find", ["/proc", "-maxdepth", "2", "-name", "cwd", "-lname", pattern]);
        return [.. WorkingDirectory().Matches(output).Select(found => int.Parse(found.Groups[1].Value, CultureInfo.InvariantCulture))];
    }

    /// <summary>Sends a signal to processes; one that has ended meanwhile is no failure.</summary>
    public static async Task SignalAsync(string name, IReadOnlyCollection<int> processes)
    {
        if (processes.Count > 0)
        {
            await PostgresUser.TryAsync("kill", ["-" + name, .. processes.Select(Text)]);
        }
    }

    /// <summary>Takes all room on the disk of its own; without one, limits the size of files that the processes write.</summary>
    public async Task FillDiskAsync(IReadOnlyCollection<int> processes)
    {
        if (!_isMounted)
        {
            await LimitFilesAsync(processes, Text(FileLimit));
            return;
        }

        var (code, output) = await PostgresUser.TryAsync("dd", ["if=/dev/zero", "of=" + Filler, "bs=4k"]);
        if (code == 0 || !output.Contains("No space left", StringComparison.Ordinal))
        {
            throw new InvalidOperationException("The disk did not become full:\n" + output);
        }
    }

    /// <summary>Undoes <see cref="FillDiskAsync"/>.</summary>
    public async Task FreeDiskAsync(IReadOnlyCollection<int> processes)
    {
        if (_isMounted)
        {
            File.Delete(Filler);
        }
        else
        {
            await LimitFilesAsync(processes, "unlimited");
        }
    }

    /// <summary>The lines of the file by which a running server, or one that was killed, can be known; none when it was stopped.</summary>
    public string[] ReadPidFile()
    {
        var file = System.IO.Path.Combine(Data, "postmaster.pid");
        return File.Exists(file) ? File.ReadAllLines(file) : [];
    }

    /// <summary>Removes the folder, its disk, and what a killed server left in the system's shared memory; no process may be left.</summary>
    public async ValueTask DisposeAsync()
    {
        var lines = ReadPidFile();
        if (lines.Length > 6 && lines[6].Split(' ', StringSplitOptions.RemoveEmptyEntries) is [_, var segment])
        {
            await PostgresUser.TryAsync("ipcrm", ["-m", segment]);
        }

        if (_isMounted)
        {
            await ChildProcess.RunAsync("umount", ["--lazy", Disk], Limit);
        }

        _folder.Dispose();
    }

    private static async Task LimitFilesAsync(IReadOnlyCollection<int> processes, string softLimit)
    {
        foreach (var process in processes)
        {
            await PostgresUser.TryAsync("prlimit", ["--pid", Text(process), $"--fsize={softLimit}:"]);
        }
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Text(int number) => Text((long)number);

    [GeneratedRegex(@"^/proc/(\d+)/cwd$", RegexOptions.Multiline)]
    private static partial Regex WorkingDirectory();
}
