namespace Prometheus;

/// <summary>A number that only rises until the process restarts.</summary>
public sealed class Counter : Collector<Counter.Child>, ICounter
{
    internal Counter(CollectorShape shape, string help, bool suppressInitialValue, ExemplarBehavior exemplarBehavior)
        : base(shape, help, suppressInitialValue, exemplarBehavior)
    {
    }

    internal override string PageType => "counter";

    /// <inheritdoc />
    public double Value => Unlabelled.Value;

    /// <inheritdoc />
    public void Inc(double increment = 1.0) => Unlabelled.Inc(increment);

    /// <inheritdoc />
    public void Inc(Exemplar? exemplar) => Unlabelled.Inc(exemplar);

    /// <inheritdoc />
    public void Inc(double increment, Exemplar? exemplar) => Unlabelled.Inc(increment, exemplar);

    /// <inheritdoc />
    public void IncTo(double targetValue) => Unlabelled.IncTo(targetValue);

    /// <summary>Puts the counter on the page even though it was never updated.</summary>
    public void Publish() => Unlabelled.Publish();

    /// <summary>Takes the counter off the page until it is published or updated.</summary>
    public void Unpublish() => Unlabelled.Unpublish();

    private protected override Child Make(ChildShape shape) => new(this, shape);

    /// <summary>The counter of one combination of label values.</summary>
    public sealed class Child : ChildBase, ICounter
    {
        // Each stripe has two cells: whole increments, which one instruction adds, and the sum of the others as the bits of a double.
        private const int Whole = 0;
        private const int Fraction = 1;

        // Above this a double no longer holds every whole number.
        private const double MostWhole = 1L << 53;

        private static readonly int Stride = Stripes.Stride(2);

        private readonly long[] _cells = Stripes.Allocate(Stride);
        private readonly Counter _counter;
        private readonly Lock _targetGate = new();
        private long _raised;
        private ExemplarSlot _exemplar;

        internal Child(Counter counter, ChildShape shape)
            : base(counter, shape) => _counter = counter;

        /// <inheritdoc />
        public double Value => Stripes.ReadDouble(ref _raised) + SumOfStripes();

        /// <inheritdoc />
        public void Inc(double increment = 1.0) => Inc(increment, null);

        /// <inheritdoc />
        public void Inc(Exemplar? exemplar) => Inc(1.0, exemplar);

        /// <inheritdoc />
        public void Inc(double increment, Exemplar? exemplar)
        {
            if (increment < 0)
            {
                throw new ArgumentOutOfRangeException(nameof(increment), increment, "A counter only rises.");
            }

            if (TakeExemplar(exemplar, increment) is { } taken)
            {
                _exemplar.Keep(taken);
            }

            var mine = Stripes.Mine(Stride);
            if (increment <= MostWhole && (long)increment is var whole && whole == increment)
            {
                Interlocked.Add(ref _cells[mine + Whole], whole);
            }
            else
            {
                Stripes.Add(ref _cells[mine + Fraction], increment);
            }

            Publish();
        }

        /// <inheritdoc />
        public void IncTo(double targetValue)
        {
            // What the stripes lack goes into a cell of its own, so that a counter which is only ever raised shows exactly its target.
            // An increment that lands meanwhile counts as one that came after.
            lock (_targetGate)
            {
                var counted = SumOfStripes();
                var raised = Stripes.ReadDouble(ref _raised);
                if (targetValue > raised + counted)
                {
                    Volatile.Write(ref _raised, BitConverter.DoubleToInt64Bits(Math.Max(raised, targetValue - counted)));
                }
            }

            Publish();
        }

        internal override void WriteTo(PageWriter page)
        {
            var exemplar = _exemplar.Borrow();
            page.WriteSample(_counter.Name, "", LabelBytes, Value, exemplar);
            _exemplar.GiveBack(exemplar);
        }

        // Every cell only rises, and they are added in one order: a later reading is never below an earlier one.
        private double SumOfStripes()
        {
            var whole = 0L;
            var fraction = 0.0;
            for (var stripe = 0; stripe < Stripes.Count; stripe++)
            {
                var start = Stripes.Start(stripe, Stride);
                whole += Volatile.Read(ref _cells[start + Whole]);
                fraction += Stripes.ReadDouble(ref _cells[start + Fraction]);
            }

            return whole + fraction;
        }
    }
}
