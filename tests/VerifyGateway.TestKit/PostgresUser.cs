using System.Globalization;

namespace VerifyGateway.TestKit;

/// <summary>Runs PostgreSQL's programs as a user whom they accept: as ourselves or, since they refuse root, as the user that the system's package made.</summary>
internal static class PostgresUser
{
    private const string Name = "postgres";
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);
    private static readonly Lazy<string> Programs = new(FindPrograms);

    // setpriv becomes the program that it is told to run, so that the number of the process is the program's own.
    private static readonly string[] Prefix = Environment.IsPrivilegedProcess ? ["setpriv", $"--reuid={Name}", $"--regid={Name}", "--init-groups", "--"] : [];

    /// <summary>The full path of one of PostgreSQL's programs, of the newest version that is installed.</summary>
    public static string PathOf(string program) => Path.Combine(Programs.Value, program);

    /// <summary>Gives a file or folder to the user.</summary>
    public static async Task OwnAsync(string path)
    {
        if (Environment.IsPrivilegedProcess)
        {
            var (code, output) = await ChildProcess.RunAsync("chown", [Name + ":", path], Limit);
            ThrowUnless(code == 0, "chown", output);
        }
    }

    /// <summary>Starts a program as the user.</summary>
    public static ChildProcess Start(string program, IEnumerable<string> arguments, string folder)
    {
        string[] all = [.. Prefix, program, .. arguments];
        return ChildProcess.Start(all[0], all[1..], Variables(null), folder);
    }

    /// <summary>Runs a program as the user to its end and returns what it printed; throws when it fails.</summary>
    public static async Task<string> RunAsync(string program, IEnumerable<string> arguments, string? password = null)
    {
        var (code, output) = await TryAsync(program, arguments, password);
        ThrowUnless(code == 0, program, output);
        return output;
    }

    /// <summary>Runs a program as the user to its end, and leaves it to the caller what its exit code means.</summary>
    public static Task<(int ExitCode, string Output)> TryAsync(string program, IEnumerable<string> arguments, string? password = null)
    {
        string[] all = [.. Prefix, program, .. arguments];
        return ChildProcess.RunAsync(all[0], all[1..], Limit, "/", Variables(password));
    }

    /// <summary>Settings for PostgreSQL's programs that the tests' own environment may hold are kept from them.</summary>
    private static Dictionary<string, string?> Variables(string? password)
    {
        var variables = Environment.GetEnvironmentVariables().Keys.Cast<string>()
            .Where(name => name.StartsWith("PG", StringComparison.Ordinal))
            .ToDictionary(name => name, _ => (string?)null);
        variables["LC_ALL"] = "C";
        variables["HOME"] = "/";
        variables["PGPASSWORD"] = password;
        return variables;
    }

    private static void ThrowUnless(bool succeeded, string program, string output)
    {
        if (!succeeded)
        {
            throw new InvalidOperationException($"'{program}' failed:\n{output}");
        }
    }

    /// <summary>Debian keeps the programs of each version in a folder of their own, off PATH.</summary>
    private static string FindPrograms()
    {
        var versions = Directory.Exists("/usr/lib/postgresql") ? Directory.GetDirectories("/usr/lib/postgresql") : [];
        var folders = versions
            .OrderByDescending(version => double.TryParse(Path.GetFileName(version), CultureInfo.InvariantCulture, out var number) ? number : 0)
            .Select(version => Path.Combine(version, "bin"))
            .Concat((Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries));
        return folders.FirstOrDefault(folder => File.Exists(Path.Combine(folder, "postgres")) && File.Exists(Path.Combine(folder, "initdb")))
            ?? throw new InvalidOperationException("The server of PostgreSQL is needed by this test and is not installed; ./eng/test installs it.");
    }
}
