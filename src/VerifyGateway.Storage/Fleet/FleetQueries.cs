using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Microsoft.Data.Sqlite;
using VerifyGateway.Caching.Store;
using VerifyGateway.Domain.Identifiers;
using VerifyGateway.Domain.Records;
using VerifyGateway.Storage.Rows;

namespace VerifyGateway.Storage.Fleet;

/// <summary>How the rows of a store are read whole, in the order of a fleet file.</summary>
internal static class FleetQueries
{
    private delegate bool Parser<T>(string text, out T value, [NotNullWhen(false)] out IdentifierRule? broken);

    public static IReadOnlyList<(string Sql, Func<SqliteDataReader, object> Read)> All { get; } =
    [
        ("SELECT acquirer_id, name_code, kind FROM acquirer ORDER BY acquirer_id", Acquirer),
        ("""
            SELECT acquirer_id, identity_id, state, reverify_by, document_valid_to, holder_mask, subject_kind, document_hash, document_hash_key
            FROM identity ORDER BY acquirer_id, identity_id
            """, Identity),
        ("SELECT acquirer_id, fingerprint, fingerprint_key, mask, identity_id FROM settlement_card ORDER BY acquirer_id, fingerprint", Card),
        ("""
            SELECT acquirer_id, merchant_no, identity_id, state, settlement_card_mask, kind, region, mcc, account_class, card_fingerprint
            FROM merchant ORDER BY acquirer_id, merchant_no
            """, Merchant),
        ("SELECT acquirer_id, terminal_sn, terminal_no, merchant_no, state FROM terminal ORDER BY acquirer_id, terminal_sn", Terminal),
        ("SELECT acquirer_id, hold_id, kind, identity_id, merchant_no, terminal_sn, effective_at, until, refunds_pass FROM hold ORDER BY acquirer_id, hold_id", Hold),
    ];

    private static AcquirerRow Acquirer(SqliteDataReader row) =>
        new(Parse<AcquirerId>(row, 0, AcquirerId.TryParse), Parse<EntityId>(row, 1, EntityId.TryParse), (AcquirerKind)row.GetByte(2));

    private static IdentityRow Identity(SqliteDataReader row) => new(
        Parse<AcquirerId>(row, 0, AcquirerId.TryParse), Parse<EntityId>(row, 1, EntityId.TryParse), (IdentityState)row.GetByte(2), row.GetInt64(3),
        row.IsDBNull(4) ? null : DateOnly.ParseExact(row.GetString(4), "yyyy-MM-dd", CultureInfo.InvariantCulture),
        Parse<Mask>(row, 5, Mask.TryParse))
    {
        Subject = row.GetByte(6) is > 0 and var subject ? (SubjectKind)subject : null,
        DocumentHash = HashOf(row, 7),
        DocumentHashKey = row.GetString(8).Length == 0 ? default : Parse<HashKeyId>(row, 8, HashKeyId.TryParse),
    };

    private static CardRow Card(SqliteDataReader row) => new(
        Parse<AcquirerId>(row, 0, AcquirerId.TryParse), HashOf(row, 1), Parse<HashKeyId>(row, 2, HashKeyId.TryParse),
        Parse<Mask>(row, 3, Mask.TryParse), Parse<EntityId>(row, 4, EntityId.TryParse));

    private static MerchantRow Merchant(SqliteDataReader row) => new(
        new MerchantKey(Parse<AcquirerId>(row, 0, AcquirerId.TryParse), Parse<MerchantNo>(row, 1, MerchantNo.TryParse)),
        Parse<EntityId>(row, 2, EntityId.TryParse), (MerchantState)row.GetByte(3), Parse<Mask>(row, 4, Mask.TryParse))
    {
        Kind = row.GetByte(5) is > 0 and var kind ? (MerchantKind)kind : null,
        Region = row.GetString(6).Length == 0 ? default : Parse<RegionCode>(row, 6, RegionCode.TryParse),
        Category = row.GetString(7).Length == 0 ? default : Parse<CategoryCode>(row, 7, CategoryCode.TryParse),
        AccountClass = row.GetByte(8) is > 0 and var accountClass ? (AccountClass)accountClass : null,
        Card = HashOf(row, 9),
    };

    private static TerminalRow Terminal(SqliteDataReader row) => new(
        new TerminalKey(Parse<AcquirerId>(row, 0, AcquirerId.TryParse), Parse<TerminalSn>(row, 1, TerminalSn.TryParse)),
        Parse<TerminalNo>(row, 2, TerminalNo.TryParse), Parse<MerchantNo>(row, 3, MerchantNo.TryParse), (TerminalState)row.GetByte(4));

    private static HoldRow Hold(SqliteDataReader row)
    {
        var on = !row.IsDBNull(3) ? HoldSubject.Identity(Parse<EntityId>(row, 3, EntityId.TryParse))
            : !row.IsDBNull(4) ? HoldSubject.Merchant(Parse<MerchantNo>(row, 4, MerchantNo.TryParse))
            : HoldSubject.Terminal(Parse<TerminalSn>(row, 5, TerminalSn.TryParse));
        return new HoldRow(
            Parse<AcquirerId>(row, 0, AcquirerId.TryParse), Parse<EntityId>(row, 1, EntityId.TryParse), (HoldKind)row.GetByte(2), on,
            row.GetInt64(6), row.GetInt64(7)) { RefundsPass = row.GetBoolean(8) };
    }

    private static KeyedHash HashOf(SqliteDataReader row, int column) => row.IsDBNull(column) ? default : KeyedHash.Of(row.GetFieldValue<byte[]>(column));

    private static T Parse<T>(SqliteDataReader row, int column, Parser<T> parser) =>
        parser(row.GetString(column), out var value, out var broken)
            ? value
            : throw new StoreUnavailableException($"A stored {row.GetName(column)} is damaged: {broken}");
}
