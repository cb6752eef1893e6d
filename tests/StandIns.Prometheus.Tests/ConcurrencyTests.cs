using System.Text;

namespace PrometheusStandIn.Tests;

public sealed class ConcurrencyTests
{
    private const int Threads = 8;
    private const int Updates = 100_000;

    private readonly CollectorRegistry _registry = Metrics.NewCustomRegistry();
    private readonly MetricFactory _metrics;

    public ConcurrencyTests() => _metrics = Metrics.WithCustomRegistry(_registry);

    [Fact]
    public void Counter_SumsAreExact()
    {
        var whole = _metrics.CreateCounter("whole_total", "help");
        var halves = _metrics.CreateCounter("halves_total", "help");
        OnAllThreads(() =>
        {
            whole.Inc();
            whole.Inc(2);
            halves.Inc(0.5);
        });
        Assert.Equal(3.0 * Threads * Updates, whole.Value);
        Assert.Equal(0.5 * Threads * Updates, halves.Value);
    }

    [Fact]
    public void Counter_IncToFromManyThreads_EndsAtTheHighest()
    {
        var counter = _metrics.CreateCounter("c_total", "help");
        var next = 0;
        OnAllThreads(() => counter.IncTo(Interlocked.Increment(ref next) / 2.0));
        Assert.Equal(Threads * Updates / 2.0, counter.Value);
    }

    [Fact]
    public void Gauge_IncAndDec_LoseNothing()
    {
        var gauge = _metrics.CreateGauge("g", "help");
        var highest = _metrics.CreateGauge("highest", "help");
        var next = 0;
        OnAllThreads(() =>
        {
            gauge.Inc(3);
            gauge.Dec(2.5);
            highest.IncTo(Interlocked.Increment(ref next));
        });
        Assert.Equal(0.5 * Threads * Updates, gauge.Value);
        Assert.Equal(Threads * Updates, highest.Value);
    }

    [Fact]
    public void Gauge_SetAmongAdditions_KeepsNoneFromBeforeAndAllFromAfter()
    {
        var gauge = _metrics.CreateGauge("g", "help");
        gauge.Set(1_000);
        var next = 0;
        var (lowest, highest) = (1_000.0, 1_000.0);
        OnAllThreads(() =>
        {
            gauge.Inc();
            gauge.Dec();
            if (Interlocked.Increment(ref next) % 100 == 0)
            {
                gauge.Set(1_000);
                lowest = Math.Min(lowest, gauge.Value);
                highest = Math.Max(highest, gauge.Value);
            }
        });
        // A setting can fall between the two of each thread: no further.
        Assert.InRange(lowest, 1_000 - Threads, 1_000);
        Assert.InRange(highest, 1_000, 1_000 + Threads);
        gauge.Set(7);
        OnAllThreads(() => gauge.Inc());
        Assert.Equal(7 + (Threads * Updates), gauge.Value);
    }

    [Fact]
    public void Histogram_CountsAndSumAreExact()
    {
        var histogram = _metrics.CreateHistogram("h", "help", new HistogramConfiguration { Buckets = [1, 2] });
        OnAllThreads(() =>
        {
            histogram.Observe(0.5);
            histogram.Observe(1.25);
            histogram.Observe(4, 2);
        });
        Assert.Equal(4L * Threads * Updates, histogram.Count);
        Assert.Equal(9.75 * Threads * Updates, histogram.Sum);
    }

