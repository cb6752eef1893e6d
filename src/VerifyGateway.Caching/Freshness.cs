using VerifyGateway.Caching.Store;

namespace VerifyGateway.Caching;

/// <summary>
/// Says whether a copy is young enough to answer ALLOW from. Unknown freshness is stale: a copy that claims to have been read
/// in the future comes from a clock that cannot be trusted. A copy that has been here longer than it may be old is stale too,
/// whatever clocks say: setting a clock back does not make it young again. Immutable.
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

    /// <summary>True when the copy may answer ALLOW at that instant.</summary>
    /// <param name="copy">The copy.</param>
    /// <param name="here">How long the copy has been in this process, by a clock that nobody sets.</param>
    /// <param name="nowUnixMs">The instant, Unix milliseconds.</param>
    /// <param name="atLeastRevision">The copy must know the feed up to here; 0 for no wish.</param>
    public bool IsFresh<TRecord>(in RecordCopy<TRecord> copy, TimeSpan here, long nowUnixMs, long atLeastRevision)
        where TRecord : class => here.TotalMilliseconds < LongestAge(copy) + 1.0 && IsFresh(copy, nowUnixMs, atLeastRevision);

    /// <summary>First instant at which the copy is no longer fresh, Unix milliseconds.</summary>
    public long FreshUntil<TRecord>(in RecordCopy<TRecord> copy)
        where TRecord : class => copy.ReadAtUnixMs + LongestAge(copy) + 1;

    private int LongestAge<TRecord>(in RecordCopy<TRecord> copy)
        where TRecord : class => copy.Record is null ? _absentFreshForMs : freshForMs;
}
