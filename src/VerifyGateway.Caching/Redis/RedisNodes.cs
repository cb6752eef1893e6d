using System.Collections.Concurrent;
using System.Net;
using Polly;
using Polly.CircuitBreaker;
using StackExchange.Redis;

namespace VerifyGateway.Caching.Redis;

/// <summary>
/// The nodes of a Redis Cluster, each with a circuit of its own: one that hangs or is gone is left alone while the others are asked. Only
/// silence opens it; a refusal costs nothing. What tries again goes to some other node when there is no connection, and its answer is how
/// the client library learns of a failover. Safe from any thread.
/// </summary>
internal sealed class RedisNodes(RedisOptions options, TimeProvider time)
{
    /// <summary>A node that nobody has asked for so long has none of the slots any more, as after a failover.</summary>
    private static readonly TimeSpan Forgotten = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<EndPoint, Node> _nodes = new();

    /// <summary>How many of the nodes that are asked have an open circuit, or one that tries again.</summary>
    public int OpenCount => _nodes.Count(node => node.Value.IsOpen && time.GetElapsedTime(node.Value.LastAsked) < Forgotten);

    /// <summary>True for one server, with replicas or without: it has all keys.</summary>
    public static bool IsOneServer(IDatabase database) => Array.TrueForAll(database.Multiplexer.GetServers(), static server => server.ServerType == ServerType.Standalone);

    /// <summary>Splits items by the node that has the slot of each; null when there is no cluster, or no way to any node.</summary>
    public static Dictionary<EndPoint, List<int>>? Split<TItem>(IDatabase database, IReadOnlyList<TItem> items, Func<TItem, byte[]> nameOf)
    {
        Dictionary<EndPoint, List<int>>? parts = null;
        for (var i = 0; i < items.Count; i++)
        {
            if (NodeOf(database.Multiplexer, nameOf(items[i])) is not { } node)
            {
                return null;
            }

            parts ??= [];
            if (!parts.TryGetValue(node, out var places))
            {
                parts.Add(node, places = []);
            }

            places.Add(i);
        }

        return parts;
    }

    /// <summary>The circuit of a node, which is about to be asked.</summary>
    public ResiliencePipeline CircuitOf(EndPoint node)
    {
        var asked = _nodes.GetOrAdd(node, static (_, self) => new Node(self.NewCircuit), this);
        asked.LastAsked = time.GetTimestamp();
        return asked.Circuit;
    }

    /// <summary>
    /// The node that has the slot, as the cluster said last. Not the one that the client would send to: without a connection to the
    /// slot's node that is any other, which answers where to go, and the command then waits for the connection until its limit.
    /// </summary>
    private static EndPoint? NodeOf(IConnectionMultiplexer connections, RedisKey name)
    {
        try
        {
            var server = connections.GetServer(name);
            return server.ServerType == ServerType.Cluster
                ? server.ClusterConfiguration?.GetBySlot(connections.GetHashSlot(name))?.EndPoint ?? server.EndPoint
                : null;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    private ResiliencePipeline NewCircuit(Node node) => new ResiliencePipelineBuilder { TimeProvider = time }
        .AddCircuitBreaker(new CircuitBreakerStrategyOptions
        {
            FailureRatio = 0.5,
            MinimumThroughput = options.CircuitMinimumCalls,
            SamplingDuration = TimeSpan.FromSeconds(1),
            BreakDuration = TimeSpan.FromMilliseconds(options.CircuitOpenForMs),
            ShouldHandle = new PredicateBuilder().Handle<TimeoutException>(),
            OnOpened = _ => node.Became(isOpen: true),
            OnClosed = _ => node.Became(isOpen: false),
        })
        .Build();

    private sealed class Node
    {
        private long _lastAsked;
        private bool _isOpen;

        public Node(Func<Node, ResiliencePipeline> newCircuit) => Circuit = newCircuit(this);

        public ResiliencePipeline Circuit { get; }

        public bool IsOpen => Volatile.Read(ref _isOpen);

        /// <summary>By the monotonic clock, in its ticks.</summary>
        public long LastAsked
        {
            get => Volatile.Read(ref _lastAsked);
            set => Volatile.Write(ref _lastAsked, value);
        }

        public ValueTask Became(bool isOpen)
        {
            Volatile.Write(ref _isOpen, isOpen);
            return default;
        }
    }
}
