using System.Globalization;
using Grpc.Core;
using NBomber.Contracts;
using NBomber.CSharp;
using VerifyGateway.V1;

namespace VerifyGateway.LoadTests.Scenarios;

/// <summary>Eight in the morning: every terminal is switched on, makes a connection of its own and asks, and no record is in memory yet.</summary>
internal sealed class SignInScenario : LoadScenario
{
    private int _next = -1;

    public override string Name => "sign-in-8am";

    public override string Summary => "Every terminal of the fleet, once, within the duration: a new connection, the first check, and away. No record is in memory yet; the rate follows from fleet and duration.";

    public override LoadOptions Defaults => new() { Terminals = 20_000, Rate = 0, Duration = TimeSpan.FromSeconds(120), P99Ms = 250 };

    public override async Task<LoadOutcome> RunAsync(LoadSession session)
    {
        var options = session.Options;
        var rate = Math.Max(1, (int)Math.Ceiling(options.Terminals / options.Duration.TotalSeconds));
        var outcome = await session.RunAsync(Name, Name, session.Describe(Name,
                context => SignInAsync(context, session, LoadSession.IsCounted(context) ? options.First + Interlocked.Increment(ref _next) : session.AnyExtra(context)),
                Simulation.IterationsForInject(rate, TimeSpan.FromSeconds(1), options.Terminals))
            .WithThresholds([.. session.Objective(), Threshold.Create(stats => (stats.Ok.StatusCodes.Find("ALLOW Memory")?.Percent ?? 0) <= 1)]));
        return outcome with { Notes = [string.Create(CultureInfo.InvariantCulture, $"{outcome.Main.AllOkCount:N0} of {options.Terminals:N0} terminals signed in, {outcome.CountOf("ALLOW Memory")} found in memory")] };
    }

    /// <summary>One terminal: connection, check, end.</summary>
    public static async Task<IResponse> SignInAsync(IScenarioContext context, LoadSession session, int terminal) => await Step.Run("sign in", context, async () =>
    {
        using var channel = Connections.Open(session.Target.Addresses[terminal % session.Target.Addresses.Count]);
        try
        {
            return Checks.Judge(await new VerificationService.VerificationServiceClient(channel).CheckStatusAsync(
                Fleet.Check(terminal), deadline: Checks.After(session.Options.Deadline), cancellationToken: context.ScenarioCancellationToken));
        }
        catch (RpcException failed)
        {
            return Checks.Failed(failed);
        }
    });
}
