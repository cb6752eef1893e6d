using Npgsql;
using VerifyGateway.Caching.Store;
using VerifyGateway.Domain.Identifiers;
using VerifyGateway.Domain.Records;
using VerifyGateway.Storage.Rows;
using VerifyGateway.Storage.Sql;
using VerifyGateway.Storage.Writing;
using static VerifyGateway.Storage.Postgres.PostgresCommands;

namespace VerifyGateway.Storage.Postgres;

/// <summary>
/// The reads that are one statement each, and so one snapshot and one round trip. The driver prepares a statement on the second
/// use of a connection. OFFSET 0 keeps a look-up by key one, whatever the planner knew of the tables' sizes when it made the plan
/// that is kept. Thread-safe: everything is in the arguments.
/// </summary>
internal static class PostgresReads
{
    // A standby may lag behind: what follows the feed must not take its end for the feed's.
    private const string Head = $"SELECT {HeadOfPrimary} FROM feed_head h WHERE id = 1";

    private const string HeadOfPrimary = "CASE WHEN pg_is_in_recovery() THEN -1 ELSE h.head END";

    private const string OnePair = """
        SELECT t.packed, t.revision, m.packed, m.revision, h.head
        FROM feed_head h
        LEFT JOIN terminal t ON t.acquirer_id = $1 AND t.terminal_sn = $2
        LEFT JOIN merchant m ON m.acquirer_id = $3 AND m.merchant_no = $4
        WHERE h.id = 1
        """;

    private const string ManyPairs = """
        SELECT t.packed, t.revision, m.packed, m.revision, h.head, k.at
        FROM feed_head h
        CROSS JOIN unnest($1::text[], $2::text[], $3::text[], $4::text[]) WITH ORDINALITY k (terminal_acquirer, sn, merchant_acquirer, no, at)
        LEFT JOIN LATERAL (SELECT packed, revision FROM terminal WHERE acquirer_id = k.terminal_acquirer AND terminal_sn = k.sn OFFSET 0) t ON true
        LEFT JOIN LATERAL (SELECT packed, revision FROM merchant WHERE acquirer_id = k.merchant_acquirer AND merchant_no = k.no OFFSET 0) m ON true
        WHERE h.id = 1
        """;

    // A look-up has either a serial number or the two others.
    private const string Bindings = """
        SELECT t.packed, t.revision, m.packed, m.revision, m.holder_mask, m.settlement_card_mask, h.head, k.at
        FROM feed_head h
        CROSS JOIN unnest($1::text[], $2::text[], $3::text[], $4::text[]) WITH ORDINALITY k (acquirer, sn, merchant_no, terminal_no, at)
        LEFT JOIN LATERAL (
            (SELECT acquirer_id, merchant_no, packed, revision FROM terminal WHERE acquirer_id = k.acquirer AND terminal_sn = k.sn)
            UNION ALL
            (SELECT acquirer_id, merchant_no, packed, revision FROM terminal
             WHERE acquirer_id = k.acquirer AND merchant_no = k.merchant_no AND terminal_no = k.terminal_no
             ORDER BY state IN (3, 9, 10), revision DESC LIMIT 1)) t ON true
        LEFT JOIN LATERAL (
            SELECT m.packed, m.revision, i.holder_mask, m.settlement_card_mask
            FROM merchant m LEFT JOIN identity i ON i.acquirer_id = m.acquirer_id AND i.identity_id = m.identity_id
            WHERE m.acquirer_id = t.acquirer_id AND m.merchant_no = t.merchant_no OFFSET 0) m ON true
        WHERE h.id = 1
        """;

    private const string FeedAfter = $"""
        SELECT f.*, {HeadOfPrimary}, h.floor
        FROM feed_head h LEFT JOIN LATERAL (SELECT {RecordRows.Feed} FROM feed WHERE revision > $1 ORDER BY revision LIMIT $2) f ON true
        WHERE h.id = 1 ORDER BY f.revision
        """;

    private const string Merchants = $"""
        SELECT l.*, h.head
        FROM feed_head h LEFT JOIN LATERAL (
            SELECT {RecordRows.Merchant} FROM {StoredColumns.FromMerchant}
            WHERE m.acquirer_id = $1 AND m.merchant_no > $2 ORDER BY m.merchant_no LIMIT $3) l ON true
        WHERE h.id = 1 ORDER BY l.merchant_no
        """;

    private const string OneMerchant = $"""
        SELECT l.*, h.head
        FROM feed_head h LEFT JOIN LATERAL (SELECT {RecordRows.Merchant} FROM {StoredColumns.FromMerchant} WHERE m.acquirer_id = $1 AND m.merchant_no = $2) l ON true
        WHERE h.id = 1
        """;

    private const string ImportPointOf = "SELECT last_line, records, bad_lines FROM import_progress WHERE source = $1";

