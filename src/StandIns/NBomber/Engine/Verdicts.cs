using NBomber.Contracts.Stats;
using NBomber.Measuring;

namespace NBomber.Engine;

/// <summary>Says what a run is worth.</summary>
internal static class Verdicts
{
    /// <summary>More of the intended starts than this, held back or never made, spoil a run.</summary>
    public const double MostDropped = 0.001;

    /// <summary>More of the starts than this, late, spoil a run: the 99th percentile of the lag is above 5 ms then.</summary>
    public const double MostLate = 0.01;

    /// <summary>Fewer late starts than this prove nothing: in a run of fifty starts, one is two of a hundred.</summary>
    public const int LeastLate = 10;

    /// <summary>A process that uses more than this of its processors is late itself, and its clocks are.</summary>
    public const double MostCpuShare = 0.85;

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

        string[] invalid = [.. stats.ScenarioStats.SelectMany(scenario => WhyInvalid(scenario, stopper)), .. WhyInvalid(stats.Generator)];
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

            if (Dropped(scenario) > 0 && !HasDroppedTooMuch(scenario))
            {
                yield return FormattableString.Invariant($"{scenario.ScenarioName}: {Dropped(scenario)} of {scenario.IntendedCount} starts were held back or never happened; more than {MostDropped:P1} would make the run invalid");
            }

            if (scenario.LateCount > MostLate * scenario.IntendedCount && scenario.LateCount < LeastLate)
            {
                yield return FormattableString.Invariant($"{scenario.ScenarioName}: {scenario.LateCount} of {scenario.IntendedCount} starts were more than 5 ms late; that is too few of them to judge the generator by");
            }

            if (scenario.UnfinishedCount > 0)
            {
                yield return $"{scenario.ScenarioName}: {scenario.UnfinishedCount} iterations had not ended when the run stopped waiting; they count as failed";
            }

            if (scenario.StepStats.Any(step => step.StepName == Recorder.OtherSteps))
            {
                yield return $"{scenario.ScenarioName}: there were more than {Recorder.MostSteps} names of steps; the runs of all further ones count as the step {Recorder.OtherSteps}";
            }
        }
    }

    private static IEnumerable<string> WhyInvalid(ScenarioStats scenario, Stopper stopper)
    {
        if (HasDroppedTooMuch(scenario))
        {
            yield return FormattableString.Invariant($"{scenario.ScenarioName}: of {scenario.IntendedCount} intended starts, {scenario.HeldBackCount} were held back by the bound on work under way and {scenario.NotStartedCount} never happened; more than {MostDropped:P1} is too much");
        }
        else if (scenario.LateCount >= LeastLate && scenario.LateCount > MostLate * scenario.IntendedCount)
        {
            yield return FormattableString.Invariant($"{scenario.ScenarioName}: {scenario.LateCount} of {scenario.IntendedCount} starts were more than 5 ms late (99 % within {scenario.StartLag.Percent99:F1} ms): the generator was too busy, and the latencies hold that time");
        }

        if (scenario is { AllRequestCount: 0 } && stopper.Cause == StopCause.None && stopper.ReasonFor(scenario.ScenarioName) is null)
        {
            yield return $"{scenario.ScenarioName}: nothing was measured";
        }
    }

    private static IEnumerable<string> WhyInvalid(GeneratorStats generator)
    {
        if (generator.HighestCpuShare > MostCpuShare)
        {
            yield return FormattableString.Invariant($"the generator used {generator.HighestCpuShare:P0} of the {generator.Processors:0.##} processors that it may use, over {CpuWatch.WindowSeconds} s or all of the load; above {MostCpuShare:P0} it measures itself");
        }
    }

    private static long Dropped(ScenarioStats scenario) => scenario.HeldBackCount + scenario.NotStartedCount;

    private static bool HasDroppedTooMuch(ScenarioStats scenario) => Dropped(scenario) > MostDropped * scenario.IntendedCount;

    private static string Text(ThresholdResult threshold)
    {
        var of = threshold.StepName.Length > 0 ? $"{threshold.ScenarioName}, {threshold.StepName}" : threshold.ScenarioName;
        var thrown = threshold.ExceptionMsg.Length > 0 ? $" ({threshold.ExceptionMsg})" : "";
        return $"{of}: {threshold.CheckExpression}: failed {threshold.ErrorCount} times{thrown}";
    }
}
