using Microsoft.Data.Sqlite;

namespace VerifyGateway.Storage.Sqlite;

/// <summary>Inserts for many rows; each leaves a row alone that is there already.</summary>
internal sealed class BulkStatements : IDisposable
{
    public BulkStatements(SqliteConnection connection)
    {
        // The pages that a batch touches stay in memory (at most 128 MiB), and the log is folded into the file after 64 MiB
        // rather than after each batch.
        _ = SqliteFile.Number(connection, "PRAGMA cache_size = -131072");
        _ = SqliteFile.Number(connection, "PRAGMA wal_autocheckpoint = 16384");
        Identity = new RawStatement(connection, """
            INSERT INTO identity (acquirer_id, identity_id, state, reverify_by, document_valid_to, holder_mask, subject_kind, document_hash, document_hash_key, version)
            VALUES ($1, $2, $3, $4, nullif($5, ''), $6, $7, $8, $9, 1) ON CONFLICT (acquirer_id, identity_id) DO NOTHING
            """);
        Card = new RawStatement(connection, """
            INSERT INTO settlement_card (acquirer_id, fingerprint, fingerprint_key, mask, identity_id)
            VALUES ($1, $2, $3, $4, $5) ON CONFLICT (acquirer_id, fingerprint) DO NOTHING
            """);
        Merchant = new RawStatement(connection, """
            INSERT INTO merchant (acquirer_id, merchant_no, identity_id, state, settlement_card_mask, kind, region, mcc, account_class, card_fingerprint, version, packed, revision)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 1, $11, $12) ON CONFLICT (acquirer_id, merchant_no) DO NOTHING
            """);
        Terminal = new RawStatement(connection, """
            INSERT INTO terminal (acquirer_id, terminal_sn, terminal_no, merchant_no, state, binding_version, packed, revision)
            VALUES ($1, $2, $3, $4, $5, 1, $6, $7) ON CONFLICT (acquirer_id, terminal_sn) DO NOTHING
            """);
        Feed = new RawStatement(connection, "INSERT INTO feed (revision, committed_at_unix_ms, entity, acquirer_id, key, packed) VALUES ($1, $2, $3, $4, $5, $6)");
    }

    public RawStatement Identity { get; }
    public RawStatement Card { get; }
    public RawStatement Merchant { get; }
    public RawStatement Terminal { get; }
    public RawStatement Feed { get; }

    public void Dispose()
    {
        foreach (var statement in new[] { Identity, Card, Merchant, Terminal, Feed })
        {
            statement.Dispose();
        }
    }
}
