using Xunit.Runner.InProc.SystemConsole;

namespace VerifyGateway.Storage.Tests;

/// <summary>Runs the tests, or, told so by a test, one of the child processes that tests need.</summary>
internal static class Program
{
    private static async Task<int> Main(string[] args) => args switch
    {
        [Children.Write, var path] => await Children.WriteUntilKilledAsync(path),
        [Killed.KilledWriter.Name, var engine, var place] => await Killed.KilledWriter.RunAsync(engine, place),
        [Children.Open, var path] => await Children.OpenAsync(path),
        _ => await ConsoleRunner.Run(args),
    };
}
