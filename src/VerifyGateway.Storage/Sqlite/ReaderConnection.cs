using Microsoft.Data.Sqlite;
using VerifyGateway.Caching.Store;
using VerifyGateway.Domain.Identifiers;
using VerifyGateway.Domain.Records;

namespace VerifyGateway.Storage.Sqlite;

/// <summary>A connection that only reads, with its prepared statements; one thread at a time.</summary>
internal sealed class ReaderConnection : IDisposable
{
    private const string BindingColumns = """
        SELECT t.packed, t.revision, m.packed, m.revision, i.holder_mask, m.settlement_card_mask
        FROM terminal t
        LEFT JOIN merchant m ON m.acquirer_id = t.acquirer_id AND m.merchant_no = t.merchant_no
        LEFT JOIN identity i ON i.acquirer_id = m.acquirer_id AND i.identity_id = m.identity_id

        """;

    private readonly SqliteConnection _connection;
    private readonly Statement _begin;
    private readonly Statement _end;
    private readonly Statement _head;
    private readonly Statement _pair;
    private readonly Statement _bindingBySn;
    private readonly Statement _bindingByNumbers;
    private readonly Statement _feed;

    public ReaderConnection(string path)
    {
        _connection = SqliteFile.OpenReader(path);
        _begin = new Statement(_connection, "BEGIN");
        _end = new Statement(_connection, "COMMIT");
        _head = new Statement(_connection, "SELECT head FROM feed_head");
        _pair = new Statement(_connection, """
            SELECT t.packed, t.revision, m.packed, m.revision
            FROM (SELECT 1)
            LEFT JOIN terminal t ON t.acquirer_id = $1 AND t.terminal_sn = $2
            LEFT JOIN merchant m ON m.acquirer_id = $3 AND m.merchant_no = $4
            """, 4);
        _bindingBySn = new Statement(_connection, BindingColumns + "WHERE t.acquirer_id = $1 AND t.terminal_sn = $2", 2);
        _bindingByNumbers = new Statement(_connection, BindingColumns + """
            WHERE t.acquirer_id = $1 AND t.merchant_no = $2 AND t.terminal_no = $3
            ORDER BY t.state IN (3, 9, 10), t.revision DESC LIMIT 1
            """, 3);
        _feed = new Statement(_connection, """
            SELECT revision, committed_at_unix_ms, entity, acquirer_id, key, packed
            FROM feed WHERE revision > $1 ORDER BY revision LIMIT $2
            """, 2);
    }

    /// <summary>Reads all pairs in one snapshot.</summary>
    public IReadOnlyList<RecordPair> ReadPairs(IReadOnlyList<PairKey> keys, long nowUnixMs, CancellationToken cancel) => InSnapshot(() =>
    {
        var head = Head();
        var pairs = new RecordPair[keys.Count];
        for (var i = 0; i < pairs.Length; i++)
        {
            cancel.ThrowIfCancellationRequested();
            pairs[i] = ReadPair(keys[i], head, nowUnixMs);
        }

        return pairs;
    });

    /// <summary>Finds all bindings in one snapshot.</summary>
    public BindingSnapshot FindBindings(IReadOnlyList<BindingLookup> lookups, CancellationToken cancel) => InSnapshot(() =>
    {
        var head = Head();
        var found = new BindingView?[lookups.Count];
        for (var i = 0; i < found.Length; i++)
        {
            cancel.ThrowIfCancellationRequested();
            found[i] = FindBinding(lookups[i], head);
        }

        return new BindingSnapshot(found, head);
    });

    /// <summary>Reads a stretch of the feed and its head in one snapshot.</summary>
    public FeedPage ReadFeed(long afterRevision, int limit) => InSnapshot(() =>
    {
        var head = Head();
        var entries = new List<FeedEntry>();
        using var row = _feed.Query(afterRevision, limit);
        while (row.Read())
        {
            entries.Add(EntryOf(row, expected: afterRevision + entries.Count + 1));
        }

        var expectedCount = Math.Clamp(head - afterRevision, 0, limit);
        return entries.Count == expectedCount
            ? new FeedPage(entries, head)
            : throw new StoreUnavailableException($"The change feed holds {entries.Count} entries after {afterRevision} where {expectedCount} are due.");
    });

    /// <summary>The feed's head.</summary>
    public long Head() => _head.Number();

