using VerifyGateway.Caching.Store;

namespace VerifyGateway.Caching.Loading;

/// <summary>Loads from the system of record: at most so many at a time, each under a limit, counted and timed. Safe from any thread.</summary>
internal sealed class StoreLoads : IDisposable
{
    private readonly IRecordStore _store;
    private readonly Func<int> _epoch;
    private readonly TaskScheduler _scheduler;
    private readonly SemaphoreSlim _places;
    private readonly SingleFlight<PairKey, (RecordPair Pair, int Epoch)> _flights;
    private readonly TimeSpan _limit;
    private readonly CacheMetrics _metrics;
    private readonly TimeProvider _time;

    /// <param name="store">The system of record.</param>
    /// <param name="epoch">Counts how often copies were forgotten; what was loaded carries what it was before the read.</param>
    /// <param name="options">Limits.</param>
    /// <param name="metrics">Counts.</param>
    /// <param name="time">The clock of limits.</param>
    /// <param name="scheduler">Where reads run; the pool's threads when null.</param>
    public StoreLoads(IRecordStore store, Func<int> epoch, CacheOptions options, CacheMetrics metrics, TimeProvider time, TaskScheduler? scheduler = null)
    {
        _epoch = epoch;
        _scheduler = scheduler ?? TaskScheduler.Default;
        _store = store;
        _places = new SemaphoreSlim(options.MaxConcurrentLoads);
        _limit = TimeSpan.FromMilliseconds(options.LoadLimitMs);
        _metrics = metrics;
        _time = time;
        _flights = new SingleFlight<PairKey, (RecordPair Pair, int Epoch)>(
            async (key, isWanted, cancel) =>
            {
                var (pairs, before) = await ReadAsync([key], isWanted, cancel, CancellationToken.None);
                return (pairs[0], before);
            }, _limit, time);
    }

    /// <summary>Loads one pair, sharing the work with whoever wants the same pair now.</summary>
    /// <param name="key">The pair's name.</param>
    /// <param name="after">What was loaded before and began too early; null at first.</param>
    /// <param name="cancel">Ends the waiting.</param>
    /// <exception cref="StoreUnavailableException">The store did not answer within the limit.</exception>
    public async ValueTask<LoadedPair> OneAsync(PairKey key, LoadedPair? after, CancellationToken cancel)
    {
        for (var earlier = after?.Shared; ;)
        {
            var (shared, led) = _flights.Join(key, earlier);
            (led ? _metrics.Leaders : _metrics.Followers).Inc();
            try
            {
                var (pair, epoch) = await shared.WaitAsync(cancel);
                return new LoadedPair(pair, epoch, shared);
            }
            catch (NobodyWaitsException)
            {
                // All others had left when its turn came, and this caller came in that moment.
                earlier = shared;
            }
            catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
            {
                throw TooSlow();
            }
        }
    }

    /// <summary>Loads several pairs in one snapshot.</summary>
    /// <exception cref="StoreUnavailableException">The store did not answer within the limit.</exception>
    public async ValueTask<(IReadOnlyList<RecordPair> Pairs, int Epoch)> ManyAsync(IReadOnlyList<PairKey> keys, CancellationToken cancel)
    {
        using var limited = new CancellationTokenSource(_limit, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limited.Token, cancel);
        try
        {
            return await ReadAsync(keys, static () => true, either.Token, cancel);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw TooSlow();
        }
    }

    public void Dispose() => _places.Dispose();

    /// <summary>
    /// Takes a place and reads, unless all who wanted it have left by then: many may wait for places, and the answers of those that are not
    /// there any more would come before the others'. A store that does not listen to its token is left behind at the limit; it keeps its place until it
    /// ends, so that no more than so many calls are ever under way, and its late answer goes nowhere.
    /// </summary>
    private async Task<(IReadOnlyList<RecordPair> Pairs, int Epoch)> ReadAsync(
        IReadOnlyList<PairKey> keys, Func<bool> isWanted, CancellationToken end, CancellationToken caller)
    {
        var began = _time.GetTimestamp();
        await _places.WaitAsync(end);
        if (!isWanted())
        {
            _places.Release();
            throw new NobodyWaitsException();
        }

        _metrics.LoadBegan();
        // On a thread of its own: an embedded store blocks the one that it runs on, and nobody else may be held up by its disk.
        var epoch = _epoch();
        var reading = Task.Factory.StartNew(
            () => ReadThenLeaveAsync(keys, began, end), CancellationToken.None, TaskCreationOptions.DenyChildAttach, _scheduler).Unwrap();
        try
        {
            return (await reading.WaitAsync(end), epoch);
        }
        catch (OperationCanceledException)
        {
            // :: C7
            if (!caller.IsCancellationRequested)
            {
                _metrics.DatabaseFailed("timeout");
            }

            _ = reading.ContinueWith(static late => _ = late.Exception, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            throw;
        }
    }

    private async Task<IReadOnlyList<RecordPair>> ReadThenLeaveAsync(IReadOnlyList<PairKey> keys, long began, CancellationToken end)
    {
        try
        {
            var pairs = await _store.ReadPairsAsync(keys, end);
            _metrics.DatabaseAnswered();
            return pairs;
        }
        catch (StoreUnavailableException damaged) when (damaged.IsOfOneRecord)
        {
            _metrics.DatabaseHeldGarbage();
            throw;
        }
        catch (StoreUnavailableException)
        {
            _metrics.DatabaseFailed("other");
            throw;
        }
        finally
        {
            _metrics.LoadEnded();
            _places.Release();
            _metrics.DatabaseRead.Observe(_time.GetElapsedTime(began).TotalSeconds);
        }
    }

    /// <summary>A load that nobody wanted any more when its turn came was not begun.</summary>
    private sealed class NobodyWaitsException : Exception;

    private StoreUnavailableException TooSlow() => new($"The system of record did not answer within {_limit.TotalMilliseconds:F0} ms.");
}

/// <summary>A pair from the store.</summary>
/// <param name="Pair">The copies.</param>
/// <param name="Epoch">How often copies had been forgotten before the read began.</param>
/// <param name="Shared">The read.</param>
internal sealed record LoadedPair(RecordPair Pair, int Epoch, SingleFlight<PairKey, (RecordPair Pair, int Epoch)>.Flight Shared);
