namespace Prometheus;

/// <summary>A metric: a name, a sentence of help, names of labels.</summary>
public abstract class Collector
{
    private protected Collector(CollectorShape shape, string help)
    {
        NameRules.RequireMetricName(shape.Name);
        var all = shape.AllLabelNames;
        foreach (var name in all)
        {
            NameRules.RequireLabelName(name);
        }

        if (all.Distinct(StringComparer.Ordinal).Count() != all.Length)
        {
            throw new InvalidOperationException($"The labels of '{shape.Name}' are not all different: {string.Join(", ", all)}.");
        }

        Name = shape.Name;
        Help = help;
        LabelNames = shape.LabelNames;
        StaticLabels = shape.StaticLabels;
    }

    /// <summary>The name on the page.</summary>
    public string Name { get; }

    /// <summary>One sentence for people.</summary>
    public string Help { get; }

    /// <summary>The names of the labels whose values differ from child to child.</summary>
    public string[] LabelNames { get; }

    internal LabelPairs StaticLabels { get; }

    /// <summary>The word for the kind of metric on the page.</summary>
    internal abstract string PageType { get; }

    /// <inheritdoc />
    public override string ToString() => $"{Name}{{{string.Join(',', [.. LabelNames, .. StaticLabels.Names])}}}";

    internal LabelPairs LabelsOf(string[] values) =>
        // The unlabelled child of a labelled metric has no values for the names.
        new LabelPairs(values.Length == 0 ? [] : LabelNames, values).Then(StaticLabels);

    internal abstract void Remove(ChildBase child);

    internal abstract Task WriteToAsync(PageWriter page, bool withHeader, CancellationToken cancel);
}

/// <summary>What tells one metric from another of the same name.</summary>
internal sealed record CollectorShape(string Name, string[] LabelNames, LabelPairs StaticLabels)
{
    public string[] AllLabelNames => [.. LabelNames, .. StaticLabels.Names];

    public bool Matches(string[] labelNames, LabelPairs staticLabels) =>
        LabelNames.AsSpan().SequenceEqual(labelNames) && StaticLabels.Equals(staticLabels);
}
