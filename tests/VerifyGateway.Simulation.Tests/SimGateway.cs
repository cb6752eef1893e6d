using VerifyGateway.Caching;
using VerifyGateway.Caching.Coherence;

namespace VerifyGateway.Simulation.Tests;

/// <summary>One process of a gateway, from its start to its crash.</summary>
internal sealed class SimGateway(Node node)
{
    public Node Node => node;

    public Caches? Caches { get; set; }

    public bool IsReady { get; set; }

    /// <summary>The revision of each key that memory has answered last.</summary>
    public Dictionary<object, long> Seen { get; } = [];

    /// <summary>The instant, as the server takes it.</summary>
    public LeaseInstant Now() => new(node.Time.GetTimestamp(), node.Time.GetUtcNow().ToUnixTimeMilliseconds());
}
