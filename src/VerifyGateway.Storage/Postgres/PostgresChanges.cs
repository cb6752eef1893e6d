using Npgsql;
using VerifyGateway.Storage.Rows;
using VerifyGateway.Storage.Writing;
using static VerifyGateway.Storage.Postgres.PostgresCommands;

namespace VerifyGateway.Storage.Postgres;

/// <summary>
/// Writes the changes of a group: one statement a table, all in one round trip, or a COPY for each table that gets many new rows.
/// One use.
/// </summary>
internal sealed class PostgresChanges(NpgsqlConnection connection)
{
    // The numbers of live terminals that are about to have others are free from here on, whichever row takes them first.
    private const string Park = """
        UPDATE terminal t SET state = 10
        FROM unnest($1::text[], $2::text[], $3::text[], $4::text[]) k (a, b, c, d)
        CROSS JOIN LATERAL (
            SELECT ctid AS place FROM terminal
            WHERE acquirer_id = k.a AND terminal_sn = k.b AND state NOT IN (3, 9, 10) AND (merchant_no <> k.c OR terminal_no <> k.d) OFFSET 0) l
        WHERE t.ctid = l.place
        """;

    // Nobody can have moved the head, which is locked; should it have moved all the same, the NULL is refused.
    private const string Head = """
        UPDATE feed_head SET head = CASE WHEN head = $5 AND audit_seq = $6 THEN $1 END, head_at_unix_ms = $2, audit_seq = $3, audit_hash = $4 WHERE id = 1
        """;

    private const string Notify = $"SELECT pg_notify('{PostgresListener.Channel}', $1)";

    private const string Mark = """
        INSERT INTO import_progress (source, last_line, records, bad_lines) VALUES ($1, $2, $3, $4)
        ON CONFLICT (source) DO UPDATE SET last_line = excluded.last_line, records = excluded.records, bad_lines = excluded.bad_lines
        """;

    private NpgsqlBatch _batch = connection.CreateBatch();

    /// <summary>True when the changes are too many for one round trip.</summary>
    public static bool AreMany(ChangeSet changes) =>
        Math.Max(changes.Feed.Count, changes.Identities.Count + changes.Cards.Count + changes.Merchants.Count + changes.Terminals.Count + changes.Holds.Count) >= PostgresTable<object>.CopyFrom;

    /// <summary>Writes them and commits when told so.</summary>
    public async Task WriteAsync(ChangeSet changes, bool commit)
    {
        await using var whole = new Closing(this);
        await PutAsync(PostgresTables.Acquirers, changes.Acquirers);
        await PutAsync(PostgresTables.Identities, changes.Identities);
        await PutAsync(PostgresTables.Cards, changes.Cards);
        await PutAsync(PostgresTables.Merchants, changes.Merchants);
        AddPark(changes.Terminals);
        await PutAsync(PostgresTables.Terminals, changes.Terminals);
        await PutAsync(PostgresTables.Holds, changes.Holds);
        foreach (var ofKind in changes.Documents.GroupBy(static document => document.Row.Row.Key.Kind))
        {
            // A subject has at most one open matter: the one that ends goes first.
            await PutAsync(PostgresTables.Documents(ofKind.Key), [.. ofKind.OrderBy(static document => IsOpen(document.Row.Row))]);
        }

        await AddAsync(PostgresTables.History, changes.History);
        await AddAsync(PostgresTables.Feed, changes.Feed);
        await AddAsync(PostgresTables.Audit, changes.Audit);
        PostgresTables.Requests.Upsert(_batch, changes.Requests);
        AddImport(changes.Import);
        if (changes.After != changes.Before)
        {
            var (before, after) = (changes.Before, changes.After);
            _batch.Add(Head, Number(after.Head), Number(after.HeadAtUnixMs), Number(after.AuditSeq), Bytes(after.AuditHash), Number(before.Head), Number(before.AuditSeq));
            _batch.Add(Notify, Text(after.Head.ToString(System.Globalization.CultureInfo.InvariantCulture)));
        }

        if (commit)
        {
            _batch.Add("COMMIT");
        }

        await FlushAsync();
    }

    private static bool IsOpen(DocumentRow row) => row.Key.Kind switch
    {
        DocumentKind.Case => row.State <= 6,
        DocumentKind.Deregistration => row.State is <= 8 or 13,
        _ => false,
    };

    private async Task PutAsync<TRow>(PostgresTable<TRow> table, IReadOnlyList<(TRow Row, bool IsNew)> rows)
    {
        if (rows.Count > 0)
        {
            // Those that are there already first, so that what they free can be taken by new ones.
            table.Upsert(_batch, [.. rows.Where(static row => !row.IsNew).Select(static row => row.Row)]);
            await AddAsync(table, [.. rows.Where(static row => row.IsNew).Select(static row => row.Row)]);
        }
    }

    private async Task AddAsync<TRow>(PostgresTable<TRow> table, IReadOnlyList<TRow> rows)
    {
        if (rows.Count < PostgresTable<TRow>.CopyFrom)
        {
            table.Insert(_batch, rows);
        }
        else
        {
            await FlushAsync();
            await table.CopyAsync(connection, rows);
        }
    }

    private void AddPark(IReadOnlyList<(StoredTerminal Row, bool IsNew)> terminals)
    {
        var live = terminals.Where(static terminal => terminal.Row.Row.IsLive).ToList();
        List<TerminalRow> old = [.. live.Where(static terminal => !terminal.IsNew).Select(static terminal => terminal.Row.Row)];
        // A single one can be in nobody's way.
        if (live.Count > 1 && old.Count > 0)
        {
            _batch.Add(
                Park,
                Texts([.. old.Select(static row => row.Key.Acquirer.ToString())]), Texts([.. old.Select(static row => row.Key.Sn.ToString())]),
                Texts([.. old.Select(static row => row.MerchantNo.ToString())]), Texts([.. old.Select(static row => row.TerminalNo.ToString())]));
        }
    }

    private void AddImport(ImportMark? import)
    {
        if (import is { Point: { } point })
        {
            _batch.Add(Mark, Text(import.Source), Number(point.LastLine), Number(point.Records), Number(point.BadLines));
        }
        else if (import is not null)
        {
            _batch.Add("DELETE FROM import_progress");
        }
    }

    private async Task FlushAsync()
    {
        if (_batch.BatchCommands.Count > 0)
        {
            await _batch.ExecuteNonQueryAsync();
            await _batch.DisposeAsync();
            _batch = connection.CreateBatch();
        }
    }

    private readonly struct Closing(PostgresChanges changes) : IAsyncDisposable
    {
        public ValueTask DisposeAsync() => changes._batch.DisposeAsync();
    }
}
