using Prometheus;
using VerifyGateway.Caching;
using VerifyGateway.Domain.Deciding;
using VerifyGateway.Domain.Reasons;

namespace VerifyGateway.Server.Metrics;

/// <summary>
/// Counts decisions by what was decided, why, from where and how fresh. Every series exists from the start; counting allocates
/// nothing. Safe from any thread.
/// </summary>
public sealed class DecisionMetrics
{
    private static readonly string[] Sources = ["memory", "redis", "store"];

    private readonly Counter.Child?[] _children;
    private readonly Counter.Child _couldNotTell;
    private readonly Histogram.Child?[] _ages = new Histogram.Child?[4];

    /// <summary>Registers the metric.</summary>
    public DecisionMetrics(IMetricFactory factory)
    {
        var decisions = factory.CreateCounter("verifygateway_decisions_total",
            "Decisions by outcome, first reason, farthest source and freshness of the records.", ["decision", "reason", "source", "freshness"]);
        var ages = factory.CreateHistogram("verifygateway_served_age_seconds", "How old the knowledge was that a decision was made from.",
            ["decision"], new HistogramConfiguration { Buckets = [.005, .01, .02, .05, .1, .2, .3, .5, 1, 1.5, 2, 3, 5] });
        _ages[(int)Decision.Allow] = ages.WithLabels("allow");
        _ages[(int)Decision.Decline] = ages.WithLabels("decline");
        _ages[(int)Decision.RetryLater] = ages.WithLabels("retry_later");
        _couldNotTell = decisions.WithLabels("retry_later", ReasonTable.Of(Reason.GatewayUnavailable).Code, "store", "unknown");
        _children = new Counter.Child?[(ReasonTable.All.Max(row => (int)row.Reason) + 1) * Sources.Length * 2];
        foreach (var row in ReasonTable.All.Where(IsFirstOfAVerdict))
        {
            for (var source = 0; source < Sources.Length; source++)
            {
                var decision = row.Class switch { ReasonClass.Allow => "allow", ReasonClass.RetryLater => "retry_later", _ => "decline" };
                _children[Index(row.Reason, source, stale: false)] = decisions.WithLabels(decision, row.Code, Sources[source], "fresh");
                _children[Index(row.Reason, source, stale: true)] = row.Class == ReasonClass.Allow ? null : decisions.WithLabels(decision, row.Code, Sources[source], "stale");
            }
        }
    }

    /// <summary>Notes how old the knowledge was that a decision was made from, seconds; what is not known to be fresh is not noted.</summary>
    public void NoteAge(Decision decision, double seconds) => _ages[(int)decision]!.Observe(Math.Max(0, seconds));

    /// <summary>
    /// Counts one decision. An ALLOW from stale records has no series: it must never be made. Judicial holds, sanctions and risk
    /// holds are counted alike: whoever reads metrics may not tell them apart.
    /// </summary>
    public void Count(in Verdict verdict, RecordSource source, bool isFresh) =>
        _children[Index(verdict.Reasons.Outward().First, (int)source - 1, !isFresh)]!.Inc();

    /// <summary>Counts one check that could not be decided.</summary>
    public void CountCouldNotTell() => _couldNotTell.Inc();

    /// <summary>Reasons that can come first in a verdict; the others end in an error of the call, or only warn.</summary>
    private static bool IsFirstOfAVerdict(ReasonInfo row) => row.Reason is Reason.Maintenance or Reason.CutOver
        || row.Class == ReasonClass.Allow
        || (row.Class == ReasonClass.Decline && (!row.IsConfidential || row.Reason == Reason.FrozenByRisk));

    private static int Index(Reason reason, int source, bool stale) => ((((int)reason * Sources.Length) + source) * 2) + (stale ? 1 : 0);
}
