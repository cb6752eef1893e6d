using System.ComponentModel.DataAnnotations;

namespace VerifyGateway.Server.Watching;

/// <summary>Settings of watchers of bindings. Who turns them: an operator with many back ends, or with slow ones.</summary>
public sealed class WatchOptions
{
    /// <summary>The most watchers at one time; further ones are turned away. 1 to 10,000.</summary>
    [Range(1, 10_000)]
    public int MaxWatchers { get; set; } = 500;

    /// <summary>The most messages that wait for one watcher. 1 to 10,000.</summary>
    [Range(1, 10_000)]
    public int BufferedMessages { get; set; } = 256;

    /// <summary>The most bytes that wait for one watcher; a single message may be larger. 1,024 to 67,108,864.</summary>
    [Range(1_024, 67_108_864)]
    public int BufferedBytes { get; set; } = 1_048_576;

    /// <summary>How long a watcher whose messages fill what may wait can read nothing before it is cut off, milliseconds. 100 to 600,000.</summary>
    [Range(100, 600_000)]
    public int SlowReaderAfterMs { get; set; } = 10_000;

    /// <summary>The most recent changes that are kept in memory for all watchers together; who is further behind reads the store. 1,000 to 1,000,000.</summary>
    [Range(1_000, 1_000_000)]
    public int RecentChanges { get; set; } = 16_384;
}
