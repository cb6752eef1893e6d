using System.Diagnostics.CodeAnalysis;
using VerifyGateway.Caching.Store;

namespace VerifyGateway.Caching;

/// <summary>Where the records of an answer came from; of two, the farther place.</summary>
public enum RecordSource : byte
{
    /// <summary>This process.</summary>
    Memory = 1,
    /// <summary>Redis.</summary>
    Redis = 2,
    /// <summary>The system of record.</summary>
    Store = 3,
}

/// <summary>The records of one check.</summary>
/// <param name="Pair">The copies; only meaningful when <paramref name="IsFound"/>.</param>
/// <param name="Source">Where they came from.</param>
/// <param name="IsFresh">True when they may answer ALLOW; false when only old copies were to be had.</param>
/// <param name="IsFound">False when not even old copies were to be had.</param>
/// <param name="Revision">They are the newest as of this revision of the feed.</param>
/// <param name="AsOfUnixMs">Everything that was committed before is in them, Unix milliseconds; 0 when nothing of the kind is known.</param>
/// <param name="FreshUntilUnixMs">First instant at which they are no longer fresh, Unix milliseconds.</param>
public readonly record struct RecordAnswer(
    RecordPair Pair, RecordSource Source, bool IsFresh, bool IsFound, long Revision, long AsOfUnixMs, long FreshUntilUnixMs)
{
    private readonly RecordPair _pair = Pair;

    /// <summary>The copies; only meaningful when <see cref="IsFound"/>.</summary>
    public RecordPair Pair { get => _pair; init => _pair = value; }

    /// <summary>The copies, without a copy of them all.</summary>
    [UnscopedRef]
    public ref readonly RecordPair PairInPlace => ref _pair;

    /// <summary>Where they came from, and how fresh they are.</summary>
    public RecordFacts Facts => new(Source, IsFresh, Revision, AsOfUnixMs, FreshUntilUnixMs);

    /// <summary>No copies at all.</summary>
    public static RecordAnswer None => default;
}
