using System.Globalization;
using NBomber.Contracts;
using NBomber.CSharp;

namespace VerifyGateway.LoadTests.Scenarios;

/// <summary>The same rate for a working day: what leaks, leaks here.</summary>
internal sealed class SoakScenario : LoadScenario
{
    /// <summary>The gateways may grow by half after the first tenth of the time, in which caches fill.</summary>
    private const double MostGrowth = 1.5;

    public override string Name => "soak";

    public override string Summary => "Checks at one rate for eight hours. The gateways' memory may grow by half at the most after the first tenth of the time.";

    public override LoadOptions Defaults => new() { Terminals = 100_000, Rate = 200, Duration = TimeSpan.FromHours(8), WarmUp = TimeSpan.FromSeconds(30) };

    public override async Task<LoadOutcome> RunAsync(LoadSession session)
    {
        var memory = new List<double>();
        using var over = new CancellationTokenSource();
        var watching = WatchAsync(session, memory, over.Token);
        var checks = session.Checks("checks", session.Any, LoadSession.PerSecond(session.Options.Rate, session.Options.Duration));
        LoadOutcome outcome;
        try
        {
            outcome = await session.RunAsync(Name, "checks", checks.WithThresholds([.. session.Objective(), Threshold.Create(_ => HasNotGrown(memory))]));
        }
        finally
        {
            await over.CancelAsync();
            await watching;
        }

        double[] seen = [.. Copy(memory)];
        return outcome with
        {
            Notes = [seen.Length == 0 ? "the gateways' memory could not be read" : string.Create(CultureInfo.InvariantCulture, $"memory of the gateway(s) {Early(seen) / 1e6:0} MB after a tenth of the time, {seen[^1] / 1e6:0} MB at the end, {seen.Length} looks")],
        };
    }

    /// <summary>True when the last look is not far above the one after a tenth of the time, or when there are too few to say.</summary>
    public static bool HasNotGrown(List<double> memory)
    {
        double[] seen = [.. Copy(memory)];
        return seen.Length < 10 || seen[^1] <= MostGrowth * Early(seen);
    }

    private static double Early(double[] seen) => seen[seen.Length / 10];

    private static double[] Copy(List<double> memory)
    {
        lock (memory)
        {
            return [.. memory];
        }
    }

    private static async Task WatchAsync(LoadSession session, List<double> memory, CancellationToken over)
    {
        var every = TimeSpan.FromSeconds(Math.Clamp(session.Options.Duration.TotalSeconds / 200, 0.2, 60));
        while (!over.IsCancellationRequested)
        {
            if (await ServerFigures.ReadAsync(session.Target.Operations) is { WorkingSetBytes: > 0 } figures)
            {
                lock (memory)
                {
                    memory.Add(figures.WorkingSetBytes);
                }
            }

            await Task.Delay(every, over).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
