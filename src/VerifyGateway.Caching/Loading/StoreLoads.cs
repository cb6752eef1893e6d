using VerifyGateway.Caching.Store;

namespace VerifyGateway.Caching.Loading;

/// <summary>Loads from the system of record: at most so many at a time, each under a limit, counted and timed. Safe from any thread.</summary>
internal sealed class StoreLoads : IDisposable
{
    private readonly IRecordStore _store;
    private readonly SemaphoreSlim _places;
    private readonly SingleFlight<PairKey, RecordPair> _flights;
    private readonly TimeSpan _limit;
    private readonly CacheMetrics _metrics;
    private readonly TimeProvider _time;

    public StoreLoads(IRecordStore store, CacheOptions options, CacheMetrics metrics, TimeProvider time)
    {
        _store = store;
        _places = new SemaphoreSlim(options.MaxConcurrentLoads);
        _limit = TimeSpan.FromMilliseconds(options.LoadLimitMs);
        _metrics = metrics;
        _time = time;
        _flights = new SingleFlight<PairKey, RecordPair>(
            async (key, cancel) => (await ReadAsync([key], cancel))[0], _limit, time);
    }

    /// <summary>Loads one pair, sharing the work with whoever wants the same pair now.</summary>
    /// <exception cref="StoreUnavailableException">The store did not answer within the limit.</exception>
    public async ValueTask<RecordPair> OneAsync(PairKey key, CancellationToken cancel)
    {
        try
        {
            var (pair, led) = await _flights.RunAsync(key, cancel);
            (led ? _metrics.Leaders : _metrics.Followers).Inc();
            return pair;
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw TooSlow();
        }
    }

    /// <summary>Loads several pairs in one snapshot.</summary>
    /// <exception cref="StoreUnavailableException">The store did not answer within the limit.</exception>
    public async ValueTask<IReadOnlyList<RecordPair>> ManyAsync(IReadOnlyList<PairKey> keys, CancellationToken cancel)
    {
        using var limited = new CancellationTokenSource(_limit, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limited.Token, cancel);
        try
        {
            return await ReadAsync(keys, either.Token);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw TooSlow();
        }
    }

    public void Dispose() => _places.Dispose();

    private async Task<IReadOnlyList<RecordPair>> ReadAsync(IReadOnlyList<PairKey> keys, CancellationToken cancel)
    {
        var began = _time.GetTimestamp();
        await _places.WaitAsync(cancel);
        try
        {
            var pairs = await _store.ReadPairsAsync(keys, cancel);
            _metrics.DatabaseAnswered();
            return pairs;
        }
        catch (StoreUnavailableException)
        {
            _metrics.DatabaseFailed("other");
            throw;
        }
        catch (OperationCanceledException)
        {
            _metrics.DatabaseFailed("timeout");
            throw;
        }
        finally
        {
            _places.Release();
            _metrics.DatabaseRead.Observe(_time.GetElapsedTime(began).TotalSeconds);
        }
    }

    private StoreUnavailableException TooSlow() => new($"The system of record did not answer within {_limit.TotalMilliseconds:F0} ms.");
}
