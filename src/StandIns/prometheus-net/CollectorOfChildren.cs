using System.Collections.Concurrent;
using System.ComponentModel;

namespace Prometheus;

/// <summary>A metric and its children, one for each combination of label values.</summary>
public abstract class Collector<TChild> : Collector, ICollector<TChild>
    where TChild : ChildBase
{
    private readonly ConcurrentDictionary<string[], TChild> _children = new(LabelValuesComparer.Instance);
    private readonly ConcurrentDictionary<string[], TChild>.AlternateLookup<ReadOnlySpan<string>> _byValues;
    private readonly Lock _unlabelledGate = new();
    private readonly bool _suppressInitialValue;
    private readonly ExemplarBehavior _exemplarBehavior;
    private TChild? _unlabelled;
    private long _made;

    private protected Collector(CollectorShape shape, string help, bool suppressInitialValue, ExemplarBehavior exemplarBehavior)
        : base(shape, help)
    {
        _byValues = _children.GetAlternateLookup<ReadOnlySpan<string>>();
        _suppressInitialValue = suppressInitialValue;
        _exemplarBehavior = exemplarBehavior;
    }

    TChild ICollector<TChild>.Unlabelled => Unlabelled;

    /// <summary>The child without label values; made when it is first asked for.</summary>
    protected internal TChild Unlabelled => Volatile.Read(ref _unlabelled) ?? MakeUnlabelled();

    /// <summary>The older name of <see cref="WithLabels(string[])"/>.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public TChild Labels(params string[] labelValues) => WithLabels(labelValues);

    /// <summary>The child with these label values; made when it is first asked for.</summary>
    public TChild WithLabels(params string[] labelValues)
    {
        ArgumentNullException.ThrowIfNull(labelValues);
        return WithLabels(labelValues.AsSpan());
    }

    /// <summary>The child with these label values; made when it is first asked for.</summary>
    public TChild WithLabels(ReadOnlyMemory<string> labelValues) => WithLabels(labelValues.Span);

    /// <summary>The child with these label values; no allocation when it exists already.</summary>
    public TChild WithLabels(ReadOnlySpan<string> labelValues)
    {
        LabelPairs.RequireNoNull(labelValues);
        RequireOneForEachName(labelValues);
        return _byValues.TryGetValue(labelValues, out var child) ? child : GetOrMake(labelValues.ToArray());
    }

    /// <summary>Takes the child with these label values out of the metric, with its numbers.</summary>
    public void RemoveLabelled(params string[] labelValues)
    {
        ArgumentNullException.ThrowIfNull(labelValues);
        LabelPairs.RequireNoNull(labelValues);
        RequireOneForEachName(labelValues);
        if (_children.TryGetValue(labelValues, out var child))
        {
            Remove(child);
        }
    }

    /// <summary>The label values of all children that have any.</summary>
    public IEnumerable<string[]> GetAllLabelValues()
    {
        foreach (var child in InOrder())
        {
            if (child.LabelValues.Length > 0)
            {
                yield return (string[])child.LabelValues.Clone();
            }
        }
    }

    internal override void Remove(ChildBase child)
    {
        lock (_unlabelledGate)
        {
            // The pair, not the key: a child that was removed before must not take its successor along.
            _children.TryRemove(new(child.LabelValues, (TChild)child));
            if (ReferenceEquals(_unlabelled, child))
            {
                _unlabelled = null;
            }
        }
    }

    internal override async Task WriteToAsync(PageWriter page, bool withHeader, CancellationToken cancel)
    {
        // A metric without labels is on the page from the start; one with labels has no child until values are named.
        if (LabelNames.Length == 0)
        {
            _ = Unlabelled;
        }

        if (withHeader)
        {
            page.WriteHeader(this);
        }

        foreach (var child in InOrder())
        {
            if (child.IsPublished)
            {
                child.WriteTo(page);
                await page.FlushIfLargeAsync(cancel);
            }
        }
    }

    private protected abstract TChild Make(ChildShape shape);

    private TChild GetOrMake(string[] labelValues) => _children.GetOrAdd(labelValues, static (values, self) =>
        self.Make(new ChildShape(values, Interlocked.Increment(ref self._made), !self._suppressInitialValue, self._exemplarBehavior)), this);

    private TChild MakeUnlabelled()
    {
        lock (_unlabelledGate)
        {
            return _unlabelled ??= GetOrMake([]);
        }
    }

    private List<TChild> InOrder()
    {
        var children = new List<TChild>();
        foreach (var (_, child) in _children)
        {
            children.Add(child);
        }

        children.Sort(static (a, b) => a.Order.CompareTo(b.Order));
        return children;
    }

    private void RequireOneForEachName(ReadOnlySpan<string> labelValues)
    {
        if (labelValues.Length != LabelNames.Length)
        {
            throw new ArgumentException($"'{Name}' has {LabelNames.Length} labels ({string.Join(", ", LabelNames)}), but {labelValues.Length} values were given.",
                nameof(labelValues));
        }
    }
}
