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
        private readonly GaugeCells _cells = new();
        private readonly Gauge _gauge;

        internal Child(Gauge gauge, ChildShape shape)
            : base(gauge, shape) => _gauge = gauge;

        /// <inheritdoc />
        public double Value => _cells.Read();

        /// <inheritdoc />
        public void Inc(double increment = 1)
        {
            _cells.Add(increment);
            Publish();
        }

        /// <inheritdoc />
        public void Set(double val)
        {
            _cells.Set(val);
            Publish();
        }

        /// <inheritdoc />
        public void Dec(double decrement = 1) => Inc(-decrement);

        /// <inheritdoc />
        public void IncTo(double targetValue)
        {
            _cells.MoveTo(targetValue, up: true);
            Publish();
        }

        /// <inheritdoc />
        public void DecTo(double targetValue)
        {
            _cells.MoveTo(targetValue, up: false);
            Publish();
        }

        internal override void WriteTo(PageWriter page) => page.WriteSample(_gauge.Name, "", LabelBytes, Value, null);
    }
}
