using System.Net;
using System.Runtime.ExceptionServices;
using Polly;
using Polly.CircuitBreaker;
using StackExchange.Redis;

namespace VerifyGateway.Caching.Redis;

/// <summary>
/// Every call to Redis goes through here: a time limit of its own (the client looks at its limits only on a one-second
/// heartbeat), and a circuit that opens after a few failures, so that a dead Redis costs nothing. A call is one or more commands, and
/// has failed when none of them was answered: one dead node of a cluster is not the end of the others. Safe from any thread.
/// </summary>
internal sealed class RedisCalls
{
    private readonly Func<IDatabase?> _connect;
    private readonly Action _lookAgain;
    private readonly ResiliencePipeline _circuit;
    private readonly RedisNodes _nodes;
    private readonly TimeSpan _limit;
    private readonly CacheMetrics _metrics;
    private readonly TimeProvider _time;
    private int _circuitState;
    private long _openUntil = long.MinValue;

    /// <param name="connect">The database; null while there is no connection.</param>
    /// <param name="lookAgain">Told when a replica was to be written to, as after a failover.</param>
    /// <param name="options">Limits.</param>
    /// <param name="metrics">Counts.</param>
    /// <param name="time">The clock of limits.</param>
    public RedisCalls(Func<IDatabase?> connect, Action lookAgain, RedisOptions options, CacheMetrics metrics, TimeProvider time)
    {
        (_connect, _lookAgain) = (connect, lookAgain);
        _limit = TimeSpan.FromMilliseconds(options.CallLimitMs);
        _metrics = metrics;
        _time = time;
        _nodes = new RedisNodes(options, time);
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

    /// <summary>How many nodes of a Redis Cluster are left alone, or only tried.</summary>
    public int OpenNodes => _nodes.OpenCount;

    /// <summary>Sends one command for each item, all together; a reply for each, in the order of the items.</summary>
    /// <param name="items">What the commands are made of. Each 64 of them get the limit of one call.</param>
    /// <param name="nameOf">The key of an item's command; null for commands without keys.</param>
    /// <param name="send">Sends the command of an item; called at most once for each.</param>
    /// <param name="sendAll">Sends one command for all items, where one server has them all; null when there is none.</param>
    /// <param name="time">Where the time of the call is recorded.</param>
    /// <param name="cancel">
    /// Ends the waiting. The call itself runs on to its end or limit and counts as it ends: were a caller's end to reach the circuit,
    /// it would count as a success, and impatient callers would keep the circuit to a hung Redis closed.
    /// </param>
    public async ValueTask<RedisReply<TResult>[]> AskAsync<TItem, TResult>(
        IReadOnlyList<TItem> items, Func<TItem, byte[]>? nameOf, Func<IDatabase, TItem, Task<TResult>> send, Func<IDatabase, IReadOnlyList<TItem>, Task<TResult[]>>? sendAll,
        Prometheus.Histogram.Child time, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        var commands = new RedisCommands<TItem, TResult>(items, nameOf, send, sendAll);
        if (Volatile.Read(ref _circuitState) == 2 && _time.GetTimestamp() < Volatile.Read(ref _openUntil))
        {
            // The circuit would say it with an exception, which costs more than a load from the store.
            return commands.Replies;
        }

        return await AskToTheEndAsync(commands, time).WaitAsync(cancel);
    }

    private async Task<RedisReply<TResult>[]> AskToTheEndAsync<TItem, TResult>(RedisCommands<TItem, TResult> commands, Prometheus.Histogram.Child time)
    {
        try
        {
            await _circuit.ExecuteAsync(static (it, _) => it.self.CallAsync(it.commands, it.time), (self: this, commands, time), CancellationToken.None);
            _metrics.RedisAnswered();
        }
        catch (BrokenCircuitException)
        {
            // That of all calls, or those of all nodes that this call needs.
        }
        catch (Exception fault) when (RedisFaults.IsRedis(fault))
        {
            _metrics.RedisFailed(WordFor(fault));
        }

        return commands.Replies;
    }

    /// <exception cref="Exception">No command was answered: the fault of one of them.</exception>
    private async ValueTask CallAsync<TItem, TResult>(RedisCommands<TItem, TResult> commands, Prometheus.Histogram.Child time)
    {
        var began = _time.GetTimestamp();
        var database = _connect() ?? throw new RedisConnectionException(ConnectionFailureType.UnableToResolvePhysicalConnection, "Not connected yet.");
        var limit = _limit * (1 + (commands.Count / 64));
        try
        {
            if (await commands.TryRunAtOnceAsync(database, limit, _time))
            {
                return;
            }

            if (commands.Split(database) is { } parts)
            {
                await NodesAsync(commands, database, parts, limit);
            }
            else
            {
                await PartAsync(commands, database, [.. Enumerable.Range(0, commands.Count)], limit);
            }
        }
        finally
        {
            time.Observe(_time.GetElapsedTime(began).TotalSeconds);
        }
    }

    private async Task NodesAsync<TItem, TResult>(RedisCommands<TItem, TResult> commands, IDatabase database, Dictionary<EndPoint, List<int>> parts, TimeSpan limit)
    {
        var faults = await Task.WhenAll(parts.Select(part => NodeAsync(commands, database, part.Key, part.Value, limit)));
        if (faults.All(static fault => fault is not null))
        {
            // What was seen now says more than what a circuit remembers.
            throw faults.FirstOrDefault(static fault => fault is not BrokenCircuitException) ?? faults[0]!;
        }

        foreach (var fault in faults)
        {
            if (fault is not (null or BrokenCircuitException))
            {
                _metrics.RedisFailedPartly(WordFor(fault));
            }
        }
    }

    /// <summary>The part of a call that one node is asked for; its fault when it answered nothing.</summary>
    private async Task<Exception?> NodeAsync<TItem, TResult>(RedisCommands<TItem, TResult> commands, IDatabase database, EndPoint node, List<int> places, TimeSpan limit)
    {
        try
        {
            await _nodes.CircuitOf(node).ExecuteAsync(
                static (it, _) => new ValueTask(it.self.PartAsync(it.commands, it.database, it.places, it.limit)), (self: this, commands, database, places, limit), CancellationToken.None);
            return null;
        }
        catch (Exception fault) when (RedisFaults.IsRedis(fault) || fault is BrokenCircuitException)
        {
            return fault;
        }
    }

    /// <exception cref="Exception">No command was answered: the fault of one of them.</exception>
    private async Task PartAsync<TItem, TResult>(RedisCommands<TItem, TResult> commands, IDatabase database, IReadOnlyList<int> places, TimeSpan limit)
    {
        var (fault, isAnswered) = await commands.RunAsync(database, places, limit, _time);
        if (fault is not null && !isAnswered)
        {
            ExceptionDispatchInfo.Throw(fault);
        }

        if (fault is not null)
        {
            _metrics.RedisFailedPartly(WordFor(fault));
        }
    }

    private string WordFor(Exception fault)
    {
        var word = RedisFaults.WordFor(fault);
        if (word == RedisFaults.ReadOnly)
        {
            _lookAgain();
        }

        return word;
    }

    private ValueTask Became(int state)
    {
        Volatile.Write(ref _circuitState, state);
        _metrics.CircuitIs(state);
        return default;
    }
}
