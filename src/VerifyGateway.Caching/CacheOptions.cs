using System.ComponentModel.DataAnnotations;

namespace VerifyGateway.Caching;

/// <summary>Settings of the copies in memory and in Redis. Who turns them: an operator who knows the fleet's size and how far the database is.</summary>
public sealed class CacheOptions
{
    /// <summary>
    /// The bound on staleness, milliseconds: no check that begins later than this after a change is committed is allowed from before
    /// the change. It is the length of the lease on the feed's head. 100 to 60,000.
    /// </summary>
    [Range(100, 60_000)]
    public int FreshForMs { get; set; } = 2_000;

    /// <summary>How often the change feed is looked at without a signal, milliseconds: at most half of <see cref="FreshForMs"/>. 10 to 10,000.</summary>
    [Range(10, 10_000)]
    public int PollMs { get; set; } = 200;

    /// <summary>The most changes in the recent-change index, each 35 to 65 bytes: copies older than that many changes are read anew. 1,000 to 100,000,000.</summary>
    [Range(1_000, 100_000_000)]
    public int WindowChanges { get; set; } = 1_000_000;

    /// <summary>The most memory that copies of records take, MiB; a terminal or merchant takes at most 80 bytes. 1 to 1,000,000.</summary>
    [Range(1, 1_000_000)]
    public int MemoryMiB { get; set; } = 512;

    /// <summary>The most loads from the system of record at one time. 1 to 1,000.</summary>
    [Range(1, 1_000)]
    public int MaxConcurrentLoads { get; set; } = 64;

    /// <summary>The time limit of one load from the system of record, milliseconds, waiting for a free place included. 10 to 60,000.</summary>
    [Range(10, 60_000)]
    public int LoadLimitMs { get; set; } = 2_000;
}
