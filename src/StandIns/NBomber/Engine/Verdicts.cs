using NBomber.Contracts.Stats;

namespace NBomber.Engine;

/// <summary>Says what a run is worth.</summary>
internal static class Verdicts
{
    /// <summary>More than 1 % of starts later than this are worth a warning.</summary>
    private const double LateMs = 5;

    /// <summary>The verdict and its reasons. What broke outranks what was interrupted, and an invalid run proves no threshold.</summary>
    public static (RunVerdict Verdict, string[] Reasons) Of(NodeStats stats, Stopper stopper, string? broken)
    {
        if (broken is not null)
        {
            return (RunVerdict.Failed, [broken]);
        }

        if (stopper.Cause == StopCause.Interrupted)
        {
            return (RunVerdict.Interrupted, [stopper.Reason]);
        }

        if (stopper.Cause == StopCause.TooManyFailures)
        {
            return (RunVerdict.Failed, [stopper.Reason]);
        }

        string[] invalid = [.. stats.ScenarioStats.SelectMany(scenario => WhyInvalid(scenario, stopper))];
        if (invalid.Length > 0)
        {
            return (RunVerdict.Invalid, invalid);
        }

        string[] failed = [.. stats.Thresholds.Where(threshold => threshold.IsFailed).Select(Text)];
        return failed.Length > 0 ? (RunVerdict.ThresholdFailed, failed) : (RunVerdict.Passed, []);
    }

    /// <summary>What a reader should know, though it does not spoil the run.</summary>
    public static IEnumerable<string> WarningsOf(NodeStats stats, Stopper stopper)
    {
        if (stopper.Cause == StopCause.Asked)
        {
            yield return $"the run ended early: {stopper.Reason}";
        }

        foreach (var scenario in stats.ScenarioStats)
        {
            if (stopper.ReasonFor(scenario.ScenarioName) is { } reason)
            {
                yield return $"{scenario.ScenarioName}: ended early: {reason}";
            }

            if (scenario.StartLag.Percent99 > LateMs && scenario.HeldBackCount == 0)
            {
                yield return FormattableString.Invariant($"{scenario.ScenarioName}: 1 % of the starts were more than {scenario.StartLag.Percent99:F1} ms late because the generator was busy; the latencies hold that time");
            }

            if (scenario.UnfinishedCount > 0)
            {
                yield return $"{scenario.ScenarioName}: {scenario.UnfinishedCount} iterations had not ended when the run stopped waiting; they count as failed";
            }
        }
    }

    private static IEnumerable<string> WhyInvalid(ScenarioStats scenario, Stopper stopper)
    {
        if (scenario.HeldBackCount > 0)
        {
            yield return $"{scenario.ScenarioName}: {scenario.HeldBackCount} of {scenario.IntendedCount} starts were held back by the bound on work under way";
        }

        if (scenario.NotStartedCount > 0)
        {
            yield return $"{scenario.ScenarioName}: {scenario.NotStartedCount} of {scenario.IntendedCount} starts never happened";
        }

        if (scenario is { AllRequestCount: 0 } && stopper.Cause == StopCause.None && stopper.ReasonFor(scenario.ScenarioName) is null)
        {
            yield return $"{scenario.ScenarioName}: nothing was measured";
        }
    }

    private static string Text(ThresholdResult threshold)
    {
        var of = threshold.StepName.Length > 0 ? $"{threshold.ScenarioName}, {threshold.StepName}" : threshold.ScenarioName;
        var thrown = threshold.ExceptionMsg.Length > 0 ? $" ({threshold.ExceptionMsg})" : "";
        return $"{of}: {threshold.CheckExpression}: failed {threshold.ErrorCount} times{thrown}";
    }
}
