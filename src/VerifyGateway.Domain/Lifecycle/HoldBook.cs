using System.Collections.Immutable;
using VerifyGateway.Domain.Records;

namespace VerifyGateway.Domain.Lifecycle;

/// <summary>What a hold is at an instant.</summary>
public enum HoldStatus : byte
{
    /// <summary>Placed, but not in force yet.</summary>
    Ahead = 1,
    /// <summary>In force.</summary>
    Standing = 2,
    /// <summary>Ended at its time.</summary>
    Lapsed = 3,
    /// <summary>Lifted by who may.</summary>
    Lifted = 4,
}

/// <summary>A hold that has been placed.</summary>
/// <param name="Id">The hold's name.</param>
/// <param name="Authority">On whose authority it stands; decides its kind and who may lift it (<see cref="HoldRules"/>).</param>
/// <param name="DocumentRef">Number, or keyed hash of the number, of the authority's document; empty when it has none.</param>
/// <param name="Target">What it stands on.</param>
/// <param name="EffectiveAtUnixMs">First instant at which it stands, Unix milliseconds.</param>
/// <param name="UntilUnixMs">First instant at which it no longer stands, Unix milliseconds; 0 when it does not end by itself.</param>
/// <param name="LiftedAtUnixMs">First instant at which it is lifted, Unix milliseconds; 0 when it is not.</param>
/// <param name="RefundsPass">With a risk hold: true when completions, refunds and voids pass.</param>
public sealed record PlacedHold(
    string Id, HoldAuthority Authority, string DocumentRef, HoldTarget Target, long EffectiveAtUnixMs, long UntilUnixMs = 0, long LiftedAtUnixMs = 0, bool RefundsPass = false)
{
    /// <summary>Code of the organ that ordered it; empty when none was named.</summary>
    public string Organ { get; init; } = "";

    /// <summary>The kind under which a check knows it. An authority that is not known counts as risk control, which tells the least.</summary>
    public HoldKind Kind => HoldRules.Of(Authority)?.Kind ?? HoldKind.Risk;

    /// <summary>Who may lift it; <see cref="ActorRole.None"/>, and so nobody, when the authority is not known.</summary>
    public ActorRole LiftedBy => HoldRules.Of(Authority)?.Role ?? ActorRole.None;

    /// <summary>First instant at which it no longer stands, by its end or its lifting, Unix milliseconds; 0 when there is none.</summary>
    public long EndsAtUnixMs => LiftedAtUnixMs == 0 ? UntilUnixMs : UntilUnixMs == 0 ? LiftedAtUnixMs : Math.Min(UntilUnixMs, LiftedAtUnixMs);

    /// <summary>What the hold is at an instant: a question to its times alone, so that no job need have run.</summary>
    public HoldStatus At(long unixMs)
    {
        if (EndsAtUnixMs != 0 && unixMs >= EndsAtUnixMs)
        {
            return EndsAtUnixMs == UntilUnixMs ? HoldStatus.Lapsed : HoldStatus.Lifted;
        }

        return unixMs < EffectiveAtUnixMs ? HoldStatus.Ahead : HoldStatus.Standing;
    }

    /// <summary>
    /// What a hold is at an instant by the times that are kept of it, where its end is also that of its lifting. The end alone decides, as
    /// in a check: nothing is over that a record says to stand.
    /// </summary>
    /// <param name="effectiveAtUnixMs">First instant at which it stands, Unix milliseconds.</param>
    /// <param name="untilUnixMs">First instant at which it no longer stands, by its end or its lifting, Unix milliseconds; 0 for none. Not after the first for one that never stands.</param>
    /// <param name="liftedAtUnixMs">First instant at which it is lifted, Unix milliseconds; 0 when it is not.</param>
    /// <param name="unixMs">The instant.</param>
    public static HoldStatus KeptAt(long effectiveAtUnixMs, long untilUnixMs, long liftedAtUnixMs, long unixMs)
    {
        var isLifted = liftedAtUnixMs > 0 && liftedAtUnixMs <= untilUnixMs;
        var neverStands = isLifted && untilUnixMs <= effectiveAtUnixMs;
        if (untilUnixMs != 0 && unixMs >= (neverStands ? liftedAtUnixMs : untilUnixMs))
        {
            return isLifted ? HoldStatus.Lifted : HoldStatus.Lapsed;
        }

        return unixMs < effectiveAtUnixMs ? HoldStatus.Ahead : HoldStatus.Standing;
    }

    /// <summary>
    /// True when an order of the same authority, organ, document and target asks for nothing that this hold does not do: it begins no later
    /// than the order, ends no sooner and lets no more pass. An order without a document is never known again.
    /// </summary>
    public bool Covers(PlacedHold order) =>
        order.DocumentRef.Length > 0 && string.Equals(DocumentRef, order.DocumentRef, StringComparison.Ordinal)
        && Authority == order.Authority && Target == order.Target && string.Equals(Organ, order.Organ, StringComparison.Ordinal)
        && At(order.EffectiveAtUnixMs) is HoldStatus.Standing
        && (EndsAtUnixMs == 0 || (order.EndsAtUnixMs != 0 && order.EndsAtUnixMs <= EndsAtUnixMs))
        && (!RefundsPass || order.RefundsPass);

    /// <summary>The hold as a record carries it to the check.</summary>
    public Hold ToRecord() => new(Kind, Target, EffectiveAtUnixMs, EndsAtUnixMs, RefundsPass && Kind == HoldKind.Risk);
}

