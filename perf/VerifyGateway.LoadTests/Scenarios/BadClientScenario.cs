using System.Globalization;
using NBomber.Contracts;
using NBomber.CSharp;

namespace VerifyGateway.LoadTests.Scenarios;

/// <summary>Clients that do everything wrong, beside those that do it right and must not notice.</summary>
internal sealed class BadClientScenario : LoadScenario
{
    /// <summary>Bad deeds a second.</summary>
    private const int DeedsPerSecond = 20;

    private int _next = -1;

    public override string Name => "bad-client";

    public override string Summary =>
        "Checks at one rate beside clients that send garbage, invalid or too long requests, calls of no such method, calls that are dropped at once, streams that are never read, connections that say nothing.";

    public override LoadOptions Defaults => new() { Terminals = 20_000, Rate = 300, Duration = TimeSpan.FromMinutes(3), P99Ms = 100 };

    public override async Task<LoadOutcome> RunAsync(LoadSession session)
    {
        using var deeds = new BadDeeds(session.Target.Addresses[0], session.Options.First);
        var outcome = await session.RunAsync(Name, "checks",
            session.Checks("checks", session.Any, LoadSession.PerSecond(session.Options.Rate, session.Options.Duration)),
            session.Describe("bad clients", context => DoAsync(context, deeds), LoadSession.PerSecond(DeedsPerSecond, session.Options.Duration))
                .WithThresholds(Threshold.Create(stats => stats.Fail.Request.Count == 0)));
        var bad = outcome.Stats.ScenarioStats.Find("bad clients");
        return outcome with
        {
            Notes =
            [
                string.Create(CultureInfo.InvariantCulture, $"{bad?.AllOkCount ?? 0} bad deeds of {bad?.StepStats.Length ?? 0} kinds answered as they should be, {bad?.AllFailCount ?? 0} not"),
                .. bad?.Fail.StatusCodes.Select(static code => $"{code.StatusCode}: {code.Message}") ?? [],
            ],
        };
    }

    private async Task<IResponse> DoAsync(IScenarioContext context, BadDeeds deeds)
    {
        var (name, doAsync) = deeds.All[(int)((uint)Interlocked.Increment(ref _next) % (uint)deeds.All.Count)];
        return await Step.Run(name, context, async () =>
        {
            var problem = await doAsync();
            return problem is null ? Response.Ok(statusCode: name) : Response.Fail(statusCode: name, message: problem);
        });
    }
}
