namespace Prometheus;

/// <summary>A metric, seen from outside.</summary>
public interface ICollector
{
    /// <summary>The name on the page.</summary>
    string Name { get; }

    /// <summary>One sentence for people.</summary>
    string Help { get; }

    /// <summary>The names of the labels whose values differ from child to child.</summary>
    string[] LabelNames { get; }
}

/// <summary>A metric and its children, one for each combination of label values.</summary>
public interface ICollector<out TChild> : ICollector
    where TChild : ICollectorChild
{
    /// <summary>The child without label values.</summary>
    TChild Unlabelled { get; }

    /// <summary>The child with these label values; made when it is first asked for.</summary>
    TChild WithLabels(params string[] labelValues);

    /// <summary>The child with these label values; made when it is first asked for.</summary>
    TChild WithLabels(ReadOnlyMemory<string> labelValues);

    /// <summary>The child with these label values; no allocation when it exists already.</summary>
    TChild WithLabels(ReadOnlySpan<string> labelValues);
}

/// <summary>One child of a metric: one combination of label values.</summary>
public interface ICollectorChild
{
}
