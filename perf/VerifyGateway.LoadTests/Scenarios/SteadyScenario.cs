namespace VerifyGateway.LoadTests.Scenarios;

/// <summary>The same rate all the time.</summary>
internal sealed class SteadyScenario : LoadScenario
{
    public override string Name => "steady";

    public override string Summary => "Checks at one rate, all terminals alike.";

    public override LoadOptions Defaults => new() { Terminals = 100_000, Rate = 500, Duration = TimeSpan.FromMinutes(30) };

    public override Task<LoadOutcome> RunAsync(LoadSession session) =>
        session.RunAsync(Name, "checks", session.Checks("checks", session.Any, LoadSession.PerSecond(session.Options.Rate, session.Options.Duration)));
}
