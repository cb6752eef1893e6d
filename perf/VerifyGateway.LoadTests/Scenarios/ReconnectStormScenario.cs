using System.Globalization;
using Grpc.Core;
using NBomber.Contracts;
using NBomber.CSharp;

namespace VerifyGateway.LoadTests.Scenarios;

/// <summary>All connections are cut at once, again and again, as by a switch that restarts; whoever was waiting asks again.</summary>
internal sealed class ReconnectStormScenario : LoadScenario
{
    private const int Attempts = 4;

    public override string Name => "reconnect-storm";

    public override string Summary => "Checks at one rate while every connection is cut at once and made anew, time after time. A check that was cut off is asked again; the time that takes is its latency.";

    public override LoadOptions Defaults => new() { Terminals = 20_000, Rate = 300, Duration = TimeSpan.FromMinutes(3), Connections = 200, Calls = 400, P99Ms = 250 };

    public override async Task<LoadOutcome> RunAsync(LoadSession session)
    {
        var options = session.Options;
        var outcome = await session.RunAsync(Name, "checks",
            session.Describe("checks", context => AskAsync(context, session, session.Any(context)), LoadSession.PerSecond(options.Rate, options.Duration)).WithThresholds(session.Objective()),
            session.Describe("storms", context => StormAsync(context, session), Simulation.Inject(1, options.Every, options.Duration))
                .WithThresholds(Threshold.Create(stats => stats.Fail.Request.Count == 0)));
        var storms = outcome.Stats.ScenarioStats.Find("storms");
        return outcome with
        {
            Notes =
            [
                string.Create(CultureInfo.InvariantCulture, $"{storms?.AllOkCount ?? 0} storms of {options.Connections} connections, all back after {storms?.Ok.Latency.MaxMs ?? 0:0} ms at the latest"),
                string.Create(CultureInfo.InvariantCulture, $"{outcome.CountOf(Again)} checks asked again"),
            ],
        };
    }

    /// <summary>The code of a check that was cut off and asked again.</summary>
    private const string Again = "ALLOW, asked again";

    private static async Task<IResponse> AskAsync(IScenarioContext context, LoadSession session, int terminal)
    {
        using var place = await session.Connections.PlaceAsync(context.ScenarioCancellationToken);
        return await Step.Run(Checks.Name, context, async () =>
        {
            for (var attempt = 1; ; attempt++)
            {
                var generation = session.Connections.Generation;
                try
                {
                    var judged = Checks.Judge(await session.Connections.Next().CheckStatusAsync(
                        Fleet.Check(terminal), deadline: Checks.After(session.Options.Deadline), cancellationToken: context.ScenarioCancellationToken));
                    return attempt == 1 || judged.IsError ? judged : Response.Ok(statusCode: Again);
                }
                catch (Exception cut) when (IsCut(cut) && attempt < Attempts && session.Connections.Generation != generation)
                {
                    // The storm took this call; the next attempt goes over a new connection.
                }
                catch (RpcException failed)
                {
                    return Checks.Failed(failed);
                }
            }
        });
    }

    private static bool IsCut(Exception thrown) => thrown is ObjectDisposedException or RpcException { StatusCode: StatusCode.Cancelled or StatusCode.Unavailable or StatusCode.Internal };

    /// <summary>Cuts all connections, makes them anew at the same time, and waits until each has brought an answer.</summary>
    private static async Task<IResponse> StormAsync(IScenarioContext context, LoadSession session)
    {
        if (!LoadSession.IsCounted(context))
        {
            return Response.Ok();
        }

        return await Step.Run("storm", context, async () =>
        {
            session.Connections.CutAll();
            var answers = await Task.WhenAll(Enumerable.Range(0, session.Connections.Count).Select(async number =>
            {
                try
                {
                    return Checks.Judge(await session.Connections.On(number).CheckStatusAsync(Fleet.Check(session.Extra(number)), deadline: Checks.After(session.Options.Deadline)));
                }
                catch (RpcException failed)
                {
                    return Checks.Failed(failed);
                }
            }));
            return Array.Find(answers, static answer => answer.IsError) ?? Response.Ok(statusCode: "ALL BACK");
        });
    }
}
