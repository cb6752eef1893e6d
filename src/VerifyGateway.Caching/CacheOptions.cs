using System.ComponentModel.DataAnnotations;

namespace VerifyGateway.Caching;

/// <summary>Settings of the copies in memory and in Redis. Who turns them: an operator who knows the fleet's size and its Redis.</summary>
public sealed class CacheOptions
{
    /// <summary>
    /// The bound on staleness, milliseconds: a copy read longer ago never answers ALLOW. 100 to 60,000. The age is taken from
    /// clocks: where gateways share a Redis, the difference between their clocks adds to it.
    /// </summary>
    [Range(100, 60_000)]
    public int FreshForMs { get; set; } = 2_000;

    /// <summary>How long the absence of a record is believed, milliseconds: at most <see cref="FreshForMs"/>, so that a new terminal is soon known. 0 to 60,000.</summary>
    [Range(0, 60_000)]
    public int AbsentFreshForMs { get; set; } = 1_000;

    /// <summary>The most terminal records in memory, and the most merchant records. 1,000 to 100,000,000.</summary>
    [Range(1_000, 100_000_000)]
    public int MaxMemoryRecords { get; set; } = 1_000_000;

    /// <summary>The most loads from the system of record at one time. 1 to 1,000.</summary>
    [Range(1, 1_000)]
    public int MaxConcurrentLoads { get; set; } = 64;

    /// <summary>The time limit of one load from the system of record, milliseconds, waiting for a free place included. 10 to 60,000.</summary>
    [Range(10, 60_000)]
    public int LoadLimitMs { get; set; } = 2_000;
}