    /// <summary>The head of the feed.</summary>
    public static async Task<long> HeadAsync(NpgsqlConnection connection)
    {
        await using var command = connection.Command(Head);
        return await command.ExecuteScalarAsync() is long head ? RequirePrimary(head) : throw NoHead();
    }

    /// <summary>Both records of each check.</summary>
    public static async Task<IReadOnlyList<RecordPair>> PairsAsync(NpgsqlConnection connection, IReadOnlyList<PairKey> keys)
    {
        if (keys.Count == 1)
        {
            return [await PairAsync(connection, keys[0])];
        }

        await using var command = connection.Command(
            ManyPairs,
            TextsOf(keys, static key => key.Terminal.Acquirer.ToString()), TextsOf(keys, static key => key.Terminal.Sn.ToString()),
            TextsOf(keys, static key => key.Merchant.Acquirer.ToString()), TextsOf(keys, static key => key.Merchant.No.ToString()));
        await using var reader = await command.ExecuteReaderAsync();
        var row = new PostgresRow(reader);
        var pairs = new RecordPair[keys.Count];
        var found = 0;
        while (await reader.ReadAsync())
        {
            var at = (int)row.Number(5) - 1;
            pairs[at] = RecordRows.PairOf(row, keys[at], row.Number(4));
            found++;
        }

        return found == pairs.Length ? pairs : throw NoHead();
    }

    /// <summary>Bindings as they are.</summary>
    public static async Task<BindingSnapshot> BindingsAsync(NpgsqlConnection connection, IReadOnlyList<BindingLookup> lookups)
    {
        await using var command = connection.Command(
            Bindings,
            TextsOf(lookups, static lookup => lookup.Acquirer.ToString()),
            TextsOf(lookups, static lookup => lookup.Sn?.ToString()),
            TextsOf(lookups, static lookup => lookup.Sn is null ? lookup.MerchantNo.ToString() : null),
            TextsOf(lookups, static lookup => lookup.Sn is null ? lookup.TerminalNo.ToString() : null));
        await using var reader = await command.ExecuteReaderAsync();
        var row = new PostgresRow(reader);
        var bindings = new BindingView?[lookups.Count];
        var (found, head) = (0, 0L);
        while (await reader.ReadAsync())
        {
            var at = (int)row.Number(7) - 1;
            head = row.Number(6);
            bindings[at] = row.IsNull(0) ? null : RecordRows.BindingOf(row, lookups[at], head);
            found++;
        }

        return found == bindings.Length ? new BindingSnapshot(bindings, head) : throw NoHead();
    }

    /// <summary>A stretch of a list, with one binding more than asked for when there are more; the serial number of each beside it.</summary>
    public static async Task<(List<(BindingView Binding, string Sn)> Rows, long Head)> ListAsync(NpgsqlConnection connection, BindingList list)
    {
        await using var command = connection.Command($"""
            SELECT l.*, h.head
            FROM feed_head h LEFT JOIN LATERAL ({list.Sql}) l (packed, revision, merchant_packed, merchant_revision, holder_mask, card_mask, sn) ON true
            WHERE h.id = 1 ORDER BY l.sn
            """, [.. list.Values.Select(Any)]);
        await using var reader = await command.ExecuteReaderAsync();
        var row = new PostgresRow(reader);
        var rows = new List<(BindingView, string)>();
        long? head = null;
        while (await reader.ReadAsync())
        {
            head = row.Number(7);
            if (!row.IsNull(0))
            {
                rows.Add((RecordRows.BindingOf(row, head.Value), row.Text(6)));
            }
        }

        return (rows, head ?? throw NoHead());
    }

    /// <summary>Merchants in the order of numbers.</summary>
    public static async Task<MerchantPage> MerchantsAsync(NpgsqlConnection connection, AcquirerId acquirer, MerchantNo? after, int limit)
    {
        await using var command = connection.Command(Merchants, Text(acquirer.ToString()), Text(after?.ToString() ?? ""), Number(limit));
        return await MerchantsAsync(command);
    }

    /// <summary>One merchant.</summary>
    public static async Task<MerchantPage> MerchantAsync(NpgsqlConnection connection, MerchantKey key)
    {
        await using var command = connection.Command(OneMerchant, Text(key.Acquirer.ToString()), Text(key.No.ToString()));
        return await MerchantsAsync(command);
    }

    private static async Task<MerchantPage> MerchantsAsync(NpgsqlCommand command)
    {
        await using var reader = await command.ExecuteReaderAsync();
        var row = new PostgresRow(reader);
        var merchants = new List<MerchantView>();
        long? head = null;
        while (await reader.ReadAsync())
        {
            head = row.Number(6);
            if (!row.IsNull(0))
            {
                merchants.Add(RecordRows.MerchantViewOf(row, head.Value));
            }
        }

        return new MerchantPage(merchants, head ?? throw NoHead());
    }

