using VerifyGateway.Caching.Store;
using System.Runtime.InteropServices;
using VerifyGateway.Storage.Rows;
using VerifyGateway.Storage.Sql;
using VerifyGateway.Storage.Writing;

namespace VerifyGateway.Storage.Postgres;

/// <summary>All tables as they are written. Where a row may lack something, the schema says which column is NULL and which empty or 0.</summary>
internal static class PostgresTables
{
    public static readonly PostgresTable<AcquirerRow> Acquirers = new("acquirer", ["acquirer_id"], new PostgresColumns<AcquirerRow>()
        .Text("acquirer_id", static row => row.Id.ToString())
        .Text("name_code", static row => row.NameCode.ToString())
        .Small("kind", static row => (short)row.Kind));

    public static readonly PostgresTable<StoredIdentity> Identities = new("identity", ["acquirer_id", "identity_id"], new PostgresColumns<StoredIdentity>()
        .Text("acquirer_id", static row => row.Row.Acquirer.ToString())
        .Text("identity_id", static row => row.Row.Id.ToString())
        .Small("state", static row => (short)row.Row.State)
        .Big("reverify_by", static row => row.Row.ReverifyByUnixMs)
        .Day("document_valid_to", static row => row.Row.DocumentValidTo)
        .Text("holder_mask", static row => row.Row.HolderMask.ToString())
        .Small("subject_kind", static row => (short)(row.Row.Subject ?? 0))
        .Bytes("document_hash", static row => row.Row.DocumentHash.ToBytes())
        .Text("document_hash_key", static row => row.Row.DocumentHashKey.ToString())
        .Bytes("phone_hash", static row => row.Row.PhoneHash.ToBytes())
        .Text("phone_hash_key", static row => row.Row.PhoneHashKey.ToString())
        .Big("verified_at", static row => row.Row.VerifiedAtUnixMs)
        .Small("detail", static row => (short)(row.Row.Detail ?? 0))
        .Big("version", static row => row.Version));

    public static readonly PostgresTable<CardRow> Cards = new("settlement_card", ["acquirer_id", "fingerprint"], new PostgresColumns<CardRow>()
        .Text("acquirer_id", static row => row.Acquirer.ToString())
        .Bytes("fingerprint", static row => row.Fingerprint.ToBytes())
        .Text("fingerprint_key", static row => row.FingerprintKey.ToString())
        .Text("mask", static row => row.Mask.ToString())
        .Text("identity_id", static row => row.Identity.ToString()));

    public static readonly PostgresTable<StoredMerchant> Merchants = new("merchant", ["acquirer_id", "merchant_no"], new PostgresColumns<StoredMerchant>()
        .Text("acquirer_id", static row => row.Row.Key.Acquirer.ToString())
        .Text("merchant_no", static row => row.Row.Key.No.ToString())
        .Text("identity_id", static row => row.Row.Identity.ToString())
        .Small("state", static row => (short)row.Row.State)
        .Text("settlement_card_mask", static row => row.Row.SettlementCardMask.ToString())
        .Small("kind", static row => (short)(row.Row.Kind ?? 0))
        .Text("region", static row => row.Row.Region.ToString())
        .Text("mcc", static row => row.Row.Category.ToString())
        .Small("account_class", static row => (short)(row.Row.AccountClass ?? 0))
        .Bytes("card_fingerprint", static row => row.Row.Card.ToBytes())
        .Flag("card_differs", static row => row.Row.CardDiffers)
        .Day("opened_on", static row => row.Row.OpenedOn)
        .Day("last_active_on", static row => row.Row.LastActiveOn)
        .Day("ended_on", static row => row.Row.EndedOn)
        .Big("version", static row => row.Version)
        .Bytes("packed", static row => row.Stamp!.Packed)
        .Big("revision", static row => row.Stamp!.Revision)
        .Big("changed_at_unix_ms", static row => row.Stamp!.ChangedAtUnixMs));

    public static readonly PostgresTable<StoredTerminal> Terminals = new("terminal", ["acquirer_id", "terminal_sn"], new PostgresColumns<StoredTerminal>()
        .Text("acquirer_id", static row => row.Row.Key.Acquirer.ToString())
        .Text("terminal_sn", static row => row.Row.Key.Sn.ToString())
        .Text("terminal_no", static row => row.Row.TerminalNo.ToString())
        .Text("merchant_no", static row => row.Row.MerchantNo.ToString())
        .Small("state", static row => (short)row.Row.State)
        .Small("location_kind", static row => (short)row.Row.Location.Kind)
        .Whole("latitude", static row => row.Row.Location.LatitudeMicrodegrees)
        .Whole("longitude", static row => row.Row.Location.LongitudeMicrodegrees)
        .Whole("radius_m", static row => row.Row.Location.RadiusMetres)
        .Text("location_region", static row => row.Row.Location.Region.ToString())
        .Day("ended_on", static row => row.Row.EndedOn)
        .Big("binding_version", static row => row.Version)
        .Bytes("packed", static row => row.Stamp!.Packed)
        .Big("revision", static row => row.Stamp!.Revision)
        .Big("changed_at_unix_ms", static row => row.Stamp!.ChangedAtUnixMs));

