using System.Collections.Immutable;
using VerifyGateway.Domain.Identifiers;
using VerifyGateway.Domain.Reasons;

namespace VerifyGateway.Domain.Records;

/// <summary>What a check needs to know of a merchant and of its holder. Immutable; holds no personal data.</summary>
/// <param name="Key">The record's name.</param>
/// <param name="State">Where the merchant stands in its life.</param>
/// <param name="Identity">Where the holder's real-name verification stands.</param>
/// <param name="ReverifyByUnixMs">With <see cref="IdentityState.ReverifyDue"/>: first instant at which a check is declined, Unix milliseconds.</param>
/// <param name="DocumentValidTo">Last day, in China's zone, on which the identity document is valid; null when it is valid for life (长期).</param>
/// <param name="Holds">Holds on merchant, identity and settlement card, ended and future ones included.</param>
public readonly record struct MerchantRecord(
    MerchantKey Key, MerchantState State, IdentityState Identity, long ReverifyByUnixMs, DateOnly? DocumentValidTo, ImmutableArray<Hold> Holds)
{
    /// <summary>What kind of business it is; null when not known.</summary>
    public MerchantKind? Kind { get; init; }

    /// <summary>Where it is.</summary>
    public RegionCode Region { get; init; }

    /// <summary>What it sells (MCC).</summary>
    public CategoryCode Category { get; init; }

    /// <summary>Class of its payment account; null when it has none or it is not known.</summary>
    public AccountClass? AccountClass { get; init; }

    /// <summary>
    /// What the verification case found, when the identity is not verified or not any more, or how far a deregistration is; null when nothing
    /// is known in finer grain. May be a number that a newer gateway has written and this one does not know.
    /// </summary>
    public ReasonDetail? Detail { get; init; }

    /// <summary>True when the settlement card is known not to belong to the verified subject.</summary>
    public bool SettlementCardDiffers { get; init; }

    /// <summary>When the identity was last verified, Unix milliseconds; 0 when not known.</summary>
    public long VerifiedAtUnixMs { get; init; }

    /// <summary>Day, in China's zone, on which the merchant was opened; null when not known.</summary>
    public DateOnly? OpenedOn { get; init; }

    /// <summary>Day, in China's zone, of its last transaction; null when there was none or it is not known.</summary>
    public DateOnly? LastActiveOn { get; init; }

    /// <summary>Last day, in China's zone, on which a merchant that is deregistered was in business; null when not known or still in business.</summary>
    public DateOnly? EndedOn { get; init; }

    /// <inheritdoc />
    public bool Equals(MerchantRecord other) =>
        Key == other.Key && State == other.State && Identity == other.Identity
        && ReverifyByUnixMs == other.ReverifyByUnixMs && DocumentValidTo == other.DocumentValidTo
        && Kind == other.Kind && Region == other.Region && Category == other.Category && AccountClass == other.AccountClass
        && Detail == other.Detail && SettlementCardDiffers == other.SettlementCardDiffers && VerifiedAtUnixMs == other.VerifiedAtUnixMs
        && OpenedOn == other.OpenedOn && LastActiveOn == other.LastActiveOn && EndedOn == other.EndedOn
        && Holds.AsSpan().SequenceEqual(other.Holds.AsSpan());

    /// <inheritdoc />
    public override int GetHashCode() => HashCode.Combine(Key, State, Identity);
}
