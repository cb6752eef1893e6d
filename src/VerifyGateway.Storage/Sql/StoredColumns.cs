using System.Diagnostics.CodeAnalysis;
using VerifyGateway.Caching.Store;
using VerifyGateway.Domain.Identifiers;
using VerifyGateway.Domain.Reasons;
using VerifyGateway.Domain.Records;
using VerifyGateway.Storage.Rows;
using VerifyGateway.Storage.Writing;
using HoldAuthority = VerifyGateway.Domain.Lifecycle.HoldAuthority;

namespace VerifyGateway.Storage.Sql;

/// <summary>The columns of each table, in the order in which queries name them and the functions beside them read them.</summary>
internal static class StoredColumns
{
    public const string Acquirer = "acquirer_id, name_code, kind";

    public const string Identity = """
        acquirer_id, identity_id, state, reverify_by, document_valid_to, holder_mask, subject_kind, document_hash, document_hash_key,
        phone_hash, phone_hash_key, verified_at, detail, version
        """;

    public const string Card = "acquirer_id, fingerprint, fingerprint_key, mask, identity_id";

    /// <summary>Of a merchant m that is joined with its identity i.</summary>
    public const string Merchant = """
        m.acquirer_id, m.merchant_no, m.identity_id, m.state, m.settlement_card_mask, m.kind, m.region, m.mcc, m.account_class, m.card_fingerprint,
        m.card_differs, m.opened_on, m.last_active_on, m.ended_on, m.version, m.packed, m.revision, m.changed_at_unix_ms, i.holder_mask
        """;

    /// <summary>The tables that <see cref="Merchant"/> is read from.</summary>
    public const string FromMerchant = "merchant m JOIN identity i ON i.acquirer_id = m.acquirer_id AND i.identity_id = m.identity_id";

    public const string Terminal = """
        acquirer_id, terminal_sn, terminal_no, merchant_no, state, location_kind, latitude, longitude, radius_m, location_region,
        ended_on, binding_version, packed, revision, changed_at_unix_ms
        """;

    public const string Hold = """
        acquirer_id, hold_id, kind, identity_id, merchant_no, terminal_sn, card_fingerprint, effective_at, until, refunds_pass, authority, document_no, organ,
        reason, placed_by, placed_at, lifted_by, lifted_at, lift_document_no, renewals, version
        """;

    /// <summary>Of any of the tables of <see cref="TableOf"/>.</summary>
    public const string Document = "acquirer_id, id, subject, state, from_unix_ms, until_unix_ms, content, version, changed_at_unix_ms";

    public const string Request = "acquirer_id, request_id, body_hash, result, revision, changed_records, keep_until_unix_ms";

    public const string Audit = "seq, at_unix_ms, actor, action, acquirer_id, request_id, changes, changes_hash, first_revision, last_revision, hash";

    private delegate bool Parser<T>(string text, out T value, [NotNullWhen(false)] out IdentifierRule? broken);

    /// <summary>The table of a kind of matter.</summary>
    public static string TableOf(DocumentKind kind) => kind switch
    {
        DocumentKind.Case => "verification_case",
        DocumentKind.Deregistration => "deregistration",
        DocumentKind.Receipt => "receipt",
        DocumentKind.Policy => "policy",
        DocumentKind.MaintenanceWindow => "maintenance_window",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
    };

    public static AcquirerRow AcquirerOf(ISqlRow row) =>
        new(Parse<AcquirerId>(row, 0, AcquirerId.TryParse), Parse<EntityId>(row, 1, EntityId.TryParse), (AcquirerKind)row.Number(2));

    public static StoredIdentity IdentityOf(ISqlRow row) => new(
        new IdentityRow(
            Parse<AcquirerId>(row, 0, AcquirerId.TryParse), Parse<EntityId>(row, 1, EntityId.TryParse), (IdentityState)row.Number(2), row.Number(3), row.Day(4),
            Parse<Mask>(row, 5, Mask.TryParse))
        {
            Subject = row.Number(6) is > 0 and var subject ? (SubjectKind)subject : null,
            DocumentHash = HashOf(row, 7),
            DocumentHashKey = ParseOrNone<HashKeyId>(row, 8, HashKeyId.TryParse),
            PhoneHash = HashOf(row, 9),
            PhoneHashKey = ParseOrNone<HashKeyId>(row, 10, HashKeyId.TryParse),
            VerifiedAtUnixMs = row.Number(11),
            Detail = row.Number(12) is > 0 and var detail ? (ReasonDetail)detail : null,
        },
        row.Number(13));

    public static CardRow CardOf(ISqlRow row) => new(
        Parse<AcquirerId>(row, 0, AcquirerId.TryParse), HashOf(row, 1), Parse<HashKeyId>(row, 2, HashKeyId.TryParse),
        Parse<Mask>(row, 3, Mask.TryParse), Parse<EntityId>(row, 4, EntityId.TryParse));

