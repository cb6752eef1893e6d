using System.ComponentModel.DataAnnotations;

namespace VerifyGateway.Caching.Redis;

/// <summary>Settings of the Redis tier. Who turns them: an operator, to name the server and to fit the limits to its distance.</summary>
public sealed class RedisOptions
{
    /// <summary>
    /// Where Redis is, as StackExchange.Redis reads it (<c>host:port,host:port,ssl=true</c>): one server, nodes of a Redis Cluster, or with
    /// <c>serviceName=</c> Sentinels; empty for no Redis.
    /// </summary>
    public string Endpoints { get; set; } = "";

    /// <summary>A file that holds the password of servers, and of Sentinels that ask for one; empty for none. The password itself is never a setting.</summary>
    public string PasswordFile { get; set; } = "";

    /// <summary>The time limit of one Redis call, milliseconds, and of each further 64 commands that a batch sends with it; over it the check goes on to the system of record. 1 to 1,000.</summary>
    [Range(1, 1_000)]
    public int CallLimitMs { get; set; } = 20;

    /// <summary>How long Redis keeps a copy at the most, seconds; each copy gets up to a tenth less, so that they do not end together. 1 to 86,400.</summary>
    [Range(1, 86_400)]
    public int KeepForSeconds { get; set; } = 300;

    /// <summary>How many calls must have been seen within the last second before the circuit can open; it opens when half of them failed. 2 to 10,000.</summary>
    [Range(2, 10_000)]
    public int CircuitMinimumCalls { get; set; } = 5;

    /// <summary>How long the circuit stays open before one call tries again, milliseconds. 500 to 60,000.</summary>
    [Range(500, 60_000)]
    public int CircuitOpenForMs { get; set; } = 1_000;

    /// <summary>The most copies that wait to be written to Redis; more are dropped and counted. 100 to 1,000,000.</summary>
    [Range(100, 1_000_000)]
    public int WriteQueueLength { get; set; } = 10_000;
}
