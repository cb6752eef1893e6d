using VerifyGateway.Caching.Store;

namespace VerifyGateway.Caching;

/// <summary>
/// Says whether a copy is young enough to answer ALLOW from. Unknown freshness is stale: a copy that claims to have been read
/// in the future comes from a clock that cannot be trusted. Immutable.
/// </summary>
/// <param name="freshForMs">The longest age of a record's copy, milliseconds.</param>
/// <param name="absentFreshForMs">The longest age of an absence, milliseconds.</param>
public sealed class Freshness(int freshForMs, int absentFreshForMs)
{
    private readonly int _absentFreshForMs = Math.Min(absentFreshForMs, freshForMs);

    /// <summary>True when the copy may answer ALLOW at that instant.</summary>
    /// <param name="copy">The copy.</param>
    /// <param name="nowUnixMs">The instant, Unix milliseconds.</param>
    /// <param name="atLeastRevision">The copy must know the feed up to here; 0 for no wish.</param>
    public bool IsFresh<TRecord>(in RecordCopy<TRecord> copy, long nowUnixMs, long atLeastRevision)
        where TRecord : class
    {
        var age = nowUnixMs - copy.ReadAtUnixMs;
        return age >= 0 && age <= LongestAge(copy) && copy.Head >= atLeastRevision;
    }

    /// <summary>First instant at which the copy is no longer fresh, Unix milliseconds.</summary>
    public long FreshUntil<TRecord>(in RecordCopy<TRecord> copy)
        where TRecord : class => copy.ReadAtUnixMs + LongestAge(copy) + 1;

    private int LongestAge<TRecord>(in RecordCopy<TRecord> copy)
        where TRecord : class => copy.Record is null ? _absentFreshForMs : freshForMs;
}
