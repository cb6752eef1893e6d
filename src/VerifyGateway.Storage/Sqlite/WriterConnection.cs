using Microsoft.Data.Sqlite;

namespace VerifyGateway.Storage.Sqlite;

/// <summary>The connection that writes, with its prepared statements; one thread at a time.</summary>
internal sealed class WriterConnection : IDisposable
{
    private readonly List<Statement> _statements = [];
    private BulkStatements? _bulk;

    public WriterConnection(string path, TimeSpan wait)
    {
        Connection = SqliteFile.OpenWriter(path, wait);
        Begin = Prepare("BEGIN IMMEDIATE");
        Commit = Prepare("COMMIT");
        Rollback = Prepare("ROLLBACK");

        // A row that is already as wanted is left alone.
        PutAcquirer = Prepare("""
            INSERT INTO acquirer (acquirer_id, name_code, kind) VALUES ($1, $2, $3)
            ON CONFLICT (acquirer_id) DO UPDATE SET name_code = excluded.name_code, kind = excluded.kind
            WHERE name_code <> excluded.name_code OR kind <> excluded.kind
            """, 3);
        PutCard = Prepare("""
            INSERT INTO settlement_card (acquirer_id, fingerprint, fingerprint_key, mask, identity_id) VALUES ($1, $2, $3, $4, $5)
            ON CONFLICT (acquirer_id, fingerprint) DO UPDATE SET fingerprint_key = excluded.fingerprint_key, mask = excluded.mask, identity_id = excluded.identity_id
            WHERE fingerprint_key <> excluded.fingerprint_key OR mask <> excluded.mask OR identity_id <> excluded.identity_id
            """, 5);

        FindIdentity = Prepare("SELECT state, reverify_by, document_valid_to, holder_mask, subject_kind, document_hash, document_hash_key FROM identity WHERE acquirer_id = $1 AND identity_id = $2", 2);
        InsertIdentity = Prepare("INSERT INTO identity (acquirer_id, identity_id, state, reverify_by, document_valid_to, holder_mask, subject_kind, document_hash, document_hash_key, version) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 1)", 9);
        UpdateIdentity = Prepare("UPDATE identity SET state = $3, reverify_by = $4, document_valid_to = $5, holder_mask = $6, subject_kind = $7, document_hash = $8, document_hash_key = $9, version = version + 1 WHERE acquirer_id = $1 AND identity_id = $2", 9);

        FindMerchant = Prepare("SELECT identity_id, state, settlement_card_mask, kind, region, mcc, account_class, card_fingerprint FROM merchant WHERE acquirer_id = $1 AND merchant_no = $2", 2);
        InsertMerchant = Prepare("INSERT INTO merchant (acquirer_id, merchant_no, identity_id, state, settlement_card_mask, kind, region, mcc, account_class, card_fingerprint, version, packed, revision) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 1, x'', 0)", 10);
        UpdateMerchant = Prepare("UPDATE merchant SET identity_id = $3, state = $4, settlement_card_mask = $5, kind = $6, region = $7, mcc = $8, account_class = $9, card_fingerprint = $10, version = version + 1 WHERE acquirer_id = $1 AND merchant_no = $2", 10);

        FindTerminal = Prepare("SELECT terminal_no, merchant_no, state FROM terminal WHERE acquirer_id = $1 AND terminal_sn = $2", 2);
        InsertTerminal = Prepare("INSERT INTO terminal (acquirer_id, terminal_sn, terminal_no, merchant_no, state, binding_version, packed, revision) VALUES ($1, $2, $3, $4, $5, 1, x'', 0)", 5);
        UpdateTerminal = Prepare("UPDATE terminal SET terminal_no = $3, merchant_no = $4, state = $5, binding_version = binding_version + 1 WHERE acquirer_id = $1 AND terminal_sn = $2", 5);

        FindHold = Prepare("SELECT kind, identity_id, merchant_no, terminal_sn, effective_at, until, refunds_pass FROM hold WHERE acquirer_id = $1 AND hold_id = $2", 2);
        InsertHold = Prepare("INSERT INTO hold (acquirer_id, hold_id, kind, identity_id, merchant_no, terminal_sn, effective_at, until, refunds_pass) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)", 9);
        UpdateHold = Prepare("UPDATE hold SET effective_at = $3, until = $4, refunds_pass = $5 WHERE acquirer_id = $1 AND hold_id = $2", 5);

        MerchantsOf = Prepare("SELECT merchant_no FROM merchant WHERE acquirer_id = $1 AND identity_id = $2", 2);
        ReadMerchant = Prepare("""
            SELECT m.state, i.state, i.reverify_by, i.document_valid_to, m.identity_id, m.packed, m.kind, m.region, m.mcc, m.account_class
            FROM merchant m JOIN identity i ON i.acquirer_id = m.acquirer_id AND i.identity_id = m.identity_id
            WHERE m.acquirer_id = $1 AND m.merchant_no = $2
            """, 2);
        ReadTerminal = Prepare("SELECT terminal_no, merchant_no, state, binding_version, packed FROM terminal WHERE acquirer_id = $1 AND terminal_sn = $2", 2);
        HoldsOnIdentity = Prepare("SELECT kind, effective_at, until, refunds_pass FROM hold WHERE acquirer_id = $1 AND identity_id = $2 ORDER BY effective_at, hold_id", 2);
        HoldsOnMerchant = Prepare("SELECT kind, effective_at, until, refunds_pass FROM hold WHERE acquirer_id = $1 AND merchant_no = $2 ORDER BY effective_at, hold_id", 2);
        HoldsOnTerminal = Prepare("SELECT kind, effective_at, until, refunds_pass FROM hold WHERE acquirer_id = $1 AND terminal_sn = $2 ORDER BY effective_at, hold_id", 2);

        FindImport = Prepare("SELECT last_line, records, bad_lines FROM import_progress WHERE source = $1", 1);
        PutImport = Prepare("INSERT OR REPLACE INTO import_progress (source, last_line, records, bad_lines) VALUES ($1, $2, $3, $4)", 4);
        RemoveImports = Prepare("DELETE FROM import_progress");

        Head = Prepare("SELECT head FROM feed_head");
        MoveHead = Prepare("UPDATE feed_head SET head = $2 WHERE head = $1", 2);
        AppendFeed = Prepare("INSERT INTO feed (revision, committed_at_unix_ms, entity, acquirer_id, key, packed) VALUES ($1, $2, $3, $4, $5, $6)", 6);
        StampMerchant = Prepare("UPDATE merchant SET packed = $3, revision = $4 WHERE acquirer_id = $1 AND merchant_no = $2", 4);
        StampTerminal = Prepare("UPDATE terminal SET packed = $3, revision = $4 WHERE acquirer_id = $1 AND terminal_sn = $2", 4);
    }

