using System.Diagnostics;
using System.Globalization;
using NBomber.Contracts;
using NBomber.CSharp;

namespace VerifyGateway.LoadTests.Scenarios;

/// <summary>Something breaks in the middle of steady load, and the promise holds all the same.</summary>
internal sealed class ChaosScenario : LoadScenario
{
    private Task _drilling = Task.CompletedTask;

    public override string Name => "chaos";

    public override string Summary =>
        "Checks and freezes as freeze-under-load; after a third of the time a drill breaks something and mends it. Tells what failed before, during and after, how long recovery took, and counts stale ALLOWs: there must be none.";

    public override LoadOptions Defaults => new()
    {
        Terminals = 10_000, Rate = 300, Duration = TimeSpan.FromMinutes(1), Gateways = 2, P99Ms = 100, Deadline = TimeSpan.FromSeconds(1), Calls = 512, Drill = Drill.PauseGateway,
    };

    public override void Check(LoadOptions options) => Drill.Check(options);

    public override async Task<LoadOutcome> RunAsync(LoadSession session)
    {
        var options = session.Options;
        var (drill, log) = (Drill.Of(options, session.Target), new DrillLog(TimeSpan.FromMilliseconds(options.P99Ms)));
        using var load = new FreezeLoad(session);
        session.MoreTables = () => [log.ToTable()];
        var outcome = await session.RunAsync(Name, "checks",
            session.Describe("checks", context => AskAsync(context, load, log), LoadSession.PerSecond(options.Rate, options.Duration))
                .WithRestartIterationOnFail(false)
                .WithThresholds([.. load.Promise, Threshold.Create(_ => log.Recovery <= options.Recovery, startCheckAfter: options.Duration)]),
            load.Freezes(),
            session.Describe("drill", context => DrillAsync(context, drill, log, options.Outage), Simulation.Pause(options.Duration / 3), Simulation.IterationsForInject(1, TimeSpan.FromSeconds(1), 1))
                .WithThresholds(Threshold.Create(stats => stats.Ok.Request.Count == 1, startCheckAfter: options.Duration)));

        // A run that was interrupted does not wait for it; nothing may stay broken.
        await _drilling.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return outcome with
        {
            Notes =
            [
                string.Create(CultureInfo.InvariantCulture, $"{drill.What}: {(log.Outage is { } outage ? $"{outage.TotalSeconds:0.0} s" : "did not happen")}"),
                .. outcome.Stats.ScenarioStats.Find("drill")?.Fail.StatusCodes.Select(static code => $"the drill failed: {code.Message}") ?? [],
                .. log.Notes(), .. load.Notes(outcome),
            ],
        };
    }

    private static async Task<IResponse> AskAsync(IScenarioContext context, FreezeLoad load, DrillLog log)
    {
        var began = Stopwatch.GetTimestamp();
        IResponse? answer = null;
        try
        {
            return answer = await load.AskAsync(context);
        }
        finally
        {
            if (LoadSession.IsCounted(context))
            {
                log.Answered(began, Stopwatch.GetTimestamp(), answer?.StatusCode ?? "exception", answer?.IsError ?? true);
            }
        }
    }

    private async Task<IResponse> DrillAsync(IScenarioContext context, Drill drill, DrillLog log, TimeSpan outage)
    {
        if (!LoadSession.IsCounted(context))
        {
            return Response.Ok();
        }

        var drilling = drill.RunAsync(log, outage, context.ScenarioCancellationToken);
        _drilling = drilling;
        await drilling;
        return Response.Ok(statusCode: "MENDED");
    }
}
