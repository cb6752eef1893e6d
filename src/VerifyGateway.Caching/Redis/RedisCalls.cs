using Polly;
using Polly.CircuitBreaker;
using StackExchange.Redis;

namespace VerifyGateway.Caching.Redis;

/// <summary>
/// Every call to Redis goes through here: a time limit of its own (the client looks at its limits only on a one-second
/// heartbeat), and a circuit that opens after a few failures, so that a dead Redis costs nothing. Safe from any thread.
/// </summary>
internal sealed class RedisCalls
{
    private readonly Func<ValueTask<IDatabase?>> _connect;
    private readonly ResiliencePipeline _circuit;
    private readonly TimeSpan _limit;
    private readonly CacheMetrics _metrics;
    private readonly TimeProvider _time;
    private int _circuitState;
    private long _openUntil = long.MinValue;

    public RedisCalls(Func<ValueTask<IDatabase?>> connect, RedisOptions options, CacheMetrics metrics, TimeProvider time)
    {
        _connect = connect;
        _limit = TimeSpan.FromMilliseconds(options.CallLimitMs);
        _metrics = metrics;
        _time = time;
        _circuit = new ResiliencePipelineBuilder { TimeProvider = time }
            .AddCircuitBreaker(new CircuitBreakerStrategyOptions
            {
                FailureRatio = 0.5,
                MinimumThroughput = options.CircuitMinimumCalls,
                SamplingDuration = TimeSpan.FromSeconds(1),
                BreakDuration = TimeSpan.FromMilliseconds(options.CircuitOpenForMs),
                ShouldHandle = new PredicateBuilder().Handle<Exception>(RedisFaults.OpensCircuit),
                OnClosed = _ => Became(0),
                OnHalfOpened = _ => Became(1),
                OnOpened = opened =>
                {
                    Volatile.Write(ref _openUntil, time.GetTimestamp() + (long)(opened.BreakDuration.TotalSeconds * time.TimestampFrequency));
                    return Became(2);
                },
            })
            .Build();
    }

    /// <summary>False while the circuit is open or tries again.</summary>
    public bool IsClosed => Volatile.Read(ref _circuitState) == 0;

    /// <summary>Makes a call; false when it failed, took too long or was not made because the circuit is open.</summary>
    /// <param name="call">The call; called at most once.</param>
    /// <param name="state">Handed to the call.</param>
    /// <param name="time">Where the time of an answered call is recorded.</param>
    /// <param name="items">How many commands the call sends: each 64 of them get the limit of one call.</param>
    /// <param name="cancel">
    /// Ends the waiting. The call itself runs on to its end or limit and counts as it ends: were a caller's end to reach the circuit,
    /// it would count as a success, and impatient callers would keep the circuit to a hung Redis closed.
    /// </param>
    public async ValueTask<(bool Answered, TResult? Result)> TryAsync<TState, TResult>(
        Func<IDatabase, TState, Task<TResult>> call, TState state, Prometheus.Histogram.Child time, int items, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        if (Volatile.Read(ref _circuitState) == 2 && _time.GetTimestamp() < Volatile.Read(ref _openUntil))
        {
            // The circuit would say it with an exception, which costs more than a load from the store.
            return default;
        }

        return await TryToTheEndAsync(call, state, time, _limit * (1 + (items / 64))).WaitAsync(cancel);
    }

    private async Task<(bool Answered, TResult? Result)> TryToTheEndAsync<TState, TResult>(
        Func<IDatabase, TState, Task<TResult>> call, TState state, Prometheus.Histogram.Child time, TimeSpan limit)
    {
        try
        {
            var result = await _circuit.ExecuteAsync(
                static (it, _) => it.self.CallAsync(it.call, it.state, it.time, it.limit), (self: this, call, state, time, limit), CancellationToken.None);
            _metrics.RedisAnswered();
            return (true, result);
        }
        catch (BrokenCircuitException)
        {
            return (false, default);
        }
        catch (Exception fault) when (RedisFaults.IsRedis(fault))
        {
            _metrics.RedisFailed(RedisFaults.WordFor(fault));
            return (false, default);
        }
    }

    private async ValueTask<TResult> CallAsync<TState, TResult>(
        Func<IDatabase, TState, Task<TResult>> call, TState state, Prometheus.Histogram.Child time, TimeSpan limit)
    {
        var began = _time.GetTimestamp();
        var database = await _connect() ?? throw new RedisConnectionException(ConnectionFailureType.UnableToConnect, "Not connected yet.");
        var task = call(database, state);
        try
        {
            return await task.WaitAsync(limit, _time);
        }
        finally
        {
            time.Observe(_time.GetElapsedTime(began).TotalSeconds);
            Forget(task);
        }
    }

    /// <summary>A call that was given up still ends one day: its failure is then nobody's business.</summary>
    private static void Forget(Task task)
    {
        if (!task.IsCompleted)
        {
            _ = task.ContinueWith(static ended => _ = ended.Exception, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }
    }

    private ValueTask Became(int state)
    {
        Volatile.Write(ref _circuitState, state);
        _metrics.CircuitIs(state);
        return default;
    }
}
