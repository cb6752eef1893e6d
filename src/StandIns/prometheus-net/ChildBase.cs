namespace Prometheus;

/// <summary>One child of a metric: one combination of label values, with its numbers.</summary>
public abstract class ChildBase : ICollectorChild, IDisposable
{
    private readonly ExemplarBehavior _exemplarBehavior;
    private readonly Collector _collector;
    private byte[]? _labelBytes;
    private long _lastExemplarAt = long.MinValue;
    private volatile bool _published;

    private protected ChildBase(Collector collector, ChildShape shape)
    {
        _collector = collector;
        _exemplarBehavior = shape.ExemplarBehavior;
        _published = shape.Publish;
        LabelValues = shape.LabelValues;
        Order = shape.Order;
    }

    internal string[] LabelValues { get; }

    /// <summary>The place among the children, by age.</summary>
    internal long Order { get; }

    internal bool IsPublished => _published;

    /// <summary>All labels as they stand on the page.</summary>
    internal byte[] LabelBytes => _labelBytes ??= _collector.LabelsOf(LabelValues).ToPageBytes();

    /// <summary>Puts the child on the page even though it was never updated.</summary>
    public void Publish()
    {
        // Read before write: the flag lies on a line that all cores read with every update.
        if (!_published)
        {
            _published = true;
        }
    }

    /// <summary>Takes the child off the page until it is published or updated.</summary>
    public void Unpublish() => _published = false;

    /// <summary>Takes the child out of its metric, with its numbers.</summary>
    public void Remove() => _collector.Remove(this);

    /// <summary>The same as <see cref="Remove"/>.</summary>
    public void Dispose()
    {
        Remove();
        GC.SuppressFinalize(this);
    }

    /// <inheritdoc />
    public override string ToString() => $"{_collector.Name}{{{_collector.LabelsOf(LabelValues)}}}";

    internal abstract void WriteTo(PageWriter page);

    /// <summary>The exemplar to keep with an update, checked; null when there is none to keep.</summary>
    private protected Exemplar? TakeExemplar(Exemplar? given, double value)
    {
        var exemplar = given ?? _exemplarBehavior.DefaultExemplarProvider?.Invoke(_collector, value);
        return exemplar is null || exemplar.Length == 0 ? null : Claim(exemplar, value);
    }

    private Exemplar? Claim(Exemplar exemplar, double value)
    {
        exemplar.Claim();
        var interval = _exemplarBehavior.NewExemplarMinInterval;
        if (interval > TimeSpan.Zero)
        {
            var now = Environment.TickCount64;
            var last = Interlocked.Read(ref _lastExemplarAt);
            var tooSoon = last != long.MinValue && now - last < interval.TotalMilliseconds;
            if (tooSoon || Interlocked.CompareExchange(ref _lastExemplarAt, now, last) != last)
            {
                exemplar.Recycle();
                return null;
            }
        }

        exemplar.Observe(value);
        return exemplar;
    }
}

/// <summary>What a child is made from.</summary>
internal readonly record struct ChildShape(string[] LabelValues, long Order, bool Publish, ExemplarBehavior ExemplarBehavior);