    public static StoredMerchant MerchantOf(ISqlRow row)
    {
        var merchant = new MerchantRow(
            new MerchantKey(Parse<AcquirerId>(row, 0, AcquirerId.TryParse), Parse<MerchantNo>(row, 1, MerchantNo.TryParse)),
            Parse<EntityId>(row, 2, EntityId.TryParse), (MerchantState)row.Number(3), Parse<Mask>(row, 4, Mask.TryParse))
        {
            Kind = row.Number(5) is > 0 and var kind ? (MerchantKind)kind : null,
            Region = ParseOrNone<RegionCode>(row, 6, RegionCode.TryParse),
            Category = ParseOrNone<CategoryCode>(row, 7, CategoryCode.TryParse),
            AccountClass = row.Number(8) is > 0 and var accountClass ? (AccountClass)accountClass : null,
            Card = HashOf(row, 9),
            CardDiffers = row.Flag(10),
            OpenedOn = row.Day(11),
            LastActiveOn = row.Day(12),
            EndedOn = row.Day(13),
        };
        var facts = new BindingFacts(merchant.Identity.ToString(), row.Text(18), row.Text(4), merchant.Card, "", "");
        return new StoredMerchant(merchant, row.Number(14), new RecordStamp(row.Bytes(15)!, row.Number(16), row.Number(17), facts));
    }

    public static StoredTerminal TerminalOf(ISqlRow row)
    {
        var terminal = new TerminalRow(TerminalKeyOf(row), Parse<TerminalNo>(row, 2, TerminalNo.TryParse), Parse<MerchantNo>(row, 3, MerchantNo.TryParse), (TerminalState)row.Number(4))
        {
            Location = new LocationRule(
                (LocationRuleKind)row.Number(5), (int)row.Number(6), (int)row.Number(7), (int)row.Number(8), ParseOrNone<RegionCode>(row, 9, RegionCode.TryParse)),
            EndedOn = row.Day(10),
        };
        return new StoredTerminal(terminal, row.Number(11), new RecordStamp(row.Bytes(12)!, row.Number(13), row.Number(14), BindingFacts.Of(terminal)));
    }

    /// <summary>The key in columns 0 and 1.</summary>
    public static TerminalKey TerminalKeyOf(ISqlRow row) =>
        new(Parse<AcquirerId>(row, 0, AcquirerId.TryParse), Parse<TerminalSn>(row, 1, TerminalSn.TryParse));

    /// <param name="row">The row.</param>
    /// <param name="at">The column of the first one.</param>
    public static StoredHold HoldOf(ISqlRow row, int at = 0) => new(
        new HoldRow(
            Parse<AcquirerId>(row, at, AcquirerId.TryParse), Parse<EntityId>(row, at + 1, EntityId.TryParse), (HoldKind)row.Number(at + 2), HoldSubjectOf(row, at + 3),
            row.Number(at + 7), row.Number(at + 8))
        {
            RefundsPass = row.Flag(at + 9),
            Authority = row.Number(at + 10) is > 0 and var authority ? (HoldAuthority)authority : null,
            DocumentNo = row.Text(at + 11),
            Organ = row.Text(at + 12),
            Reason = row.Text(at + 13),
            PlacedBy = row.Text(at + 14),
            PlacedAtUnixMs = row.Number(at + 15),
            LiftedBy = row.Text(at + 16),
            LiftedAtUnixMs = row.Number(at + 17),
            LiftDocumentNo = row.Text(at + 18),
            Renewals = (int)row.Number(at + 19),
        },
        row.Number(at + 20));

    /// <summary>What a hold stands on, in the four columns from <paramref name="at"/> on, of which one is not NULL.</summary>
    public static HoldSubject HoldSubjectOf(ISqlRow row, int at) =>
        !row.IsNull(at) ? HoldSubject.Identity(Parse<EntityId>(row, at, EntityId.TryParse))
        : !row.IsNull(at + 1) ? HoldSubject.Merchant(Parse<MerchantNo>(row, at + 1, MerchantNo.TryParse))
        : !row.IsNull(at + 2) ? HoldSubject.Terminal(Parse<TerminalSn>(row, at + 2, TerminalSn.TryParse))
        : HoldSubject.Card(HashOf(row, at + 3));

    public static StoredDocument DocumentOf(ISqlRow row, DocumentKind kind) => new(
        new DocumentRow(
            new DocumentKey(kind, ParseOrNone<AcquirerId>(row, 0, AcquirerId.TryParse), Parse<EntityId>(row, 1, EntityId.TryParse)),
            row.Text(2), (byte)row.Number(3), row.Number(4), row.Number(5), row.Text(6)),
        row.Number(7), row.Number(8));

    public static (RequestKey Key, StoredRequest Row) RequestOf(ISqlRow row) => (
        new RequestKey(ParseOrNone<AcquirerId>(row, 0, AcquirerId.TryParse), Parse<RequestId>(row, 1, RequestId.TryParse)),
        new StoredRequest(row.Bytes(2)!, row.Bytes(3)!, row.Number(4), (int)row.Number(5), row.Number(6)));

    public static AuditLine AuditOf(ISqlRow row) => new(
        row.Number(0), row.Number(1), row.Text(2), row.Text(3), row.Text(4), row.Text(5), row.Text(6), row.Bytes(7)!, row.Number(8), row.Number(9), row.Bytes(10)!);

    private static KeyedHash HashOf(ISqlRow row, int column) =>
        row.Bytes(column) switch
        {
            null => default,
            { Length: KeyedHash.Size } bytes => KeyedHash.Of(bytes),
            _ => throw new StoreUnavailableException($"A stored {row.NameOf(column)} is damaged: it has not {KeyedHash.Size} bytes."),
        };

    private static T ParseOrNone<T>(ISqlRow row, int column, Parser<T> parser)
        where T : struct => row.Text(column).Length == 0 ? default : Parse(row, column, parser);

    private static T Parse<T>(ISqlRow row, int column, Parser<T> parser) =>
        parser(row.Text(column), out var value, out var broken)
            ? value
            : throw new StoreUnavailableException($"A stored {row.NameOf(column)} is damaged: {broken}");
}
