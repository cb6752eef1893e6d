namespace NBomberStandIn.Tests;

/// <summary>The program beside these tests: a load test, or a target, as a process of its own.</summary>
internal static class Probe
{
    private static readonly string Program = Path.Combine(AppContext.BaseDirectory, "StandIns.NBomber.Probe.dll");

    public static ChildProcess Start(params string[] arguments) => ChildProcess.Start("dotnet", ["exec", Program, .. arguments]);

    public static Task<(int ExitCode, string Output)> RunAsync(params string[] arguments) => RunAsync(null, arguments);

    public static Task<(int ExitCode, string Output)> RunAsync(IReadOnlyDictionary<string, string?>? environment, params string[] arguments) =>
        ChildProcess.RunAsync("dotnet", ["exec", Program, .. arguments], TimeSpan.FromMinutes(2), environment: environment);
}
