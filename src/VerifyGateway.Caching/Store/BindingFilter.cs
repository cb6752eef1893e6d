using VerifyGateway.Domain.Identifiers;
using VerifyGateway.Domain.Records;

namespace VerifyGateway.Caching.Store;

/// <summary>Which bindings of an acquirer a list holds: those that fit all that is said.</summary>
/// <param name="Acquirer">The acquirer.</param>
public sealed record BindingFilter(AcquirerId Acquirer)
{
    /// <summary>Of this merchant; null for any.</summary>
    public MerchantNo? Merchant { get; init; }

    /// <summary>Of the identity that the acquirer calls by this id; null for any.</summary>
    public string? Identity { get; init; }

    /// <summary>Of identities with a document of this keyed hash (32 bytes, 64 lower-case hexadecimal digits); null for any.</summary>
    public string? DocumentHash { get; init; }

    /// <summary>Of identities with a telephone number of this keyed hash; null for any. For callers who may know of shared numbers.</summary>
    public string? PhoneHash { get; init; }

    /// <summary>Of merchants that are paid to the card of this keyed hash; null for any.</summary>
    public string? Card { get; init; }

    /// <summary>In this state; null for any.</summary>
    public TerminalState? State { get; init; }
}

/// <summary>A stretch of a list.</summary>
/// <param name="Bindings">Bindings in the order of serial numbers.</param>
/// <param name="NextPageToken">Asks for the next stretch; empty when there is none.</param>
/// <param name="Head">Head of the change feed in the stretch's snapshot.</param>
public sealed record BindingPage(IReadOnlyList<BindingView> Bindings, string NextPageToken, long Head);

/// <summary>A point in the past: either a revision or an instant. The default value is neither, and no store takes it.</summary>
public readonly record struct AsOf
{
    private AsOf(long? revision, long? unixMs) => (Revision, UnixMs) = (revision, unixMs);

    /// <summary>Right after this revision; null when an instant is meant.</summary>
    public long? Revision { get; }

    /// <summary>At the end of this millisecond; null when a revision is meant.</summary>
    public long? UnixMs { get; }

    /// <summary>False for the default value, which names no point.</summary>
    public bool IsPoint => Revision is not null || UnixMs is not null;

    /// <summary>Right after a revision, 0 or more.</summary>
    public static AsOf AtRevision(long revision) => new(revision, null);

    /// <summary>At the end of a millisecond since 1970 in UTC.</summary>
    public static AsOf AtInstant(long unixMs) => new(null, unixMs);
}

/// <summary>A page token is not one that this list can go on from. The message tells the caller why and what to do.</summary>
public sealed class PageTokenException : Exception
{
    /// <summary>Says what is wrong with it.</summary>
    public PageTokenException(string message)
        : base(message)
    {
    }
}

/// <summary>What was asked for lies before the oldest that is kept, or after the newest that there is. The message tells the caller which.</summary>
public sealed class OutOfRetentionException : Exception
{
    private OutOfRetentionException(string message, bool isFuture, long? bound)
        : base(message) => (IsFuture, Bound) = (isFuture, bound);

    /// <summary>True when it does not exist yet; otherwise it is gone.</summary>
    public bool IsFuture { get; }

    /// <summary>The revision up to which things are gone, or the newest that there is; null where the limit is no revision.</summary>
    public long? Bound { get; }

    /// <summary>It is no longer kept.</summary>
    public static OutOfRetentionException Gone(string message, long? floor = null) => new(message, isFuture: false, floor);

    /// <summary>It does not exist yet.</summary>
    public static OutOfRetentionException Future(string message, long? head = null) => new(message, isFuture: true, head);
}
