using System.Globalization;
using NBomber.Contracts;
using NBomber.CSharp;

namespace VerifyGateway.LoadTests.Scenarios;

/// <summary>Connections that stand, and no terminal asked for twice: nothing is in memory.</summary>
internal sealed class ColdCacheScenario : LoadScenario
{
    private int _next = -1;

    public override string Name => "cold-cache";

    public override string Summary => "Checks at one rate, each of another terminal: memory holds none of them. Ends early when all terminals have been asked for.";

    public override LoadOptions Defaults => new() { Terminals = 100_000, Rate = 500, Duration = TimeSpan.FromMinutes(3), P99Ms = 100 };

    public override async Task<LoadOutcome> RunAsync(LoadSession session)
    {
        var options = session.Options;
        var checks = Math.Min(options.Terminals, (int)(options.Rate * options.Duration.TotalSeconds));
        var outcome = await session.RunAsync(Name, "checks", session
            .Checks("checks", context => LoadSession.IsCounted(context) ? options.First + Interlocked.Increment(ref _next) : session.AnyExtra(context),
                Simulation.IterationsForInject(options.Rate, TimeSpan.FromSeconds(1), checks))
            .WithThresholds([.. session.Objective(), Threshold.Create(stats => (stats.Ok.StatusCodes.Find("ALLOW Memory")?.Percent ?? 0) <= 1)]));
        return outcome with { Notes = [string.Create(CultureInfo.InvariantCulture, $"from memory {outcome.CountOf("ALLOW Memory")}, from Redis {outcome.CountOf("ALLOW Redis")}, from the store {outcome.CountOf("ALLOW Store")}")] };
    }
}