    [Fact]
    public async Task Exemplars_FromManyThreads_AreNeverMixed()
    {
        var counter = _metrics.CreateCounter("c_total", "help");
        using var stop = new CancellationTokenSource();
        var reader = Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                var page = await Page.OfAsync(_registry, ExpositionFormat.OpenMetricsText);
                var line = page.Split('\n').Single(line => line.StartsWith("c_total ", StringComparison.Ordinal));
                if (line.Contains('#', StringComparison.Ordinal))
                {
                    var ids = line.Split('"');
                    Assert.Equal(ids[1], ids[3]);
                }
            }
        });
        var next = 0;
        OnAllThreads(() =>
        {
            var id = Interlocked.Increment(ref next).ToString(System.Globalization.CultureInfo.InvariantCulture);
            counter.Inc(Exemplar.From(Exemplar.Pair("a", id), Exemplar.Pair("b", id)));
        }, Updates / 10);
        await stop.CancelAsync();
        await reader;
        Assert.Equal(Threads * Updates / 10, counter.Value);
    }

    [Fact]
    public async Task Pages_WhileNumbersRise_NeverGoBackwards_AndAgreeWithThemselves()
    {
        var counter = _metrics.CreateCounter("c_total", "help");
        var histogram = _metrics.CreateHistogram("h", "help", new HistogramConfiguration { Buckets = [1, 2] });
        var updates = Task.Run(() => OnAllThreads(() =>
        {
            counter.Inc();
            counter.Inc(0.25);
            histogram.Observe(0.5);
            histogram.Observe(3);
        }));

        double[] last = [0, 0, 0, 0];
        do
        {
            var page = await Page.OfAsync(_registry);
            double[] now =
            [
                Page.Number(page, "c_total")!.Value, Page.Number(page, "h_sum")!.Value,
                Page.Number(page, "h_bucket{le=\"1\"}")!.Value, Page.Number(page, "h_count")!.Value,
            ];
            Assert.All(now.Zip(last), pair => Assert.True(pair.First >= pair.Second, $"{pair.First} after {pair.Second}"));
            Assert.Equal(Page.Number(page, "h_count"), Page.Number(page, "h_bucket{le=\"+Inf\"}"));
            Assert.True(Page.Number(page, "h_bucket{le=\"1\"}") <= Page.Number(page, "h_bucket{le=\"2\"}"));
            last = now;
        }
        while (!updates.IsCompleted);

        await updates;
        Assert.Equal(1.25 * Threads * Updates, await Page.NumberAsync(_registry, "c_total"));
    }

    [Fact]
    public void Children_AskedForByManyThreads_AreMadeOnce()
    {
        var counter = _metrics.CreateCounter("c_total", "help", "n");
        var next = 0;
        OnAllThreads(() => counter.WithLabels((Interlocked.Increment(ref next) % 100).ToString(System.Globalization.CultureInfo.InvariantCulture)).Inc(), Updates / 10);
        Assert.Equal(100, counter.GetAllLabelValues().Count());
        Assert.Equal(Threads * Updates / 10, counter.GetAllLabelValues().Sum(values => counter.WithLabels(values).Value));
    }

    [Fact]
    public async Task AReaderWhoStandsStill_HoldsUpNobody()
    {
        var counter = _metrics.CreateCounter("c_total", "help", "n");
        for (var i = 0; i < 1_000; i++)
        {
            counter.WithLabels($"{i} {new string('x', 100)}").Inc();
        }

        using var stream = new StandingStream();
        var page = _registry.CollectAndExportAsTextAsync(stream, TestContext.Current.CancellationToken);
        await stream.Reached.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);

        await Task.Run(() =>
        {
            counter.WithLabels($"0 {new string('x', 100)}").Inc();
            counter.WithLabels("new").Inc();
            _metrics.CreateGauge("new", "help").Set(1);
            counter.RemoveLabelled("new");
        }, TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        Assert.Equal(1, await Page.NumberAsync(_registry, "new"));
        Assert.False(page.IsCompleted);

        stream.GoOn();
        await page;
        Assert.Contains($"c_total{{n=\"999 {new string('x', 100)}\"}} 1\n", Encoding.UTF8.GetString(stream.ToArray()), StringComparison.Ordinal);
    }

    private static void OnAllThreads(Action update, int times = Updates)
    {
        var threads = Enumerable.Range(0, Threads).Select(_ => new Thread(() =>
        {
            for (var i = 0; i < times; i++)
            {
                update();
            }
        })).ToArray();
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
    }

    /// <summary>Takes nothing until it is told to go on.</summary>
    private sealed class StandingStream : MemoryStream
    {
        private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _goOn = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Reached => _reached.Task;

        public void GoOn() => _goOn.SetResult();

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            _reached.TrySetResult();
            await _goOn.Task;
            await base.WriteAsync(buffer, cancellationToken);
        }
    }
}
