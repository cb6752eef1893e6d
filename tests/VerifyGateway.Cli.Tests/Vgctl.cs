using VerifyGateway.TestKit;

namespace VerifyGateway.Cli.Tests;

/// <summary>vgctl as a process.</summary>
internal static class Vgctl
{
    private static string Program { get; } = Repository.PathOf("src", "VerifyGateway.Cli", "bin", Repository.Configuration, "net10.0", "vgctl.dll");

    public static ChildProcess Start(params string[] arguments) => ChildProcess.Start("dotnet", [Program, .. arguments]);

    public static Task<(int ExitCode, string Output)> RunAsync(params string[] arguments) =>
        ChildProcess.RunAsync("dotnet", [Program, .. arguments], TimeSpan.FromMinutes(2));

    /// <summary>Runs a command that must end well; returns what it printed.</summary>
    public static async Task<string> GoodAsync(params string[] arguments)
    {
        var (exitCode, output) = await RunAsync(arguments);
        Assert.True(exitCode == 0, $"exit code {exitCode}:\n{output}");
        return output;
    }
}