    /// <summary>A stretch of the feed.</summary>
    public static async Task<FeedPage> FeedAsync(NpgsqlConnection connection, long afterRevision, int limit)
    {
        await using var command = connection.Command(FeedAfter, Number(afterRevision), Number(limit));
        await using var reader = await command.ExecuteReaderAsync();
        var row = new PostgresRow(reader);
        var entries = new List<FeedEntry>();
        long? head = null;
        while (await reader.ReadAsync())
        {
            if (head is null)
            {
                head = RequirePrimary(row.Number(RecordRows.FeedColumns));
                RecordRows.RequireReadable(afterRevision, row.Number(RecordRows.FeedColumns + 1), head.Value);
            }

            if (!row.IsNull(0))
            {
                entries.Add(RecordRows.FeedOf(row, expected: afterRevision + entries.Count + 1));
            }
        }

        return RecordRows.Page(entries, afterRevision, limit, head ?? throw NoHead());
    }

    /// <summary>A matter.</summary>
    public static async Task<StoredDocument?> DocumentAsync(NpgsqlConnection connection, DocumentKey key)
    {
        await using var command = connection.Command(
            $"SELECT {StoredColumns.Document} FROM {StoredColumns.TableOf(key.Kind)} WHERE acquirer_id = $1 AND id = $2", Text(key.Acquirer.ToString()), Text(key.Id.ToString()));
        await using var reader = await command.ExecuteReaderAsync();
        return await reader.ReadAsync() ? StoredColumns.DocumentOf(new PostgresRow(reader), key.Kind) : null;
    }

    /// <summary>A hold.</summary>
    public static async Task<StoredHold?> HoldAsync(NpgsqlConnection connection, HoldKey key)
    {
        await using var command = connection.Command(
            $"SELECT {StoredColumns.Hold} FROM hold WHERE acquirer_id = $1 AND hold_id = $2", Text(key.Acquirer.ToString()), Text(key.Id.ToString()));
        await using var reader = await command.ExecuteReaderAsync();
        return await reader.ReadAsync() ? StoredColumns.HoldOf(new PostgresRow(reader)) : null;
    }

    /// <summary>A stretch of a list of holds, with one item more than asked for when there are more.</summary>
    public static async Task<(List<(HoldItem Item, string Position)> Items, long Head)> ListAsync(NpgsqlConnection connection, HoldList list)
    {
        await using var command = connection.Command(
            $"SELECT l.*, h.head FROM feed_head h LEFT JOIN LATERAL ({list.Sql}) l ON true WHERE h.id = 1 ORDER BY l.part, l.position", [.. list.Values.Select(Any)]);
        await using var reader = await command.ExecuteReaderAsync();
        var row = new PostgresRow(reader);
        var items = new List<(HoldItem, string)>();
        long? head = null;
        while (await reader.ReadAsync())
        {
            head = row.Number(HoldList.Columns);
            if (!row.IsNull(0))
            {
                items.Add(HoldList.ItemOf(row));
            }
        }

        return (items, head ?? throw NoHead());
    }

    /// <summary>How far an import has come.</summary>
    public static async Task<ImportPoint> ImportPointAsync(NpgsqlConnection connection, string source)
    {
        await using var command = connection.Command(ImportPointOf, Text(source));
        await using var reader = await command.ExecuteReaderAsync();
        return await reader.ReadAsync() ? new ImportPoint(reader.GetInt32(0), reader.GetInt64(1), reader.GetInt64(2)) : default;
    }

    /// <summary>The head is a row that is always there.</summary>
    public static StoreUnavailableException NoHead() => new("The database is damaged: its table feed_head has not exactly one row. Restore a backup.");

    private static long RequirePrimary(long head) => head >= 0 ? head : throw new StoreUnavailableException(
        "The database server is a standby, and the change feed is followed on the primary alone; let Postgres:Connection lead to the primary (Target Session Attributes=primary).");

    private static async Task<RecordPair> PairAsync(NpgsqlConnection connection, PairKey key)
    {
        await using var command = connection.Command(
            OnePair, Text(key.Terminal.Acquirer.ToString()), Text(key.Terminal.Sn.ToString()), Text(key.Merchant.Acquirer.ToString()), Text(key.Merchant.No.ToString()));
        await using var reader = await command.ExecuteReaderAsync();
        var row = new PostgresRow(reader);
        return await reader.ReadAsync() ? RecordRows.PairOf(row, key, row.Number(4)) : throw NoHead();
    }

    private static NpgsqlParameter TextsOf<T>(IReadOnlyList<T> items, Func<T, string?> text)
    {
        var texts = new string?[items.Count];
        for (var i = 0; i < texts.Length; i++)
        {
            texts[i] = text(items[i]);
        }

        return Texts(texts);
    }
}
