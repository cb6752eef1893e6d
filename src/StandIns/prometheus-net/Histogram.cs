namespace Prometheus;

/// <summary>Counts measurements in buckets by size.</summary>
public sealed partial class Histogram : Collector<Histogram.Child>, IHistogram
{
    private static readonly double[] DefaultBuckets = [.005, .01, .025, .05, .075, .1, .25, .5, .75, 1, 2.5, 5, 7.5, 10];

    private readonly double[] _bounds;
    private readonly (byte[] Text, byte[] OpenMetrics)[] _boundLabels;

    internal Histogram(CollectorShape shape, string help, bool suppressInitialValue, double[]? buckets, ExemplarBehavior exemplarBehavior)
        : base(shape, help, suppressInitialValue, exemplarBehavior)
    {
        if (shape.AllLabelNames.Contains("le"))
        {
            throw new ArgumentException($"'{shape.Name}' cannot have a label 'le': it names the bound of a bucket.");
        }

        _bounds = Closed(buckets ?? DefaultBuckets);
        _boundLabels = [.. _bounds.Select(PageText.BoundLabel)];
    }

    internal override string PageType => "histogram";

    /// <inheritdoc />
    public double Sum => Unlabelled.Sum;

    /// <inheritdoc />
    public long Count => Unlabelled.Count;

    /// <inheritdoc />
    public void Observe(double val) => Unlabelled.Observe(val);

    /// <inheritdoc />
    public void Observe(double val, long count) => Unlabelled.Observe(val, count);

    /// <inheritdoc />
    public void Observe(double val, Exemplar? exemplar) => Unlabelled.Observe(val, exemplar);

    /// <summary>Puts the histogram on the page even though it was never updated.</summary>
    public void Publish() => Unlabelled.Publish();

    /// <summary>Takes the histogram off the page until it is published or updated.</summary>
    public void Unpublish() => Unlabelled.Unpublish();

    private protected override Child Make(ChildShape shape) => new(this, shape);

    /// <summary>The bounds with +Inf at the end, checked.</summary>
    private static double[] Closed(double[] buckets)
    {
        if (buckets.Length == 0)
        {
            throw new ArgumentException("A histogram needs at least one bucket.", nameof(buckets));
        }

        for (var i = 1; i < buckets.Length; i++)
        {
            if (buckets[i] <= buckets[i - 1])
            {
                throw new ArgumentException($"The bounds of buckets must rise: {buckets[i - 1]} is followed by {buckets[i]}.", nameof(buckets));
            }
        }

        return double.IsPositiveInfinity(buckets[^1]) ? [.. buckets] : [.. buckets, double.PositiveInfinity];
    }
}
