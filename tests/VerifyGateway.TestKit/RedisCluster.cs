using System.Diagnostics;
using System.Globalization;

namespace VerifyGateway.TestKit;

/// <summary>A real Redis Cluster of three primaries with a replica each, on free loopback ports.</summary>
public sealed class RedisCluster : IDisposable
{
    private const int Size = 6;

    private readonly List<RedisServer> _servers = [];

    private RedisCluster()
    {
    }

    /// <summary>The nodes, whatever their roles are at the moment.</summary>
    public IReadOnlyList<RedisServer> Servers => _servers;

    /// <summary>All nodes as a connection string of StackExchange.Redis takes them.</summary>
    public string Endpoints => string.Join(',', _servers.Select(server => server.Endpoint));

    /// <summary>Starts the nodes, makes a cluster of them and waits until every replica has its primary's data.</summary>
    /// <param name="nodeTimeoutMs">After how long a silent node counts as failed.</param>
    /// <param name="extraArguments">Further settings of every node.</param>
    public static async Task<RedisCluster> StartAsync(int nodeTimeoutMs = 1_000, params string[] extraArguments)
    {
        var cluster = new RedisCluster();
        try
        {
            var ports = FreePort.Next(2 * Size);
            for (var i = 0; i < Size; i++)
            {
                cluster._servers.Add(await RedisServer.StartAsync(ports[i],
                [
                    "--cluster-enabled", "yes", "--cluster-port", Text(ports[Size + i]), "--cluster-node-timeout", Text(nodeTimeoutMs),
                    // A replica that has lost its primary for long may still be promoted: it waits for nobody's disk here.
                    "--cluster-replica-validity-factor", "0", "--repl-diskless-sync-delay", "0", .. extraArguments,
                ]));
            }

            var created = await ChildProcess.RunAsync(
                "redis-cli", ["--cluster", "create", .. cluster._servers.Select(server => server.Endpoint), "--cluster-replicas", "1", "--cluster-yes"], TimeSpan.FromMinutes(1));
            if (created.ExitCode != 0)
            {
                throw new InvalidOperationException("No cluster was made:\n" + created.Output);
            }

            await cluster.UntilWholeAsync();
            return cluster;
        }
        catch
        {
            cluster.Dispose();
            throw;
        }
    }

    /// <summary>The roles as one running node sees them.</summary>
    public async Task<IReadOnlyList<RedisClusterNode>> NodesAsync(RedisServer? seenBy = null)
    {
        var text = await (seenBy ?? _servers.First(server => server.IsRunning)).CliAsync("CLUSTER", "NODES");
        return [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(Read)];
    }

    /// <summary>The primary that has a slot, as one running node sees it; null while it knows of none, as in the middle of a failover.</summary>
    public async Task<RedisClusterNode?> PrimaryOfAsync(int slot, RedisServer? seenBy = null) =>
        (await NodesAsync(seenBy)).SingleOrDefault(node => node.Has(slot));

    /// <summary>The replicas of a primary.</summary>
    public async Task<IReadOnlyList<RedisClusterNode>> ReplicasOfAsync(RedisClusterNode primary, RedisServer? seenBy = null) =>
        [.. (await NodesAsync(seenBy)).Where(node => node.PrimaryId == primary.Id)];

    /// <summary>Has a primary hand its slots over to its one replica, and waits until that has them by its own account.</summary>
    public async Task HandOverAsync(RedisClusterNode primary)
    {
        RedisClusterNode? replica = null;
        // Nodes learn who follows whom from one another: right after a failover one may know a primary without a replica.
        await Wait.UntilAsync(async () => (replica = (await ReplicasOfAsync(primary)).SingleOrDefault()) is not null, "the replica of " + primary.Server.Endpoint);
        // On a busy machine Redis gives a handover up after 5 s; then it is asked for again.
        Stopwatch? sinceAsked = null;
        await Wait.UntilAsync(async () =>
        {
            if (sinceAsked is not { Elapsed.TotalSeconds: < 6 })
            {
                sinceAsked = Stopwatch.StartNew();
                await replica!.Server.CliAsync("CLUSTER", "FAILOVER");
            }

            return (await PrimaryOfAsync(primary.Slots[0].First, replica!.Server))?.Id == replica.Id;
        }, "the replica of " + primary.Server.Endpoint + " to take over");
    }

    /// <summary>Waits until every running node answers, knows primaries for all slots, and its replicas have their primaries' data.</summary>
    public async Task UntilWholeAsync()
    {
        foreach (var server in _servers.Where(server => server.IsRunning))
        {
            await Wait.UntilAsync(async () =>
            {
                var info = await server.CliAsync("CLUSTER", "INFO");
                var replication = await server.CliAsync("INFO", "replication");
                return info.Contains("cluster_state:ok", StringComparison.Ordinal) && info.Contains("cluster_known_nodes:6", StringComparison.Ordinal)
                    && (replication.Contains("role:master", StringComparison.Ordinal) || replication.Contains("master_link_status:up", StringComparison.Ordinal));
            }, "the cluster to be whole at " + server.Endpoint);
        }
    }

    /// <inheritdoc />
    public void Dispose() => _servers.ForEach(server => server.Dispose());

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>A line of CLUSTER NODES: id, address@bus, flags, primary, ping, pong, epoch, link, slots.</summary>
    private RedisClusterNode Read(string line)
    {
        var words = line.Split(' ');
        var port = int.Parse(words[1][(words[1].IndexOf(':', StringComparison.Ordinal) + 1)..words[1].IndexOf('@', StringComparison.Ordinal)], CultureInfo.InvariantCulture);
        var slots = words[8..].Where(word => !word.StartsWith('[')).Select(word => word.Split('-')).Select(ends => (int.Parse(ends[0], CultureInfo.InvariantCulture), int.Parse(ends[^1], CultureInfo.InvariantCulture)));
        return new RedisClusterNode(words[0], _servers.Single(server => server.Port == port), words[2].Contains("master", StringComparison.Ordinal), words[3], [.. slots]);
    }
}

/// <summary>A node of a cluster, as another one sees it.</summary>
/// <param name="Id">Its id in the cluster.</param>
/// <param name="Server">Its server.</param>
/// <param name="IsPrimary">True for a primary, alive or not.</param>
/// <param name="PrimaryId">Id of the primary that it is a replica of.</param>
/// <param name="Slots">First and last slot of each of its ranges.</param>
public sealed record RedisClusterNode(string Id, RedisServer Server, bool IsPrimary, string PrimaryId, IReadOnlyList<(int First, int Last)> Slots)
{
    /// <summary>True when the node has the slot.</summary>
    public bool Has(int slot) => Slots.Any(range => range.First <= slot && slot <= range.Last);
}
