namespace Pipelines.Sockets.Unofficial.Arenas;

/// <summary>What an arena does with its memory beyond handing it out.</summary>
[Flags]
public enum ArenaFlags
{
    /// <summary>Nothing is asked for.</summary>
    None = 0,

    /// <summary>Overwrite with zeros at <see cref="Arena{T}.Reset"/> even where no element can hold a reference.</summary>
    ClearAtReset = 1,

    /// <summary>Overwrite with zeros at <see cref="Arena{T}.Dispose"/>.</summary>
    ClearAtDispose = 2,

    /// <summary>A wish for memory outside the managed heap; an arena of one type takes what its allocator gives.</summary>
    PreferUnmanaged = 4,

    /// <summary>A wish for memory that does not move; an arena of one type takes what its allocator gives.</summary>
    PreferPinned = 8,

    /// <summary>Concerns arenas of many types: share blocks between types of one size.</summary>
    BlittableNonPaddedSharing = 16,

    /// <summary>Concerns arenas of many types: share blocks between types of unlike size.</summary>
    BlittablePaddedSharing = 32,
}

/// <summary>How an arena sizes its blocks and how many of them outlive a reset.</summary>
public sealed class ArenaOptions
{
    /// <summary>Options with every value given or left at its default.</summary>
    /// <param name="flags">What to do besides handing out memory.</param>
    /// <param name="blockSizeBytes">The size of a block; 0 lets blocks begin small and grow with use.</param>
    /// <param name="retentionPolicy">
    /// From the number of elements kept so far and the number in the blocks just used to the number to keep; null
    /// keeps what was used last and lets an older, larger size fade.
    /// </param>
    public ArenaOptions(ArenaFlags flags = ArenaFlags.BlittableNonPaddedSharing, int blockSizeBytes = 0,
        Func<long, long, long>? retentionPolicy = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(blockSizeBytes);
        Flags = flags;
        BlockSizeBytes = blockSizeBytes;
        RetentionPolicy = retentionPolicy ?? Fade;
    }

    /// <summary>What to do besides handing out memory.</summary>
    public ArenaFlags Flags { get; }

    /// <summary>The size of a block in bytes, or 0 when the arena chooses.</summary>
    public int BlockSizeBytes { get; }

    /// <summary>How many elements' worth of blocks to keep, from (kept before, just used).</summary>
    public Func<long, long, long> RetentionPolicy { get; }

    internal bool Has(ArenaFlags flag) => (Flags & flag) != 0;

    // A tenth a reset: a block for a million elements is gone after about a hundred small replies.
    private static long Fade(long kept, long used) => Math.Max(used, kept - (kept / 10) - 1);
}