    public void Dispose()
    {
        foreach (var statement in new[] { _begin, _end, _head, _pair, _bindingBySn, _bindingByNumbers, _feed })
        {
            statement.Dispose();
        }

        _connection.Dispose();
    }

    private T InSnapshot<T>(Func<T> read)
    {
        _begin.Execute();
        try
        {
            return read();
        }
        finally
        {
            _end.Execute();
        }
    }

    private RecordPair ReadPair(in PairKey key, long head, long nowUnixMs)
    {
        using var row = _pair.Query(
            key.Terminal.Acquirer.ToString(), key.Terminal.Sn.ToString(), key.Merchant.Acquirer.ToString(), key.Merchant.No.ToString());
        row.Read();
        var terminal = TerminalOf(row, head);
        var merchant = MerchantOf(row, head);
        if ((terminal is not null && terminal.Key != key.Terminal) || (merchant is not null && merchant.Key != key.Merchant))
        {
            throw new StoreUnavailableException("A stored record names another key than its row.") { IsOfOneRecord = true };
        }

        return new RecordPair(
            new RecordCopy<TerminalRecord>(terminal, terminal is null ? 0 : row.GetInt64(1), head, nowUnixMs),
            new RecordCopy<MerchantRecord>(merchant, merchant is null ? 0 : row.GetInt64(3), head, nowUnixMs));
    }

    private BindingView? FindBinding(in BindingLookup lookup, long head)
    {
        var acquirer = lookup.Acquirer.ToString();
        using var row = lookup.Sn is { } sn
            ? _bindingBySn.Query(acquirer, sn.ToString())
            : _bindingByNumbers.Query(acquirer, lookup.MerchantNo.ToString(), lookup.TerminalNo.ToString());
        if (!row.Read())
        {
            return null;
        }

        var terminal = TerminalOf(row, head)!;
        var merchant = MerchantOf(row, head);
        var isTheOne = terminal.Key.Acquirer == lookup.Acquirer
            && (lookup.Sn is { } wanted ? terminal.Key.Sn == wanted : terminal.MerchantNo == lookup.MerchantNo && terminal.TerminalNo == lookup.TerminalNo);
        if (!isTheOne || (merchant is not null && merchant.Key != new MerchantKey(terminal.Key.Acquirer, terminal.MerchantNo)))
        {
            throw new StoreUnavailableException("A stored record names another key than its row.") { IsOfOneRecord = true };
        }

        var revision = merchant is null ? row.GetInt64(1) : Math.Max(row.GetInt64(1), row.GetInt64(3));
        return new BindingView(terminal, merchant, row.IsDBNull(4) ? "" : row.GetString(4), row.IsDBNull(5) ? "" : row.GetString(5), revision);
    }

    /// <summary>The terminal record in columns 0 and 1; null when the row has none. What does not unpack is never guessed.</summary>
    private static TerminalRecord? TerminalOf(SqliteDataReader row, long head)
    {
        if (row.IsDBNull(0))
        {
            return null;
        }

        return IsRevision(row.GetInt64(1), head) && RecordCodec.TryUnpack(row.GetFieldValue<byte[]>(0), out TerminalRecord? record)
            ? record
            : throw new StoreUnavailableException("A stored terminal record is damaged.") { IsOfOneRecord = true };
    }

    /// <summary>The merchant record in columns 2 and 3; null when the row has none.</summary>
    private static MerchantRecord? MerchantOf(SqliteDataReader row, long head)
    {
        if (row.IsDBNull(2))
        {
            return null;
        }

        return IsRevision(row.GetInt64(3), head) && RecordCodec.TryUnpack(row.GetFieldValue<byte[]>(2), out MerchantRecord? record)
            ? record
            : throw new StoreUnavailableException("A stored merchant record is damaged.") { IsOfOneRecord = true };
    }

    private static bool IsRevision(long revision, long head) => revision >= 1 && revision <= head;

    private static FeedEntry EntryOf(SqliteDataReader row, long expected)
    {
        var revision = row.GetInt64(0);
        return revision == expected && AcquirerId.TryParse(row.GetString(3), out var acquirer, out _)
            ? new FeedEntry(revision, row.GetInt64(1), (FeedEntity)row.GetInt64(2), acquirer, row.GetString(4), row.GetFieldValue<byte[]>(5))
            : throw new StoreUnavailableException($"The change feed is damaged at revision {expected}.");
    }
}
