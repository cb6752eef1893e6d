using System.ComponentModel.DataAnnotations;

namespace VerifyGateway.Server;

/// <summary>Limits on what one call may ask for. Who turns them: an operator whose concentrators send larger batches or streams.</summary>
public sealed class LimitOptions
{
    /// <summary>The most checks, or binding keys, in one batch. 1 to 1,000.</summary>
    [Range(1, 1_000)]
    public int MaxBatchItems { get; set; } = 1_000;

    /// <summary>The longest message, bytes. 4,096 to 16,777,216.</summary>
    [Range(4_096, 16_777_216)]
    public int MaxMessageBytes { get; set; } = 1_048_576;

    /// <summary>The most checks of one stream that are answered at the same time; further ones wait, unread. 1 to 1,000.</summary>
    [Range(1, 1_000)]
    public int MaxStreamChecksUnderWay { get; set; } = 64;

    /// <summary>
    /// The most terminals of one stream that are told of their changes: those asked for last. 0 to 100,000; 0 tells of none. Each takes
    /// the memory of its last check, usually below 1 KiB.
    /// </summary>
    [Range(0, 100_000)]
    public int MaxStreamTerminals { get; set; } = 1_000;
}
