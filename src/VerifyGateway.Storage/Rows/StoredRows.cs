using VerifyGateway.Domain.Identifiers;
using VerifyGateway.Domain.Records;

namespace VerifyGateway.Storage.Rows;

/// <summary>Names an identity.</summary>
/// <param name="Acquirer">The acquirer that it belongs to.</param>
/// <param name="Id">The acquirer's id of it.</param>
public readonly record struct IdentityKey(AcquirerId Acquirer, EntityId Id);

/// <summary>Names a settlement card.</summary>
/// <param name="Acquirer">The acquirer that settles to it.</param>
/// <param name="Fingerprint">Keyed hash of its number.</param>
public readonly record struct CardKey(AcquirerId Acquirer, KeyedHash Fingerprint);

/// <summary>Names a hold.</summary>
/// <param name="Acquirer">The acquirer that it belongs to.</param>
/// <param name="Id">The acquirer's id of it.</param>
public readonly record struct HoldKey(AcquirerId Acquirer, EntityId Id);

/// <summary>Names a write by its caller's id.</summary>
/// <param name="Acquirer">The acquirer whose caller it was.</param>
/// <param name="Id">The caller's id.</param>
public readonly record struct RequestKey(AcquirerId Acquirer, RequestId Id);

/// <summary>The numbers that a message carries for a terminal.</summary>
/// <param name="Merchant">Acquirer and merchant number (DE42).</param>
/// <param name="Terminal">Terminal number (DE41).</param>
public readonly record struct NumbersKey(MerchantKey Merchant, TerminalNo Terminal);

/// <summary>What a hold stands on, whose it is included.</summary>
/// <param name="Acquirer">The acquirer.</param>
/// <param name="On">What the hold stands on.</param>
public readonly record struct HoldTargetKey(AcquirerId Acquirer, HoldSubject On);

/// <summary>An identity in the store.</summary>
/// <param name="Row">The row.</param>
/// <param name="Version">1 at first, one more with each change.</param>
public sealed record StoredIdentity(IdentityRow Row, long Version);

/// <summary>A merchant in the store.</summary>
/// <param name="Row">The row.</param>
/// <param name="Version">1 at first, one more with each change.</param>
/// <param name="Stamp">Its record as checks read it; null for one that has just been put.</param>
public sealed record StoredMerchant(MerchantRow Row, long Version, RecordStamp? Stamp);

/// <summary>A terminal in the store.</summary>
/// <param name="Row">The row.</param>
/// <param name="Version">Version of the binding: 1 at first, one more with each change.</param>
/// <param name="Stamp">Its record as checks read it; null for one that has just been put.</param>
public sealed record StoredTerminal(TerminalRow Row, long Version, RecordStamp? Stamp);

/// <summary>A hold in the store.</summary>
/// <param name="Row">The row.</param>
/// <param name="Version">1 at first, one more with each change.</param>
public sealed record StoredHold(HoldRow Row, long Version);

/// <summary>A matter in the store.</summary>
/// <param name="Row">The row.</param>
/// <param name="Version">1 at first, one more with each change.</param>
/// <param name="ChangedAtUnixMs">When it was last written, Unix milliseconds.</param>
public sealed record StoredDocument(DocumentRow Row, long Version, long ChangedAtUnixMs);

/// <summary>A record as checks read it, and since when it is so.</summary>
/// <param name="Packed">The record in packed form.</param>
/// <param name="Revision">Revision of its last change.</param>
/// <param name="ChangedAtUnixMs">When that was committed, Unix milliseconds.</param>
/// <param name="Facts">What it can be found by.</param>
public sealed record RecordStamp(byte[] Packed, long Revision, long ChangedAtUnixMs, BindingFacts Facts);

/// <summary>What a binding says beyond its records, and what it can be found by.</summary>
/// <param name="Identity">Of a merchant: id of the identity.</param>
/// <param name="HolderMask">Of a merchant: the document's number with its middle hidden.</param>
/// <param name="CardMask">Of a merchant: the settlement card's number with its middle hidden.</param>
/// <param name="Card">Of a merchant: the settlement card, by fingerprint; empty when not known.</param>
/// <param name="MerchantNo">Of a terminal: number of the merchant.</param>
/// <param name="TerminalNo">Of a terminal: its number.</param>
public readonly record struct BindingFacts(string Identity, string HolderMask, string CardMask, KeyedHash Card, string MerchantNo, string TerminalNo)
{
    /// <summary>Those of a merchant of that identity.</summary>
    public static BindingFacts Of(MerchantRow merchant, IdentityRow identity) =>
        new(identity.Id.ToString(), identity.HolderMask.ToString(), merchant.SettlementCardMask.ToString(), merchant.Card, "", "");

    /// <summary>Those of a terminal.</summary>
    public static BindingFacts Of(TerminalRow terminal) => new("", "", "", default, terminal.MerchantNo.ToString(), terminal.TerminalNo.ToString());
}

/// <summary>What a write answered, as it is kept for whoever sends it again.</summary>
/// <param name="BodyHash">SHA-256 of the write's body.</param>
/// <param name="Result">The answer.</param>
/// <param name="Revision">Revision of the write's last change, or the feed's head when it changed nothing.</param>
/// <param name="ChangedRecords">How many records it changed.</param>
/// <param name="KeepUntilUnixMs">First instant at which it may be forgotten, Unix milliseconds; 0 for never.</param>
public sealed record StoredRequest(byte[] BodyHash, byte[] Result, long Revision, int ChangedRecords, long KeepUntilUnixMs);
