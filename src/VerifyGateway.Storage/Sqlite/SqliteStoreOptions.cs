namespace VerifyGateway.Storage.Sqlite;

/// <summary>Where the embedded store is and how it is opened.</summary>
public sealed record SqliteStoreOptions
{
    /// <summary>The database file; its folder must exist and, like the file, be writable, for the log is kept beside it.</summary>
    public required string Path { get; init; }

    /// <summary>Makes the file when there is none; otherwise a missing file is refused.</summary>
    public bool CreateIfMissing { get; init; } = true;

    /// <summary>The most reads at a time, 1 to 64; further ones wait for a connection without blocking a thread.</summary>
    public int MaxReaders { get; init; } = Math.Clamp(Environment.ProcessorCount * 2, 2, 16);

    /// <summary>How long a write waits for another process's write, 1 second to 5 minutes.</summary>
    public TimeSpan WriteWait { get; init; } = TimeSpan.FromSeconds(5);
}