    public static readonly PostgresTable<StoredHold> Holds = new("hold", ["acquirer_id", "hold_id"], new PostgresColumns<StoredHold>()
        .Text("acquirer_id", static row => row.Row.Acquirer.ToString())
        .Text("hold_id", static row => row.Row.Id.ToString())
        .Small("kind", static row => (short)row.Row.Kind)
        .Text("identity_id", static row => row.Row.On.IdentityId?.ToString())
        .Text("merchant_no", static row => row.Row.On.MerchantNo?.ToString())
        .Text("terminal_sn", static row => row.Row.On.TerminalSn?.ToString())
        .Bytes("card_fingerprint", static row => row.Row.On.CardFingerprint?.ToBytes())
        .Big("effective_at", static row => row.Row.EffectiveAtUnixMs)
        .Big("until", static row => row.Row.UntilUnixMs)
        .Flag("refunds_pass", static row => row.Row.RefundsPass)
        .Small("authority", static row => (short)(row.Row.Authority ?? 0))
        .Text("document_no", static row => row.Row.DocumentNo)
        .Text("organ", static row => row.Row.Organ)
        .Text("reason", static row => row.Row.Reason)
        .Text("placed_by", static row => row.Row.PlacedBy)
        .Big("placed_at", static row => row.Row.PlacedAtUnixMs)
        .Text("lifted_by", static row => row.Row.LiftedBy)
        .Big("lifted_at", static row => row.Row.LiftedAtUnixMs)
        .Text("lift_document_no", static row => row.Row.LiftDocumentNo)
        .Whole("renewals", static row => row.Row.Renewals)
        .Big("version", static row => row.Version));

    public static readonly PostgresTable<(RequestKey Key, StoredRequest Row)> Requests =
        new("request", ["acquirer_id", "request_id"], new PostgresColumns<(RequestKey Key, StoredRequest Row)>()
            .Text("acquirer_id", static row => row.Key.Acquirer.ToString())
            .Text("request_id", static row => row.Key.Id.ToString())
            .Bytes("body_hash", static row => row.Row.BodyHash)
            .Bytes("result", static row => row.Row.Result)
            .Big("revision", static row => row.Row.Revision)
            .Whole("changed_records", static row => row.Row.ChangedRecords)
            .Big("keep_until_unix_ms", static row => row.Row.KeepUntilUnixMs));

    public static readonly PostgresTable<ClosedVersion> History = new("record_history", ["entity", "acquirer_id", "key", "until_revision"], new PostgresColumns<ClosedVersion>()
        .Small("entity", static row => (short)row.Entity)
        .Text("acquirer_id", static row => row.Acquirer)
        .Text("key", static row => row.Key)
        .Big("from_revision", static row => row.Stamp.Revision)
        .Big("until_revision", static row => row.UntilRevision)
        .Big("from_unix_ms", static row => row.Stamp.ChangedAtUnixMs)
        .Big("until_unix_ms", static row => row.UntilUnixMs)
        .Bytes("packed", static row => row.Stamp.Packed)
        .Text("identity_id", static row => row.Stamp.Facts.Identity)
        .Text("holder_mask", static row => row.Stamp.Facts.HolderMask)
        .Text("card_mask", static row => row.Stamp.Facts.CardMask)
        .Bytes("card_fingerprint", static row => row.Stamp.Facts.Card.ToBytes())
        .Text("merchant_no", static row => row.Stamp.Facts.MerchantNo)
        .Text("terminal_no", static row => row.Stamp.Facts.TerminalNo));

    public static readonly PostgresTable<FeedEntry> Feed = new("feed", ["revision"], new PostgresColumns<FeedEntry>()
        .Big("revision", static row => row.Revision)
        .Big("committed_at_unix_ms", static row => row.CommittedAtUnixMs)
        .Small("entity", static row => (short)row.Entity)
        .Text("acquirer_id", static row => row.Acquirer.ToString())
        .Text("key", static row => row.Key)
        .Bytes("packed", static row => BytesOf(row.Packed))
        .Flag("ends_write", static row => row.EndsWrite)
        .Text("holder_mask", static row => row.HolderMask)
        .Text("card_mask", static row => row.SettlementCardMask)
        .Text("left_merchant_no", static row => row.LeftMerchantNo));

    public static readonly PostgresTable<AuditLine> Audit = new("audit", ["seq"], new PostgresColumns<AuditLine>()
        .Big("seq", static row => row.Seq)
        .Big("at_unix_ms", static row => row.AtUnixMs)
        .Text("actor", static row => row.Actor)
        .Text("action", static row => row.Action)
        .Text("acquirer_id", static row => row.Acquirer)
        .Text("request_id", static row => row.Request)
        .Text("changes", static row => row.Changes)
        .Bytes("changes_hash", static row => row.ChangesHash)
        .Big("first_revision", static row => row.FirstRevision)
        .Big("last_revision", static row => row.LastRevision)
        .Bytes("hash", static row => row.Hash));

    private static readonly Dictionary<DocumentKind, PostgresTable<StoredDocument>> ByKind = Enum.GetValues<DocumentKind>().ToDictionary(
        static kind => kind,
        static kind => new PostgresTable<StoredDocument>(StoredColumns.TableOf(kind), ["acquirer_id", "id"], new PostgresColumns<StoredDocument>()
            .Text("acquirer_id", static row => row.Row.Key.Acquirer.ToString())
            .Text("id", static row => row.Row.Key.Id.ToString())
            .Text("subject", static row => row.Row.Subject)
            .Small("state", static row => row.Row.State)
            .Big("from_unix_ms", static row => row.Row.FromUnixMs)
            .Big("until_unix_ms", static row => row.Row.UntilUnixMs)
            .Text("content", static row => row.Row.Content)
            .Big("version", static row => row.Version)
            .Big("changed_at_unix_ms", static row => row.ChangedAtUnixMs)));

    /// <summary>The table of a kind of matter.</summary>
    public static PostgresTable<StoredDocument> Documents(DocumentKind kind) => ByKind[kind];

    private static byte[] BytesOf(ReadOnlyMemory<byte> packed) =>
        MemoryMarshal.TryGetArray(packed, out var whole) && whole.Offset == 0 && whole.Count == whole.Array!.Length ? whole.Array : packed.ToArray();
}