    public SqliteConnection Connection { get; }

    /// <summary>False when SQLite has ended the transaction by itself, as it does on some disk errors.</summary>
    public bool IsInTransaction => SQLitePCL.raw.sqlite3_get_autocommit(Connection.Handle) == 0;

    public Statement Begin { get; }
    public Statement Commit { get; }
    public Statement Rollback { get; }

    /// <summary>The statements for many rows; made when they are first needed.</summary>
    public BulkStatements Bulk => _bulk ??= new BulkStatements(Connection);

    public Statement PutAcquirer { get; }
    public Statement PutCard { get; }
    public Statement FindIdentity { get; }
    public Statement InsertIdentity { get; }
    public Statement UpdateIdentity { get; }
    public Statement FindMerchant { get; }
    public Statement InsertMerchant { get; }
    public Statement UpdateMerchant { get; }
    public Statement FindTerminal { get; }
    public Statement InsertTerminal { get; }
    public Statement UpdateTerminal { get; }
    public Statement FindHold { get; }
    public Statement InsertHold { get; }
    public Statement UpdateHold { get; }

    public Statement MerchantsOf { get; }
    public Statement ReadMerchant { get; }
    public Statement ReadTerminal { get; }
    public Statement HoldsOnIdentity { get; }
    public Statement HoldsOnMerchant { get; }
    public Statement HoldsOnTerminal { get; }

    public Statement FindImport { get; }
    public Statement PutImport { get; }
    public Statement RemoveImports { get; }

    public Statement Head { get; }
    public Statement MoveHead { get; }
    public Statement AppendFeed { get; }
    public Statement StampMerchant { get; }
    public Statement StampTerminal { get; }

    public void Dispose()
    {
        _bulk?.Dispose();
        _statements.ForEach(static statement => statement.Dispose());
        Connection.Dispose();
    }

    private Statement Prepare(string sql, int parameters = 0)
    {
        var statement = new Statement(Connection, sql, parameters);
        _statements.Add(statement);
        return statement;
    }
}
