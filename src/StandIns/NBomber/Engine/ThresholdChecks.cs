using NBomber.Contracts;
using NBomber.Contracts.Stats;

namespace NBomber.Engine;

/// <summary>Checks thresholds and keeps how often each failed.</summary>
internal sealed class ThresholdChecks
{
    private readonly Entry[] _entries;

    public ThresholdChecks(IEnumerable<ScenarioProps> scenarios) =>
        _entries = [.. scenarios.SelectMany(scenario => scenario.Thresholds.Select(threshold => new Entry(scenario.ScenarioName, threshold)))];

    public ThresholdResult[] Results =>
    [
        .. _entries.Select(entry => new ThresholdResult
        {
            ScenarioName = entry.Scenario,
            StepName = entry.Threshold.StepName,
            CheckExpression = entry.Threshold.Expression,
            ExceptionMsg = entry.Thrown,
            ErrorCount = entry.Errors,
            IsFailed = entry.Errors > 0,
        }),
    ];

    /// <summary>Checks what is due; returns why the run is to end, or null.</summary>
    /// <param name="stats">The figures now.</param>
    /// <param name="elapsed">Since the counted part began.</param>
    /// <param name="isFinal">At the end everything is checked, whether its time has come or not.</param>
    public string? Check(ScenarioStats[] stats, TimeSpan elapsed, bool isFinal)
    {
        string? abort = null;
        foreach (var entry in _entries)
        {
            if (isFinal || elapsed >= (entry.Threshold.StartCheckAfter ?? TimeSpan.Zero))
            {
                CheckOne(entry, stats.Get(entry.Scenario), isFinal);
                if (entry.Errors > 0 && entry.Errors >= entry.Threshold.AbortWhenErrorCount)
                {
                    abort ??= $"{entry.Scenario}: '{entry.Threshold.Expression}' failed {entry.Errors} times";
                }
            }
        }

        return abort;
    }

    private static void CheckOne(Entry entry, ScenarioStats scenario, bool isFinal)
    {
        try
        {
            if (!Holds(entry.Threshold, scenario, isFinal))
            {
                entry.Errors++;
            }
        }
        catch (Exception thrown)
        {
            entry.Errors++;
            entry.Thrown = thrown.Message;
        }
    }

    private static bool Holds(Threshold threshold, ScenarioStats scenario, bool isFinal)
    {
        if (threshold.CheckScenario is { } checkScenario)
        {
            return checkScenario(scenario);
        }

        // On the way, a step that has not been reached yet is no failure; in the end it is.
        var step = isFinal ? scenario.StepStats.Get(threshold.StepName) : scenario.StepStats.Find(threshold.StepName);
        return step is null || threshold.CheckStep!(step);
    }

    private sealed class Entry(string scenario, Threshold threshold)
    {
        public string Scenario => scenario;

        public Threshold Threshold => threshold;

        public int Errors { get; set; }

        public string Thrown { get; set; } = "";
    }
}
