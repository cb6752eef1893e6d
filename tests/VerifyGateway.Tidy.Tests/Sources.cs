using VerifyGateway.TestKit;

namespace VerifyGateway.Tidy.Tests;

/// <summary>A file of the repository.</summary>
/// <param name="Path">Its path from the root, with forward slashes.</param>
/// <param name="Text">What it holds.</param>
internal sealed record SourceFile(string Path, string Text)
{
    /// <summary>The path of a line of this file, for a message.</summary>
    public string At(int line, string what) => $"{Path}:{line}: {what}";
}

/// <summary>The files of the repository that are, or are about to be, under version control.</summary>
internal static class Sources
{
    /// <summary>Paths of all files, from the root, with forward slashes.</summary>
    public static IReadOnlyList<string> Paths { get; } = List();

    /// <summary>Every text file.</summary>
    public static IReadOnlyList<SourceFile> Texts { get; } = [.. Paths.Select(ReadText).OfType<SourceFile>()];

    /// <summary>Every C# file.</summary>
    public static IEnumerable<SourceFile> CSharp => Texts.Where(file => file.Path.EndsWith(".cs", StringComparison.Ordinal));

    /// <summary>Every project file.</summary>
    public static IEnumerable<SourceFile> Projects => Texts.Where(file => file.Path.EndsWith(".csproj", StringComparison.Ordinal));

    /// <summary>True for a file of the product, not of stand-ins, tests or measurements.</summary>
    public static bool IsProduct(string path) => path.StartsWith("src/VerifyGateway.", StringComparison.Ordinal);

    private static List<string> List()
    {
        var paths = ListByGit() ?? Walk();
        return [.. paths.Where(path => !IsBuildOutput(path) && File.Exists(Path.Combine(Repository.Root, path))).Distinct().Order(StringComparer.Ordinal)];
    }

    private static bool IsBuildOutput(string path) => path.Split('/') is var parts && parts[..^1].Any(part => part is "bin" or "obj" or ".git");

    /// <summary>What git knows or would take in; null where git or its folder is missing, as in an unpacked archive.</summary>
    private static string[]? ListByGit()
    {
        if (!Path.Exists(Path.Combine(Repository.Root, ".git")))
        {
            return null;
        }

        var (exitCode, output) = Run();
        return exitCode == 0 ? output.Split('\n', StringSplitOptions.RemoveEmptyEntries) : null;

        static (int, string) Run()
        {
            try
            {
                string[] command = ["-c", "core.quotePath=false", "ls-files", "-co", "--exclude-standard"];
                return ChildProcess.RunAsync("git", command, TimeSpan.FromSeconds(30), Repository.Root).GetAwaiter().GetResult();
            }
            catch (InvalidOperationException)
            {
                return (-1, "");
            }
        }
    }

    private static IEnumerable<string> Walk() =>
        Directory.EnumerateFiles(Repository.Root, "*", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(Repository.Root, path).Replace('\\', '/'));

    private static SourceFile? ReadText(string path)
    {
        var bytes = File.ReadAllBytes(Path.Combine(Repository.Root, path));
        return bytes.AsSpan(0, Math.Min(bytes.Length, 8_000)).Contains((byte)0) ? null : new SourceFile(path, System.Text.Encoding.UTF8.GetString(bytes));
    }
}
