using VerifyGateway.TestKit;

namespace VerifyGateway.Helm.Tests;

/// <summary>The programs that ./eng/test installs and these tests call.</summary>
internal static class Tools
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);
    private static readonly string Modules = Path.Combine(Folder, "node_modules");

    /// <summary>Where they are installed.</summary>
    public static string Folder => Repository.PathOf("artifacts", "tools");

    /// <summary>The chart.</summary>
    public static string Chart { get; } = Repository.PathOf("helm", "verify-gateway");

    /// <summary>Runs helm with exactly these arguments.</summary>
    public static Task<(int ExitCode, string Output)> HelmAsync(params string[] arguments) =>
        ChildProcess.RunAsync(Path.Combine(Modules, ".bin", "helm"), arguments, Limit);

    /// <summary>Renders a chart for the Kubernetes that the tests have in mind; without being told, helm 3.6.2 takes 1.20.</summary>
    public static Task<(int ExitCode, string Output)> RenderAsync(string chart, params string[] arguments) =>
        HelmAsync(["template", "gateway", chart, "--namespace", "pos", "--kube-version", "1.31.0", .. arguments]);

    /// <summary>Runs a script with node.</summary>
    public static Task<(int ExitCode, string Output)> NodeAsync(params string[] arguments) => ChildProcess.RunAsync("node", arguments, Limit);

    /// <summary>Runs the TypeScript compiler over the folder of a tsconfig.json.</summary>
    public static Task<(int ExitCode, string Output)> TscAsync(string folder) =>
        ChildProcess.RunAsync("node", [Path.Combine(Modules, "typescript", "bin", "tsc"), "-p", folder], Limit, folder);

    /// <summary>Copies a folder with all that is in it.</summary>
    public static void Copy(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }
}
