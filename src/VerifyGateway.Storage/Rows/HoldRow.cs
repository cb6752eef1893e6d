using VerifyGateway.Domain.Identifiers;
using VerifyGateway.Domain.Lifecycle;
using VerifyGateway.Domain.Records;

namespace VerifyGateway.Storage.Rows;

/// <summary>One hold as it is to be written.</summary>
/// <param name="Acquirer">The acquirer that the hold belongs to.</param>
/// <param name="Id">The acquirer's id of the hold.</param>
/// <param name="Kind">Who placed it; never changes.</param>
/// <param name="On">What it stands on; never changes and must be in the store.</param>
/// <param name="EffectiveAtUnixMs">First instant at which it stands, Unix milliseconds, 0 or more.</param>
/// <param name="UntilUnixMs">
/// First instant at which it no longer stands, Unix milliseconds, later than the first; 0 when it does not end by itself. The same as
/// the first for one that was lifted before it began, and so never stands.
/// </param>
public sealed record HoldRow(AcquirerId Acquirer, EntityId Id, HoldKind Kind, HoldSubject On, long EffectiveAtUnixMs, long UntilUnixMs)
{
    /// <summary>The longest that a text of a hold may be, characters.</summary>
    public const int MaxText = 512;

    /// <summary>The longest that the name of who acts may be, characters.</summary>
    public const int MaxName = 192;

    /// <summary>True when completions, refunds and voids pass; with <see cref="HoldKind.Risk"/> only.</summary>
    public bool RefundsPass { get; init; }

    /// <summary>On whose authority it stands; of its kind. Null when not known.</summary>
    public HoldAuthority? Authority { get; init; }

    /// <summary>Number of the authority's document, at most 128 printable characters; empty when it has none.</summary>
    public string DocumentNo { get; init; } = "";

    /// <summary>Opaque code of the organ that placed it, at most 64 printable characters; empty when not known.</summary>
    public string Organ { get; init; } = "";

    /// <summary>Why it was placed, for those who may see it: at most <see cref="MaxText"/> printable characters on one line; no personal data.</summary>
    public string Reason { get; init; } = "";

    /// <summary>Who placed it: an opaque name of at most <see cref="MaxName"/> printable characters; empty when not known.</summary>
    public string PlacedBy { get; init; } = "";

    /// <summary>When it was placed, Unix milliseconds, 0 or more; 0 when not known.</summary>
    public long PlacedAtUnixMs { get; init; }

    /// <summary>True when it was to stand from the beginning: no clock but the one that it was placed by decides on that.</summary>
    public bool StandsAtOnce => PlacedAtUnixMs > 0 && EffectiveAtUnixMs <= PlacedAtUnixMs;

    /// <summary>Who lifted it: one or two opaque names of at most <see cref="MaxName"/> printable characters together; empty when nobody did.</summary>
    public string LiftedBy { get; init; } = "";

    /// <summary>First instant at which it is lifted, Unix milliseconds, more than 0; 0 when it is not.</summary>
    public long LiftedAtUnixMs { get; init; }

    /// <summary>Number of the document by which it was lifted, at most 128 printable characters; empty when there was none.</summary>
    public string LiftDocumentNo { get; init; } = "";

    /// <summary>How often its term has been made longer, 0 to 1,000,000.</summary>
    public int Renewals { get; init; }
}

/// <summary>What a hold stands on, by name within the hold's acquirer.</summary>
public readonly record struct HoldSubject
{
    private HoldSubject(HoldTarget target, EntityId? identity, MerchantNo? merchant, TerminalSn? terminal, KeyedHash? card) =>
        (Target, IdentityId, MerchantNo, TerminalSn, CardFingerprint) = (target, identity, merchant, terminal, card);

    /// <summary>Which of the four it is.</summary>
    public HoldTarget Target { get; }

    /// <summary>The identity; null when it is something else.</summary>
    public EntityId? IdentityId { get; }

    /// <summary>The merchant's number; null when it is something else.</summary>
    public MerchantNo? MerchantNo { get; }

    /// <summary>The terminal's serial number; null when it is something else.</summary>
    public TerminalSn? TerminalSn { get; }

    /// <summary>The settlement card, by fingerprint; null when it is something else.</summary>
    public KeyedHash? CardFingerprint { get; }

    /// <summary>Identity id, merchant number, terminal serial number, or the card's fingerprint in hexadecimal digits.</summary>
    public string Key => IdentityId?.ToString() ?? MerchantNo?.ToString() ?? TerminalSn?.ToString() ?? CardFingerprint?.ToString() ?? "";

    /// <summary>A hold on an identity, and so on every merchant of it.</summary>
    public static HoldSubject Identity(EntityId id) => new(HoldTarget.Identity, id, null, null, null);

    /// <summary>A hold on a merchant, and so on every terminal of it.</summary>
    public static HoldSubject Merchant(MerchantNo no) => new(HoldTarget.Merchant, null, no, null, null);

    /// <summary>A hold on a terminal alone.</summary>
    public static HoldSubject Terminal(TerminalSn sn) => new(HoldTarget.Terminal, null, null, sn, null);

    /// <summary>A hold on a settlement card, and so on every merchant that is settled to it.</summary>
    public static HoldSubject Card(KeyedHash fingerprint) => new(HoldTarget.Card, null, null, null, fingerprint);
}
