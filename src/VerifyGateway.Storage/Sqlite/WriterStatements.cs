using Microsoft.Data.Sqlite;
using VerifyGateway.Storage.Rows;
using VerifyGateway.Storage.Sql;

namespace VerifyGateway.Storage.Sqlite;

/// <summary>The connection that writes, with its prepared statements; one thread at a time.</summary>
internal sealed class WriterStatements : IDisposable
{
    private readonly List<Statement> _statements = [];
    private bool _expectsMany;
    private readonly Dictionary<DocumentKind, (Statement Insert, Statement Update)> _documents = [];

    public WriterStatements(string path, TimeSpan wait)
    {
        Connection = SqliteFile.OpenWriter(path, wait);
        Loads = new LoadStatements(Connection);
        Begin = Prepare("BEGIN IMMEDIATE");
        Commit = Prepare("COMMIT");
        Rollback = Prepare("ROLLBACK");

        PutAcquirer = Prepare("""
            INSERT INTO acquirer (acquirer_id, name_code, kind) VALUES ($1, $2, $3)
            ON CONFLICT (acquirer_id) DO UPDATE SET name_code = excluded.name_code, kind = excluded.kind
            """);
        InsertIdentity = Prepare($"INSERT INTO identity ({StoredColumns.Identity}) VALUES ({Places(14)})");
        UpdateIdentity = Prepare("""
            UPDATE identity SET state = $3, reverify_by = $4, document_valid_to = $5, holder_mask = $6, subject_kind = $7, document_hash = $8,
                document_hash_key = $9, phone_hash = $10, phone_hash_key = $11, verified_at = $12, detail = $13, version = $14
            WHERE acquirer_id = $1 AND identity_id = $2
            """);
        PutCard = Prepare($"""
            INSERT INTO settlement_card ({StoredColumns.Card}) VALUES ({Places(5)})
            ON CONFLICT (acquirer_id, fingerprint) DO UPDATE SET fingerprint_key = excluded.fingerprint_key, mask = excluded.mask, identity_id = excluded.identity_id
            """);
        InsertMerchant = Prepare($"""
            INSERT INTO merchant (acquirer_id, merchant_no, identity_id, state, settlement_card_mask, kind, region, mcc, account_class, card_fingerprint,
                card_differs, opened_on, last_active_on, ended_on, version, packed, revision, changed_at_unix_ms)
            VALUES ({Places(18)})
            """);
        UpdateMerchant = Prepare("""
            UPDATE merchant SET identity_id = $3, state = $4, settlement_card_mask = $5, kind = $6, region = $7, mcc = $8, account_class = $9,
                card_fingerprint = $10, card_differs = $11, opened_on = $12, last_active_on = $13, ended_on = $14, version = $15, packed = $16,
                revision = $17, changed_at_unix_ms = $18
            WHERE acquirer_id = $1 AND merchant_no = $2
            """);
        InsertTerminal = Prepare($"INSERT INTO terminal ({StoredColumns.Terminal}) VALUES ({Places(15)})");
        UpdateTerminal = Prepare("""
            UPDATE terminal SET terminal_no = $3, merchant_no = $4, state = $5, location_kind = $6, latitude = $7, longitude = $8, radius_m = $9,
                location_region = $10, ended_on = $11, binding_version = $12, packed = $13, revision = $14, changed_at_unix_ms = $15
            WHERE acquirer_id = $1 AND terminal_sn = $2
            """);
        // The numbers of a live terminal that is about to have others are free from here on, whichever row takes them first.
        ParkTerminal = Prepare("""
            UPDATE terminal SET state = 10
            WHERE acquirer_id = $1 AND terminal_sn = $2 AND state NOT IN (3, 9, 10) AND (merchant_no <> $3 OR terminal_no <> $4)
            """);
        PutHold = Prepare($"""
            INSERT INTO hold ({StoredColumns.Hold}) VALUES ({Places(21)})
            ON CONFLICT (acquirer_id, hold_id) DO UPDATE SET effective_at = excluded.effective_at, until = excluded.until,
                refunds_pass = excluded.refunds_pass, authority = excluded.authority, document_no = excluded.document_no, organ = excluded.organ,
                reason = excluded.reason, placed_by = excluded.placed_by, placed_at = excluded.placed_at, lifted_by = excluded.lifted_by,
                lifted_at = excluded.lifted_at, lift_document_no = excluded.lift_document_no, renewals = excluded.renewals, version = excluded.version
            """);
        InsertRequest = Prepare($"INSERT INTO request ({StoredColumns.Request}) VALUES ({Places(7)})");
        PutImport = Prepare("INSERT OR REPLACE INTO import_progress (source, last_line, records, bad_lines) VALUES ($1, $2, $3, $4)");
        RemoveImports = Prepare("DELETE FROM import_progress");
        InsertHistory = Prepare($"""
            INSERT INTO record_history (entity, acquirer_id, key, from_revision, until_revision, from_unix_ms, until_unix_ms, packed,
                identity_id, holder_mask, card_mask, card_fingerprint, merchant_no, terminal_no)
            VALUES ({Places(14)})
            """);
        InsertFeed = Prepare($"INSERT INTO feed ({RecordRows.Feed}) VALUES ({Places(RecordRows.FeedColumns)})");
        InsertAudit = Prepare($"INSERT INTO audit ({StoredColumns.Audit}) VALUES ({Places(11)})");
        MoveHead = Prepare("UPDATE feed_head SET head = $3, head_at_unix_ms = $4, audit_seq = $5, audit_hash = $6 WHERE head = $1 AND audit_seq = $2");
    }

