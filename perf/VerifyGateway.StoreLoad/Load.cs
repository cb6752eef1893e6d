using System.Collections.Concurrent;
using System.Diagnostics;
using System.Security.Cryptography;
using VerifyGateway.Caching.Store;
using VerifyGateway.Domain.Records;
using VerifyGateway.Storage;
using VerifyGateway.Storage.Rows;
using VerifyGateway.Storage.Writing;

namespace VerifyGateway.StoreLoad;

/// <summary>The measures. Each warms up for a third of its time first.</summary>
internal sealed class Load(ISystemOfRecord store, Sample sample, TimeSpan time)
{
    private int _next;

    /// <summary>One pair a call: loads a second, and this process's processor time of one, microseconds.</summary>
    public async Task<(double Rate, double CpuMicroseconds)> PointReadsAsync(int callers)
    {
        await RunAsync(callers, time / 3, ReadOneAsync);
        var (count, seconds, cpu) = await Clock.MeasureAsync(() => RunAsync(callers, time, ReadOneAsync));
        return (count / seconds, cpu * 1e6 / count);
    }

    /// <summary>1,000 pairs a call: calls a second, and the median of one, milliseconds.</summary>
    public async Task<(double Rate, double MedianMs)> BatchReadsAsync()
    {
        const int Size = 1000;
        var times = new ConcurrentBag<double>();
        async Task ReadAsync()
        {
            var at = (int)((uint)Interlocked.Add(ref _next, Size) % (uint)(sample.Pairs.Length - Size));
            var began = Stopwatch.GetTimestamp();
            await store.ReadPairsAsync(new ArraySegment<PairKey>(sample.Pairs, at, Size), CancellationToken.None);
            times.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
        }

        await RunAsync(2, time / 3, ReadAsync);
        times.Clear();
        var (count, seconds, _) = await Clock.MeasureAsync(() => RunAsync(2, time, ReadAsync));
        return (count / seconds, Clock.Percentile([.. times], 0.5));
    }

    /// <summary>Single lifecycle writes (a terminal suspended or taken back into service, with its version, request id, history, feed and audit): a second, and milliseconds of one.</summary>
    public async Task<(double Rate, double MedianMs, double P99Ms)> CommitsAsync(int callers)
    {
        var times = new ConcurrentBag<double>();
        async Task CommitAsync()
        {
            var row = sample.Terminals[(uint)Interlocked.Increment(ref _next) % (uint)sample.Terminals.Length];
            var began = Stopwatch.GetTimestamp();
            await store.WriteAsync(Command(row));
            times.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
        }

        await RunAsync(callers, time / 3, CommitAsync);
        times.Clear();
        var (count, seconds, _) = await Clock.MeasureAsync(() => RunAsync(callers, time, CommitAsync));
        List<double> sorted = [.. times];
        return (count / seconds, Clock.Percentile(sorted, 0.5), Clock.Percentile(sorted, 0.99));
    }

    /// <summary>Polls of the head while nothing else happens, milliseconds.</summary>
    public async Task<(double MedianMs, double P99Ms)> HeadPollsAsync()
    {
        var times = new List<double>();
        for (var began = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(began) < time;)
        {
            var one = Stopwatch.GetTimestamp();
            await store.ReadHeadAsync();
            times.Add(Stopwatch.GetElapsedTime(one).TotalMilliseconds);
        }

        times.RemoveRange(0, times.Count / 4);
        return (Clock.Percentile(times, 0.5), Clock.Percentile(times, 0.99));
    }

    private async Task ReadOneAsync()
    {
        var key = sample.Pairs[(uint)Interlocked.Increment(ref _next) % (uint)sample.Pairs.Length];
        var pairs = await store.ReadPairsAsync([key], CancellationToken.None);
        if (pairs[0].Terminal.Record is null || pairs[0].Merchant.Record is null)
        {
            throw new InvalidOperationException("A pair of the fleet is not in the store.");
        }
    }

    private static StoreCommand Command(TerminalRow row)
    {
        var id = RequestId.NewUnique();
        var origin = new CommandOrigin(new RequestKey(row.Key.Acquirer, id), SHA256.HashData(row.Key.Sn.ToString().Select(static c => (byte)c).ToArray()), "load", "change state");
        return new StoreCommand(origin, Wanted.For(row), unit =>
        {
            var stored = unit.Find(row.Key)!;
            var state = stored.Row.State == TerminalState.Active ? TerminalState.Suspended : TerminalState.Active;
            unit.Put(stored.Row with { State = state }, stored.Version);
            unit.Result = "done"u8.ToArray();
        });
    }

    private static async Task<long> RunAsync(int callers, TimeSpan time, Func<Task> call)
    {
        var count = 0L;
        var end = Stopwatch.GetTimestamp() + (long)(time.TotalSeconds * Stopwatch.Frequency);
        await Task.WhenAll(Enumerable.Range(0, callers).Select(_ => Task.Run(async () =>
        {
            var own = 0L;
            for (; Stopwatch.GetTimestamp() < end; own++)
            {
                await call();
            }

            Interlocked.Add(ref count, own);
        })));
        return count;
    }
}
