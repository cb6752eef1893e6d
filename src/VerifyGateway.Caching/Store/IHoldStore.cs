using System.Collections.Immutable;
using VerifyGateway.Domain.Identifiers;
using VerifyGateway.Domain.Lifecycle;
using VerifyGateway.Domain.Records;

namespace VerifyGateway.Caching.Store;

/// <summary>
/// The holds of the system of record, as back ends place, lift and list them: always the store itself, never a copy. A write is
/// decided where it is committed, by the state machine of holds, so that two that come at once cannot both be right. Safe from many
/// threads.
/// </summary>
public interface IHoldStore
{
    /// <summary>Places a hold, or makes the term of one longer; when this returns, the outcome is durable.</summary>
    /// <exception cref="StoreUnavailableException">It was not done, or it is not known whether it was: then sending it again with its request id tells.</exception>
    ValueTask<HoldChange> PlaceHoldAsync(HoldPlacing asked, CancellationToken cancel);

    /// <summary>Ends a hold, now or at a later instant; when this returns, the outcome is durable.</summary>
    /// <exception cref="StoreUnavailableException">As of <see cref="PlaceHoldAsync"/>.</exception>
    ValueTask<HoldChange> LiftHoldAsync(HoldLifting asked, CancellationToken cancel);

    /// <summary>
    /// Lists holds, a page at a time: first those of the kinds that are told in full, in the order of ids, then what carries a hold
    /// of another kind that stands, each once. A token goes on after the last item of its page, whatever is written in between.
    /// </summary>
    /// <param name="filter">Which holds.</param>
    /// <param name="pageSize">The most items of a page, 1 to 1,000.</param>
    /// <param name="pageToken">Empty for the first page, else the token of the page before.</param>
    /// <param name="cancel">Ends the call.</param>
    /// <exception cref="PageTokenException">The token is not one of this list, or has expired.</exception>
    /// <exception cref="StoreUnavailableException">The store cannot answer now.</exception>
    ValueTask<HoldPage> ListHoldsAsync(HoldFilter filter, int pageSize, string pageToken, CancellationToken cancel);
}

/// <summary>What a hold stands on.</summary>
/// <param name="Target">Which kind of thing it is.</param>
/// <param name="Key">Identity id, merchant number, terminal serial number, or a card's fingerprint as 64 lower-case hexadecimal digits; well formed.</param>
public readonly record struct HoldOn(HoldTarget Target, string Key);

/// <summary>A hold as it is kept.</summary>
/// <param name="Acquirer">The acquirer that it belongs to.</param>
/// <param name="Id">Its id, unique within the acquirer.</param>
/// <param name="Kind">Who placed it.</param>
/// <param name="On">What it stands on.</param>
/// <param name="EffectiveAtUnixMs">First instant at which it stands, Unix milliseconds.</param>
/// <param name="UntilUnixMs">First instant at which it no longer stands, by its end or its lifting, Unix milliseconds; 0 when there is none.</param>
/// <param name="Version">1 at first, one more with each change.</param>
public sealed record HoldView(AcquirerId Acquirer, string Id, HoldKind Kind, HoldOn On, long EffectiveAtUnixMs, long UntilUnixMs, long Version)
{
    /// <summary>True when completions, refunds and voids pass; with <see cref="HoldKind.Risk"/> only.</summary>
    public bool RefundsPass { get; init; }

    /// <summary>On whose authority it stands; null when not known.</summary>
    public HoldAuthority? Authority { get; init; }

    /// <summary>Number of the authority's document; empty when it has none.</summary>
    public string DocumentNo { get; init; } = "";

    /// <summary>Opaque code of the organ that placed it; empty when not known.</summary>
    public string Organ { get; init; } = "";

    /// <summary>Why it was placed, for those who may see it; empty when that was not said.</summary>
    public string Reason { get; init; } = "";

    /// <summary>Who placed it, an opaque name; empty when not known.</summary>
    public string PlacedBy { get; init; } = "";

    /// <summary>When it was placed, Unix milliseconds; 0 when not known.</summary>
    public long PlacedAtUnixMs { get; init; }