    public SqliteConnection Connection { get; }

    /// <summary>Those that look rows up.</summary>
    public LoadStatements Loads { get; }

    public Statement Begin { get; }
    public Statement Commit { get; }
    public Statement Rollback { get; }
    public Statement PutAcquirer { get; }
    public Statement InsertIdentity { get; }
    public Statement UpdateIdentity { get; }
    public Statement PutCard { get; }
    public Statement InsertMerchant { get; }
    public Statement UpdateMerchant { get; }
    public Statement InsertTerminal { get; }
    public Statement UpdateTerminal { get; }
    public Statement ParkTerminal { get; }
    public Statement PutHold { get; }
    public Statement InsertRequest { get; }
    public Statement PutImport { get; }
    public Statement RemoveImports { get; }
    public Statement InsertHistory { get; }
    public Statement InsertFeed { get; }
    public Statement InsertAudit { get; }
    public Statement MoveHead { get; }

    /// <summary>
    /// Prepares for many rows: the pages that a portion touches stay in memory (at most 128 MiB), and the log is folded into the file
    /// after 64 MiB rather than after each portion.
    /// </summary>
    public void ExpectMany()
    {
        if (!_expectsMany)
        {
            _ = SqliteFile.Number(Connection, "PRAGMA cache_size = -131072");
            _ = SqliteFile.Number(Connection, "PRAGMA wal_autocheckpoint = 16384");
            _expectsMany = true;
        }
    }

    /// <summary>The statements of a kind of matter; made when they are first needed.</summary>
    public (Statement Insert, Statement Update) Document(DocumentKind kind)
    {
        if (!_documents.TryGetValue(kind, out var statements))
        {
            var table = StoredColumns.TableOf(kind);
            statements = (
                Prepare($"INSERT INTO {table} ({StoredColumns.Document}) VALUES ({Places(9)})"),
                Prepare($"""
                    UPDATE {table} SET subject = $3, state = $4, from_unix_ms = $5, until_unix_ms = $6, content = $7, version = $8, changed_at_unix_ms = $9
                    WHERE acquirer_id = $1 AND id = $2
                    """));
            _documents[kind] = statements;
        }

        return statements;
    }

    public void Dispose()
    {
        Loads.Dispose();
        _statements.ForEach(static statement => statement.Dispose());
        Connection.Dispose();
    }

    private static string Places(int count) => string.Join(", ", Enumerable.Range(1, count).Select(static at => "$" + at.ToString(System.Globalization.CultureInfo.InvariantCulture)));

    private Statement Prepare(string sql)
    {
        var statement = new Statement(Connection, sql);
        _statements.Add(statement);
        return statement;
    }
}
