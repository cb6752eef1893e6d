namespace VerifyGateway.TestKit;

/// <summary>Where things lie in the repository that the running test was built from.</summary>
public static class Repository
{
    /// <summary>Full path of the folder that holds VerifyGateway.sln.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>Debug or Release: what the running test was built as.</summary>
    public static string Configuration { get; } = AppContext.BaseDirectory.Contains("/Debug/", StringComparison.Ordinal) ? "Debug" : "Release";

    /// <summary>Full path of something in the repository.</summary>
    public static string PathOf(params string[] parts) => Path.Combine([Root, .. parts]);

    /// <summary>Full path of a program's assembly, built as the running test was.</summary>
    public static string AssemblyOf(string project) => PathOf("src", project, "bin", Configuration, "net10.0", project + ".dll");

    /// <summary>The text of a file, named by its path from the root with forward slashes.</summary>
    public static string Read(string path) => File.ReadAllText(Path.Combine(Root, path));

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "VerifyGateway.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException("The test does not run from within the repository.");
    }
}
