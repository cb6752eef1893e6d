using VerifyGateway.LoadTests.Scenarios;

namespace VerifyGateway.LoadTests;

/// <summary>The load tests there are.</summary>
internal static class Catalog
{
    /// <summary>Fresh ones: each runs once.</summary>
    public static IReadOnlyList<LoadScenario> All() =>
    [
        new SteadyScenario(), new RampScenario(), new SpikeScenario(), new SignInScenario(), new SoakScenario(), new MixedScenario(),
        new ColdCacheScenario(), new ReconnectStormScenario(), new BadClientScenario(), new FreezeScenario(), new ChaosScenario(),
    ];
}
