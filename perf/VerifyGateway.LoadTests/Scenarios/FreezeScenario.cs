using NBomber.Contracts;
using NBomber.CSharp;

namespace VerifyGateway.LoadTests.Scenarios;

/// <summary>The promise, under load: holders freeze their merchants at one gateway while checks go to all of them.</summary>
internal sealed class FreezeScenario : LoadScenario
{
    public override string Name => "freeze-under-load";

    public override string Summary =>
        "Checks at all gateways while holders freeze their merchants at the first, two a second. Counts ALLOWs of checks that began after the freeze's commit and the bound: there must be none.";

    public override LoadOptions Defaults => new() { Terminals = 10_000, Rate = 500, Duration = TimeSpan.FromMinutes(2), Gateways = 2, P99Ms = 100 };

    public override async Task<LoadOutcome> RunAsync(LoadSession session)
    {
        using var load = new FreezeLoad(session);
        var outcome = await session.RunAsync(Name, "checks",
            session.Describe("checks", load.AskAsync, LoadSession.PerSecond(session.Options.Rate, session.Options.Duration)).WithThresholds([.. session.Objective(), .. load.Promise]),
            load.Freezes().WithThresholds(Threshold.Create(stats => stats.Fail.Request.Count == 0)));
        return outcome with { Notes = load.Notes(outcome) };
    }
}