    /// <summary>True when it was placed to stand at once: it never is ahead, whatever the clock says.</summary>
    public bool StandsAtOnce => PlacedAtUnixMs > 0 && EffectiveAtUnixMs <= PlacedAtUnixMs;

    /// <summary>Who lifted it, one or two opaque names; empty when nobody did.</summary>
    public string LiftedBy { get; init; } = "";

    /// <summary>First instant at which it is lifted, Unix milliseconds; 0 when it is not.</summary>
    public long LiftedAtUnixMs { get; init; }

    /// <summary>Number of the document by which it was lifted; empty when there was none.</summary>
    public string LiftDocumentNo { get; init; } = "";

    /// <summary>How often its term has been made longer.</summary>
    public int Renewals { get; init; }
}

/// <summary>Who asks for a write of a hold, and by what name.</summary>
/// <param name="Acquirer">Whose hold it is, and within whose names the request id is one.</param>
/// <param name="RequestId">The caller's id of the write, well formed; the same id with the same body is done once.</param>
/// <param name="BodyHash">SHA-256 of the body that came with that id, 32 bytes.</param>
/// <param name="Actor">Who asks, for the audit trail: 1 to 128 printable characters; never a person's name.</param>
/// <param name="Person">Who acts, kept with the hold: an opaque name of 1 to 64 printable characters.</param>
/// <param name="Role">In what capacity; the caller was found to have it.</param>
public sealed record HoldOrigin(AcquirerId Acquirer, string RequestId, ReadOnlyMemory<byte> BodyHash, string Actor, string Person, ActorRole Role);

/// <summary>Asks for a hold. Texts have the lengths of <see cref="HoldView"/>'s and are one line each.</summary>
/// <param name="Origin">Who asks.</param>
/// <param name="Authority">On whose authority it is to stand; decides its kind.</param>
/// <param name="On">What it is to stand on.</param>
public sealed record HoldPlacing(HoldOrigin Origin, HoldAuthority Authority, HoldOn On)
{
    /// <summary>The hold whose term is to be made longer, by id; a lift of it that was to come is taken back. Empty for a new hold.</summary>
    public string Renewed { get; init; } = "";

    /// <summary>The version that the renewed hold must have; not looked at for a new one.</summary>
    public long ExpectedVersion { get; init; }

    /// <summary>First instant at which it stands, Unix milliseconds; 0 for the instant of the commit. Not looked at in a renewal.</summary>
    public long EffectiveAtUnixMs { get; init; }

    /// <summary>First instant at which it no longer stands, Unix milliseconds; 0 for none.</summary>
    public long UntilUnixMs { get; init; }

    /// <summary>With a risk hold: true when completions, refunds and voids pass. Not looked at in a renewal.</summary>
    public bool RefundsPass { get; init; }

    /// <summary>Number of the authority's document, at most 128 characters; empty for none.</summary>
    public string DocumentNo { get; init; } = "";

    /// <summary>Opaque code of the organ that acts, at most 64 characters; empty for none.</summary>
    public string Organ { get; init; } = "";

    /// <summary>Why, at most 512 characters; empty when that is not said, and then a renewal keeps what was said before.</summary>
    public string Reason { get; init; } = "";
}

/// <summary>Asks for the end of a hold.</summary>
/// <param name="Origin">Who asks.</param>
/// <param name="Kind">The hold's kind; a hold of another kind is not found.</param>
/// <param name="HoldId">The hold, by id.</param>
public sealed record HoldLifting(HoldOrigin Origin, HoldKind Kind, string HoldId)
{
    /// <summary>The version that the hold must have; 0 for any.</summary>
    public long ExpectedVersion { get; init; }

    /// <summary>
    /// First instant at which it no longer stands, Unix milliseconds; 0, or an instant that is over, for that of the commit. A hold that is
    /// to be lifted sooner is left as it is.
    /// </summary>
    public long LiftAtUnixMs { get; init; }

    /// <summary>Number of the document by which it is lifted, at most 128 characters; empty for none.</summary>
    public string DocumentNo { get; init; } = "";

