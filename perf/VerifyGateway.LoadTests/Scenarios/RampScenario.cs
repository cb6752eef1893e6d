using System.Globalization;
using NBomber.Contracts.Stats;

namespace VerifyGateway.LoadTests.Scenarios;

/// <summary>
/// Finds the highest rate at which the objective holds: one run after the other, each higher than the last by some percent, until one
/// breaks it. Each has figures of its own; those of a ramp in one run would mix the good rates with the bad.
/// </summary>
internal sealed class RampScenario : LoadScenario
{
    private const int Invalid = 98;

    public override string Name => "ramp";

    public override string Summary =>
        "Raises the rate step by step until the objective breaks, and tells the last good rate. Ends with 98 when the generator gives out first: the rate is a lower bound then.";

    public override LoadOptions Defaults => new() { Terminals = 100_000, Rate = 500, Duration = TimeSpan.FromMinutes(1), Calls = 256 };

    public override async Task<LoadOutcome> RunAsync(LoadSession session)
    {
        var steps = new List<LoadOutcome>();
        var (rate, good) = (session.Options.Rate, 0);
        while (true)
        {
            var step = await session.RunAsync(string.Create(CultureInfo.InvariantCulture, $"ramp-{rate:D6}"), "checks",
                session.Checks("checks", session.Any, LoadSession.PerSecond(rate, session.Options.Duration)));
            steps.Add(step);
            await session.Output.WriteLineAsync(Text(rate, step));
            if (step.ExitCode != 0)
            {
                return Outcome(steps, good, rate);
            }

            good = rate;
            rate = Math.Max(rate + 1, (int)Math.Round(rate * (1 + (session.Options.Growth / 100.0))));
        }
    }

    /// <summary>The figures are those of the last good step; the code says how the search ended.</summary>
    private LoadOutcome Outcome(List<LoadOutcome> steps, int good, int failed)
    {
        var last = steps[^1];
        var found = good > 0 && last.ExitCode == LoadSession.ThresholdFailed;
        var end = last.ExitCode switch
        {
            LoadSession.ThresholdFailed => $"the objective broke at {failed}/s",
            Invalid => $"the generator gave out at {failed}/s: a lower bound",
            _ => $"{LoadOutcome.Verdict(last.ExitCode)} at {failed}/s",
        };
        var shown = good > 0 ? steps[^2] : last;
        return shown with
        {
            Name = Name,
            ExitCode = found ? 0 : last.ExitCode,
            Notes = [good > 0 ? $"last good rate {good}/s" : "no rate was good", end, .. Broken(last.Stats)],
        };
    }

    private static IEnumerable<string> Broken(NodeStats stats) => stats.Thresholds.Where(static threshold => threshold.IsFailed).Select(static threshold => threshold.CheckExpression);

    private static string Text(int rate, LoadOutcome step) => string.Create(CultureInfo.InvariantCulture,
        $"ramp: {rate}/s: {LoadOutcome.Verdict(step.ExitCode)}, p50 {step.Main.Ok.Latency.Percent50:0.00} ms, p99 {step.Main.Ok.Latency.Percent99:0.00} ms");
}
