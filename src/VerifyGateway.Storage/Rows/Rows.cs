using VerifyGateway.Domain.Identifiers;
using VerifyGateway.Domain.Reasons;
using VerifyGateway.Domain.Records;

namespace VerifyGateway.Storage.Rows;

/// <summary>One acquirer as it is to be written.</summary>
/// <param name="Id">The acquirer.</param>
/// <param name="NameCode">A generated label in place of a name.</param>
/// <param name="Kind">What kind of institution it is.</param>
public sealed record AcquirerRow(AcquirerId Id, EntityId NameCode, AcquirerKind Kind);

/// <summary>One settlement card as it is to be written.</summary>
/// <param name="Acquirer">The acquirer that settles to it.</param>
/// <param name="Fingerprint">Keyed hash of the card's number; names the card.</param>
/// <param name="FingerprintKey">The key of that hash.</param>
/// <param name="Mask">The card's number with its middle hidden.</param>
/// <param name="Identity">The identity of the same acquirer whose card it is; must be in the store.</param>
public sealed record CardRow(AcquirerId Acquirer, KeyedHash Fingerprint, HashKeyId FingerprintKey, Mask Mask, EntityId Identity);

/// <summary>One identity as it is to be written. Its version is kept by the store: 1 at first, one more with each change.</summary>
/// <param name="Acquirer">The acquirer that the identity belongs to.</param>
/// <param name="Id">The acquirer's id of the identity; never a document number.</param>
/// <param name="State">Where the real-name verification stands.</param>
/// <param name="ReverifyByUnixMs">First instant at which a check is declined with <see cref="IdentityState.ReverifyDue"/>, Unix milliseconds, then more than 0; else 0 or more.</param>
/// <param name="DocumentValidTo">Last day on which the identity document is valid; null when it is valid for life.</param>
/// <param name="HolderMask">The document's number with its middle hidden.</param>
public sealed record IdentityRow(
    AcquirerId Acquirer, EntityId Id, IdentityState State, long ReverifyByUnixMs, DateOnly? DocumentValidTo, Mask HolderMask)
{
    /// <summary>Whose real name it is; null when not known.</summary>
    public SubjectKind? Subject { get; init; }

    /// <summary>Keyed hash of the document's number.</summary>
    public KeyedHash DocumentHash { get; init; }

    /// <summary>The key of that hash; there exactly when the hash is.</summary>
    public HashKeyId DocumentHashKey { get; init; }

    /// <summary>Keyed hash of the registered mobile number.</summary>
    public KeyedHash PhoneHash { get; init; }

    /// <summary>The key of that hash; there exactly when the hash is.</summary>
    public HashKeyId PhoneHashKey { get; init; }

    /// <summary>When it was last verified, Unix milliseconds, 0 or more; 0 when not known.</summary>
    public long VerifiedAtUnixMs { get; init; }

    /// <summary>What the verification case found, when it is not verified or not any more; null when nothing is known in finer grain.</summary>
    public ReasonDetail? Detail { get; init; }
}

/// <summary>One merchant as it is to be written. Its version is kept by the store: 1 at first, one more with each change.</summary>
/// <param name="Key">Acquirer and merchant number.</param>
/// <param name="Identity">The identity of the same acquirer that the merchant belongs to; must be in the store.</param>
/// <param name="State">Where the merchant stands in its life.</param>
/// <param name="SettlementCardMask">The settlement card's number with its middle hidden.</param>
public sealed record MerchantRow(MerchantKey Key, EntityId Identity, MerchantState State, Mask SettlementCardMask)
{
    /// <summary>What kind of business it is; null when not known.</summary>
    public MerchantKind? Kind { get; init; }

    /// <summary>Where it is.</summary>
    public RegionCode Region { get; init; }

    /// <summary>What it sells.</summary>
    public CategoryCode Category { get; init; }

    /// <summary>Class of its payment account; null when it has none or it is not known.</summary>
    public AccountClass? AccountClass { get; init; }

    /// <summary>Its settlement card, by the fingerprint of a card of the same acquirer that is in the store; empty when not known.</summary>
    public KeyedHash Card { get; init; }

    /// <summary>True when the settlement card is known not to belong to the verified subject.</summary>
    public bool CardDiffers { get; init; }

    /// <summary>Day, in China's zone, on which it was opened; null when not known.</summary>
    public DateOnly? OpenedOn { get; init; }

    /// <summary>Day, in China's zone, of its last transaction; null when there was none or it is not known.</summary>
    public DateOnly? LastActiveOn { get; init; }

    /// <summary>Last day, in China's zone, on which a merchant that is deregistered was in business; null when not known or still in business.</summary>
    public DateOnly? EndedOn { get; init; }
}

/// <summary>One terminal as it is to be written. Its binding version is kept by the store: 1 at first, one more with each change of number, merchant, state or place.</summary>
/// <param name="Key">Acquirer and serial number.</param>
/// <param name="TerminalNo">Terminal number (DE41).</param>
/// <param name="MerchantNo">The merchant of the same acquirer that the terminal is bound to; must be in the store.</param>
/// <param name="State">Where the terminal stands in its life.</param>
public sealed record TerminalRow(TerminalKey Key, TerminalNo TerminalNo, MerchantNo MerchantNo, TerminalState State)
{
    /// <summary>Where it may be used.</summary>
    public LocationRule Location { get; init; }

    /// <summary>Last day, in China's zone, on which a terminal that is retired or replaced was in service; null when not known or still in service.</summary>
    public DateOnly? EndedOn { get; init; }

    /// <summary>True when the device counts as placed: at most one live terminal has a serial number, and one an acquirer's numbers.</summary>
    public bool IsLive => State is not (TerminalState.Rejected or TerminalState.Replaced or TerminalState.Retired);
}
