namespace Prometheus;

/// <summary>A number that rises and falls.</summary>
public sealed class Gauge : Collector<Gauge.Child>, IGauge
{
    internal Gauge(CollectorShape shape, string help, bool suppressInitialValue)
        : base(shape, help, suppressInitialValue, ExemplarBehavior.Default)
    {
    }

    internal override string PageType => "gauge";

    /// <inheritdoc />
    public double Value => Unlabelled.Value;

    /// <inheritdoc />
    public void Inc(double increment = 1) => Unlabelled.Inc(increment);

    /// <inheritdoc />
    public void Set(double val) => Unlabelled.Set(val);

    /// <inheritdoc />
    public void Dec(double decrement = 1) => Unlabelled.Dec(decrement);

    /// <inheritdoc />
    public void IncTo(double targetValue) => Unlabelled.IncTo(targetValue);

    /// <inheritdoc />
    public void DecTo(double targetValue) => Unlabelled.DecTo(targetValue);

    /// <summary>Puts the gauge on the page even though it was never updated.</summary>
    public void Publish() => Unlabelled.Publish();

    /// <summary>Takes the gauge off the page until it is published or updated.</summary>
    public void Unpublish() => Unlabelled.Unpublish();

    private protected override Child Make(ChildShape shape) => new(this, shape);

    /// <summary>The gauge of one combination of label values.</summary>
    public sealed class Child : ChildBase, IGauge
    {
        // One cell, alone in the middle of an array that keeps other data off its cache lines: a gauge can be set, and a value that is
        // set cannot be spread over stripes without readers seeing it half set.
        private const int Middle = 16;

        private readonly long[] _cell = new long[2 * Middle];
        private readonly Gauge _gauge;

        internal Child(Gauge gauge, ChildShape shape)
            : base(gauge, shape) => _gauge = gauge;

        /// <inheritdoc />
        public double Value => Stripes.ReadDouble(ref _cell[Middle]);

        /// <inheritdoc />
        public void Inc(double increment = 1)
        {
            Stripes.Add(ref _cell[Middle], increment);
            Publish();
        }

        /// <inheritdoc />
        public void Set(double val)
        {
            Volatile.Write(ref _cell[Middle], BitConverter.DoubleToInt64Bits(val));
            Publish();
        }

        /// <inheritdoc />
        public void Dec(double decrement = 1) => Inc(-decrement);

        /// <inheritdoc />
        public void IncTo(double targetValue) => MoveTo(targetValue, up: true);

        /// <inheritdoc />
        public void DecTo(double targetValue) => MoveTo(targetValue, up: false);

        internal override void WriteTo(PageWriter page) => page.WriteSample(_gauge.Name, "", LabelBytes, Value, null);

        private void MoveTo(double target, bool up)
        {
            var seen = Volatile.Read(ref _cell[Middle]);
            while (BitConverter.Int64BitsToDouble(seen) is var value && (up ? value < target : value > target))
            {
                var found = Interlocked.CompareExchange(ref _cell[Middle], BitConverter.DoubleToInt64Bits(target), seen);
                if (found == seen)
                {
                    break;
                }

                seen = found;
            }

            Publish();
        }
    }
}