/// <summary>
/// The holds on one subject, in the order in which they were placed. Several may stand at once; an order that is sent twice never places
/// two. Immutable, safe from any thread.
/// </summary>
public sealed class HoldBook
{
    private HoldBook(ImmutableArray<PlacedHold> all) => All = all;

    /// <summary>The book without a hold.</summary>
    public static HoldBook Empty { get; } = new([]);

    /// <summary>Every hold that was ever placed.</summary>
    public ImmutableArray<PlacedHold> All { get; }

    /// <summary>
    /// Adds a hold. Leaves the book as it is when one covers it (<see cref="PlacedHold.Covers"/>): one that has ended, or does less, never
    /// keeps a new one out. Holds without a document are told apart by their ids.
    /// </summary>
    public HoldBook Place(PlacedHold hold) => All.Any(other => IsSame(other, hold)) ? this : new HoldBook(All.Add(hold));

    /// <summary>Marks a hold as lifted; the book as it is when there is none with the id or it has ended before.</summary>
    public HoldBook Lift(string id, long atUnixMs) =>
        Find(id) is { } hold && hold.At(atUnixMs) is HoldStatus.Ahead or HoldStatus.Standing
            ? new HoldBook(All.Replace(hold, hold with { LiftedAtUnixMs = atUnixMs }))
            : this;

    /// <summary>
    /// Gives a hold a later end, and takes back a lift that was to come; the book as it is when there is none with the id, it has ended
    /// before, or the end is no later.
    /// </summary>
    /// <param name="id">The hold's name.</param>
    /// <param name="untilUnixMs">The new end, Unix milliseconds; 0 for none.</param>
    /// <param name="atUnixMs">When it is renewed, Unix milliseconds.</param>
    public HoldBook Renew(string id, long untilUnixMs, long atUnixMs) =>
        Find(id) is { EndsAtUnixMs: not 0 } hold && hold.At(atUnixMs) is HoldStatus.Ahead or HoldStatus.Standing
        && (untilUnixMs == 0 || untilUnixMs > hold.EndsAtUnixMs)
            ? new HoldBook(All.Replace(hold, hold with { UntilUnixMs = untilUnixMs, LiftedAtUnixMs = 0 }))
            : this;

    /// <summary>The hold with the id; null when there is none.</summary>
    public PlacedHold? Find(string id) => All.FirstOrDefault(hold => string.Equals(hold.Id, id, StringComparison.Ordinal));

    /// <summary>The holds that stand at an instant.</summary>
    public ImmutableArray<PlacedHold> StandingAt(long unixMs) => [.. All.Where(hold => hold.At(unixMs) is HoldStatus.Standing)];

    /// <summary>
    /// A judicial hold's place in the queue (轮候) of those that stand on the same target at an instant: 1 for the one in effect, then in
    /// the order of placing; 0 when it is not judicial or does not stand.
    /// </summary>
    public int QueueNo(string id, long unixMs)
    {
        var place = 0;
        foreach (var hold in StandingAt(unixMs).Where(hold => hold.Kind is HoldKind.Judicial && hold.Target == Find(id)?.Target))
        {
            place++;
            if (string.Equals(hold.Id, id, StringComparison.Ordinal))
            {
                return place;
            }
        }

        return 0;
    }

    private static bool IsSame(PlacedHold one, PlacedHold other) =>
        string.Equals(one.Id, other.Id, StringComparison.Ordinal) || one.Covers(other);
}
