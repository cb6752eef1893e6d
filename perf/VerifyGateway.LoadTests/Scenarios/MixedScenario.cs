using System.Collections.Concurrent;
using System.Globalization;
using NBomber.Contracts;
using NBomber.Contracts.Stats;
using NBomber.CSharp;
using VerifyGateway.V1;

namespace VerifyGateway.LoadTests.Scenarios;

/// <summary>What an acquirer's day is made of.</summary>
internal sealed class MixedScenario : LoadScenario
{
    private readonly ConcurrentQueue<HoldEntry> _standing = new();
    private int _nextHeld = -1;

    public override string Name => "mixed";

    public override string Summary => "Of a hundred starts, 90 checks (a few terminals often, many seldom), 8 sign-ins over a connection of their own, 2 holds placed or lifted.";

    public override LoadOptions Defaults => new() { Terminals = 100_000, Rate = 300, Duration = TimeSpan.FromMinutes(10), P99Ms = 100 };

    public override async Task<LoadOutcome> RunAsync(LoadSession session)
    {
        using var holds = new Holds(session);
        var (first, zipf, load) = (session.Options.First, new Zipf(session.Options.Terminals), LoadSession.PerSecond(session.Options.Rate, session.Options.Duration));
        var outcome = await session.RunAsync(Name, "checks",
            session.Checks("checks", context => first + zipf.Next(context.Random), load).WithWeight(90),
            session.Describe("sign-ins", context => SignInScenario.SignInAsync(context, session, session.Any(context)), load).WithWeight(8).WithThresholds(session.Objective(10 * session.Options.P99Ms)),
            session.Describe("holds", context => HoldAsync(context, session, holds), load).WithWeight(2).WithThresholds(session.Objective(10 * session.Options.P99Ms)));
        return outcome with { Notes = [Text(outcome.Stats, "sign-ins"), Text(outcome.Stats, "holds")] };
    }

    /// <summary>Places a hold on a merchant that no check asks for, and lifts it the next time.</summary>
    private async Task<IResponse> HoldAsync(IScenarioContext context, LoadSession session, Holds holds)
    {
        if (_standing.TryDequeue(out var hold))
        {
            return await Step.Run("lift", context, () => holds.LiftAsync(hold));
        }

        var terminal = session.Extra(Interlocked.Increment(ref _nextHeld));
        var placed = await Step.Run("place", context, () => holds.PlaceAsync(terminal));
        if (placed.Payload.IsSome())
        {
            _standing.Enqueue(placed.Payload.Value);
        }

        return placed;
    }

    private static string Text(NodeStats stats, string scenario) => stats.ScenarioStats.Find(scenario) is { } one
        ? string.Create(CultureInfo.InvariantCulture, $"{scenario} {one.AllOkCount:N0}, p99 {one.Ok.Latency.Percent99:0.0} ms, {one.AllFailCount} failed")
        : "";
}