    /// <summary>Opaque code of the organ that acts, at most 64 characters; empty for none.</summary>
    public string Organ { get; init; } = "";

    /// <summary>Who agrees, an opaque name of at most 64 characters; empty when nobody did.</summary>
    public string SecondPerson { get; init; } = "";

    /// <summary>True when the holder has passed a stronger check of identity for this.</summary>
    public bool StepUpPassed { get; init; }

    /// <summary>True when the condition of the hold is fulfilled.</summary>
    public bool ConditionFulfilled { get; init; }
}

/// <summary>The outcome of a write of a hold.</summary>
/// <param name="Hold">The hold as it was committed; null when the write was refused.</param>
/// <param name="Revision">Revision of the last record that follows from it, or the feed's head when none did; 0 when refused.</param>
/// <param name="Refusal">Why it was refused; null when it was done.</param>
public sealed record HoldChange(HoldView? Hold, long Revision, HoldRefusal? Refusal)
{
    /// <summary>True when a hold of the same authority, organ, document and target does all that is asked for already, and is the one that is answered, unchanged.</summary>
    public bool StoodAlready { get; init; }

    /// <summary>True when the write had been done before under the same request id.</summary>
    public bool IsRepeat { get; init; }
}

/// <summary>What kind of thing stands against a write of a hold.</summary>
public enum HoldRefusalKind
{
    /// <summary>The request id was used for another body.</summary>
    RequestReused = 1,
    /// <summary>There is no such hold of this kind, or it is on something else.</summary>
    HoldNotFound = 2,
    /// <summary>There is no such identity, merchant, terminal or card.</summary>
    TargetNotFound = 3,
    /// <summary>The hold has another version than was expected.</summary>
    VersionStale = 4,
    /// <summary>The state machine of holds refuses.</summary>
    Guards = 5,
    /// <summary>A record that would carry it carries as many holds as one can.</summary>
    TooMany = 6,
}

/// <summary>Why a write of a hold was refused.</summary>
/// <param name="Kind">What stands against it.</param>
/// <param name="Guards">With <see cref="HoldRefusalKind.Guards"/>: every guard that failed, in the order of the table; else empty.</param>
/// <param name="CurrentVersion">With <see cref="HoldRefusalKind.VersionStale"/>: the version that the hold has; else 0.</param>
public sealed record HoldRefusal(HoldRefusalKind Kind, ImmutableArray<Refusal> Guards, long CurrentVersion = 0)
{
    /// <summary>A refusal that its kind says all about.</summary>
    public HoldRefusal(HoldRefusalKind kind)
        : this(kind, [])
    {
    }
}

/// <summary>Which holds a list tells, by their times.</summary>
public enum HoldScope
{
    /// <summary>Those that stand at the instant of the list.</summary>
    Standing = 1,
    /// <summary>Those that stand and those that are to begin.</summary>
    NotEnded = 2,
    /// <summary>All, ended and lifted ones included.</summary>
    All = 3,
}

/// <summary>Which holds of an acquirer a list tells.</summary>
/// <param name="Acquirer">The acquirer.</param>
/// <param name="Scope">Which, by their times.</param>
/// <param name="InFull">The kinds that are told in full. Of others only what carries one that stands is told, and not how many, which or since when.</param>
public sealed record HoldFilter(AcquirerId Acquirer, HoldScope Scope, ImmutableArray<HoldKind> InFull)
{
    /// <summary>On this alone; null for anything of the acquirer's.</summary>
    public HoldOn? On { get; init; }
}

/// <summary>An item of a list of holds.</summary>
/// <param name="On">What a hold stands on.</param>
/// <param name="Hold">The hold; null for one or more of a kind that is not told.</param>
public sealed record HoldItem(HoldOn On, HoldView? Hold);

/// <summary>A stretch of a list.</summary>
/// <param name="Items">The items in their order.</param>
/// <param name="NextPageToken">Asks for the next stretch; empty when there is none.</param>
/// <param name="Head">Head of the change feed in the stretch's snapshot.</param>
public sealed record HoldPage(IReadOnlyList<HoldItem> Items, string NextPageToken, long Head);
