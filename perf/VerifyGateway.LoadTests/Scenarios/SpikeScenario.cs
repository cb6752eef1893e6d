using NBomber.CSharp;

namespace VerifyGateway.LoadTests.Scenarios;

/// <summary>Three times the rate within five seconds, and back.</summary>
internal sealed class SpikeScenario : LoadScenario
{
    private const int Times = 3;

    public override string Name => "spike";

    public override string Summary => "A third of the time at the rate, then three times the rate within 5 s (or a tenth of the time), and back for the last third.";

    public override LoadOptions Defaults => new() { Terminals = 100_000, Rate = 300, Duration = TimeSpan.FromMinutes(3), Calls = 128 };

    public override async Task<LoadOutcome> RunAsync(LoadSession session)
    {
        var (rate, third, second) = (session.Options.Rate, session.Options.Duration / 3, TimeSpan.FromSeconds(1));
        var rise = TimeSpan.FromSeconds(Math.Min(5, session.Options.Duration.TotalSeconds / 10));
        var outcome = await session.RunAsync(Name, "checks", session.Checks("checks", session.Any,
            LoadSession.PerSecond(rate, third),
            Simulation.RampingInject(Times * rate, second, rise),
            LoadSession.PerSecond(Times * rate, third - rise),
            LoadSession.PerSecond(rate, third)));
        return outcome with { Notes = [$"{rate}/s, {Times * rate}/s, {rate}/s"] };
    }
}
