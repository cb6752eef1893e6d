using System.Buffers;

namespace Prometheus;

public sealed partial class Histogram
{
    /// <summary>The histogram of one combination of label values.</summary>
    public sealed class Child : ChildBase, IHistogram
    {
        private readonly Histogram _histogram;
        private readonly double[] _bounds;
        private readonly ExemplarSlot[] _exemplars;

        // Each stripe has a count for every bucket and, behind them, the sum as the bits of a double.
        private readonly long[] _cells;
        private readonly int _stride;

        internal Child(Histogram histogram, ChildShape shape)
            : base(histogram, shape)
        {
            _histogram = histogram;
            _bounds = histogram._bounds;
            _exemplars = new ExemplarSlot[_bounds.Length];
            _stride = Stripes.Stride(_bounds.Length + 1);
            _cells = Stripes.Allocate(_stride);
        }

        /// <inheritdoc />
        public double Sum
        {
            get
            {
                var sum = 0.0;
                for (var stripe = 0; stripe < Stripes.Count; stripe++)
                {
                    sum += Stripes.ReadDouble(ref _cells[Stripes.Start(stripe, _stride) + _bounds.Length]);
                }

                return sum;
            }
        }

        /// <inheritdoc />
        public long Count
        {
            get
            {
                var count = 0L;
                for (var bucket = 0; bucket < _bounds.Length; bucket++)
                {
                    count += CountOf(bucket);
                }

                return count;
            }
        }

        /// <inheritdoc />
        public void Observe(double val) => Observe(val, 1, null);

        /// <inheritdoc />
        public void Observe(double val, long count) => Observe(val, count, null);

        /// <inheritdoc />
        public void Observe(double val, Exemplar? exemplar) => Observe(val, 1, exemplar);

        internal override void WriteTo(PageWriter page)
        {
            // The counts are read once and in the order of the bounds; what is written as the count of all is the sum of what is written
            // for the buckets, even while measurements keep coming in.
            var counts = ArrayPool<long>.Shared.Rent(_bounds.Length);
            var total = 0L;
            for (var bucket = 0; bucket < _bounds.Length; bucket++)
            {
                total += CountOf(bucket);
                counts[bucket] = total;
            }

            page.WriteSample(_histogram.Name, "_sum", LabelBytes, Sum, null);
            page.WriteCount(_histogram.Name, "_count", LabelBytes, total);
            for (var bucket = 0; bucket < _bounds.Length; bucket++)
            {
                var exemplar = _exemplars[bucket].Borrow();
                page.WriteBucket(_histogram.Name, LabelBytes, _histogram._boundLabels[bucket], counts[bucket], exemplar);
                _exemplars[bucket].GiveBack(exemplar);
            }

            ArrayPool<long>.Shared.Return(counts);
        }

        private void Observe(double value, long count, Exemplar? given)
        {
            if (double.IsNaN(value))
            {
                return;
            }

            var bucket = 0;
            while (value > _bounds[bucket])
            {
                bucket++;
            }

            if (TakeExemplar(given, value) is { } taken)
            {
                _exemplars[bucket].Keep(taken);
            }

            var mine = Stripes.Mine(_stride);
            Interlocked.Add(ref _cells[mine + bucket], count);
            Stripes.Add(ref _cells[mine + _bounds.Length], value * count);
            Publish();
        }

        private long CountOf(int bucket)
        {
            var count = 0L;
            for (var stripe = 0; stripe < Stripes.Count; stripe++)
            {
                count += Volatile.Read(ref _cells[Stripes.Start(stripe, _stride) + bucket]);
            }

            return count;
        }
    }
}
