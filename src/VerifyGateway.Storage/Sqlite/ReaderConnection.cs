using Microsoft.Data.Sqlite;
using VerifyGateway.Caching.Store;
using VerifyGateway.Domain.Identifiers;
using VerifyGateway.Domain.Records;
using VerifyGateway.Storage.Rows;
using VerifyGateway.Storage.Sql;
using VerifyGateway.Storage.Writing;

namespace VerifyGateway.Storage.Sqlite;

/// <summary>A connection that only reads, with its prepared statements; one thread at a time.</summary>
internal sealed class ReaderConnection : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly List<Statement> _statements = [];
    private readonly Statement _begin;
    private readonly Statement _end;
    private readonly Statement _head;
    private readonly Statement _pair;
    private readonly Statement _bindingBySn;
    private readonly Statement _bindingByNumbers;
    private readonly Statement _feed;
    private readonly Statement _merchants;
    private readonly Statement _merchant;
    private readonly Statement _importPoint;

    public ReaderConnection(string path)
    {
        _connection = SqliteFile.OpenReader(path);
        _begin = Prepare("BEGIN");
        _end = Prepare("COMMIT");
        _head = Prepare("SELECT head, floor, history_floor, history_floor_unix_ms FROM feed_head");
        _pair = Prepare("""
            SELECT t.packed, t.revision, m.packed, m.revision
            FROM (SELECT 1)
            LEFT JOIN terminal t ON t.acquirer_id = $1 AND t.terminal_sn = $2
            LEFT JOIN merchant m ON m.acquirer_id = $3 AND m.merchant_no = $4
            """);
        _bindingBySn = Prepare($"SELECT {RecordRows.Binding} FROM {RecordRows.FromBinding} WHERE t.acquirer_id = $1 AND t.terminal_sn = $2");
        _bindingByNumbers = Prepare($"""
            SELECT {RecordRows.Binding} FROM {RecordRows.FromBinding}
            WHERE t.acquirer_id = $1 AND t.merchant_no = $2 AND t.terminal_no = $3
            ORDER BY t.state IN (3, 9, 10), t.revision DESC LIMIT 1
            """);
        _feed = Prepare($"SELECT {RecordRows.Feed} FROM feed WHERE revision > $1 ORDER BY revision LIMIT $2");
        _merchants = Prepare($"""
            SELECT {RecordRows.Merchant} FROM {StoredColumns.FromMerchant}
            WHERE m.acquirer_id = $1 AND m.merchant_no > $2 ORDER BY m.merchant_no LIMIT $3
            """);
        _merchant = Prepare($"SELECT {RecordRows.Merchant} FROM {StoredColumns.FromMerchant} WHERE m.acquirer_id = $1 AND m.merchant_no = $2");
        _importPoint = Prepare("SELECT last_line, records, bad_lines FROM import_progress WHERE source = $1");
    }

    /// <summary>The feed's head.</summary>
    public long Head() => _head.One(static row => row.Number(0), 0);

    /// <summary>Reads all pairs in one snapshot.</summary>
    public IReadOnlyList<RecordPair> ReadPairs(IReadOnlyList<PairKey> keys, CancellationToken cancel) => InSnapshot(() =>
    {
        var head = Head();
        var pairs = new RecordPair[keys.Count];
        for (var i = 0; i < pairs.Length; i++)
        {
            cancel.ThrowIfCancellationRequested();
            var key = keys[i];
            pairs[i] = _pair.With(key.Terminal.Acquirer.ToString()).With(key.Terminal.Sn.ToString()).With(key.Merchant.Acquirer.ToString()).With(key.Merchant.No.ToString())
                .One(row => RecordRows.PairOf(row, key, head), default);
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
            var lookup = lookups[i];
            var find = lookup.Sn is { } sn
                ? _bindingBySn.With(lookup.Acquirer.ToString()).With(sn.ToString())
                : _bindingByNumbers.With(lookup.Acquirer.ToString()).With(lookup.MerchantNo.ToString()).With(lookup.TerminalNo.ToString());
            found[i] = find.One<BindingView?>(row => RecordRows.BindingOf(row, lookup, head), null);
        }

        return new BindingSnapshot(found, head);
    });

    /// <summary>Finds all bindings as they were at a point in the past, in one snapshot.</summary>
    public BindingSnapshot FindBindings(IReadOnlyList<BindingLookup> lookups, AsOf point, long nowUnixMs, CancellationToken cancel) => InSnapshot(() =>
    {
        var head = Head();
        _head.One(
            row =>
            {
                PastRecords.RequireKept(point, head, row.Number(2), row.Number(3), nowUnixMs);
                return true;
            }, false);
        using var past = new PastReader(_connection, point, head);
        var found = new BindingView?[lookups.Count];
        for (var i = 0; i < found.Length; i++)
        {
            cancel.ThrowIfCancellationRequested();
            found[i] = past.Find(lookups[i]);
        }

        return new BindingSnapshot(found, head);
    });

    /// <summary>Reads a page of a list, and the head, in one snapshot; one binding more than the page holds says that there is another page.</summary>
    public (IReadOnlyList<BindingView> Bindings, long Head) List(BindingList list) => InSnapshot(() =>
    {
        var head = Head();
        var bindings = new List<BindingView>();
        using var find = Bound(list.Sql, list.Values);
        while (find.Read())
        {
            bindings.Add(RecordRows.BindingOf(find, head));
        }

        return ((IReadOnlyList<BindingView>)bindings, head);
    });

    /// <summary>Reads merchants in the order of numbers, and the head, in one snapshot.</summary>
    public MerchantPage ListMerchants(AcquirerId acquirer, MerchantNo? after, int limit) =>
        ReadMerchants(() => _merchants.With(acquirer.ToString()).With(after?.ToString() ?? "").With(limit));

    /// <summary>Reads one merchant, and the head, in one snapshot.</summary>
    public MerchantPage FindMerchant(MerchantKey key) => ReadMerchants(() => _merchant.With(key.Acquirer.ToString()).With(key.No.ToString()));

    /// <summary>Reads a page of a list of holds, and the head, in one snapshot.</summary>
    public (IReadOnlyList<(HoldItem Item, string Position)> Items, long Head) List(HoldList list) => InSnapshot(() =>
    {
        var head = Head();
        var items = new List<(HoldItem, string)>();
        using var find = Bound(list.Sql, list.Values);
        while (find.Read())
        {
            items.Add(HoldList.ItemOf(find));
        }

        return ((IReadOnlyList<(HoldItem, string)>)items, head);
    });

    /// <summary>The reports of gateways since an instant, Unix milliseconds.</summary>
    public IReadOnlyList<GatewayReport> Roster(long sinceUnixMs)
    {
        var reports = new List<GatewayReport>();
        using var find = new Statement(_connection, RosterRules.Read);
        find.With(sinceUnixMs);
        while (find.Read())
        {
            reports.Add(RosterRules.Of(find));
        }

        return reports;
    }

    /// <summary>The hold of that name; null when there is none.</summary>
    public StoredHold? FindHold(HoldKey key)
    {
        using var find = new Statement(_connection, $"SELECT {StoredColumns.Hold} FROM hold WHERE acquirer_id = $1 AND hold_id = $2");
        return find.With(key.Acquirer.ToString()).With(key.Id.ToString()).One<StoredHold?>(static row => StoredColumns.HoldOf(row), null);
    }

    /// <summary>Reads a stretch of the feed and its head in one snapshot.</summary>
    public FeedPage ReadFeed(long afterRevision, int limit) => InSnapshot(() =>
    {
        var (head, floor) = _head.One(static row => (row.Number(0), row.Number(1)), default);
        RecordRows.RequireReadable(afterRevision, floor, head);
        var entries = new List<FeedEntry>();
        _feed.With(afterRevision).With(limit);
        while (_feed.Read())
        {
            entries.Add(RecordRows.FeedOf(_feed, expected: afterRevision + entries.Count + 1));
        }

        return RecordRows.Page(entries, afterRevision, limit, head);
    });

    /// <summary>The matter of that name; null when there is none.</summary>
    public StoredDocument? FindDocument(DocumentKey key)
    {
        using var find = new Statement(_connection, $"SELECT {StoredColumns.Document} FROM {StoredColumns.TableOf(key.Kind)} WHERE acquirer_id = $1 AND id = $2");
        return find.With(key.Acquirer.ToString()).With(key.Id.ToString()).One<StoredDocument?>(row => StoredColumns.DocumentOf(row, key.Kind), null);
    }

    /// <summary>The point that an import has reached.</summary>
    public ImportPoint ImportPoint(string source) =>
        _importPoint.With(source).One(static row => new ImportPoint((int)row.Number(0), row.Number(1), row.Number(2)), default);

    public void Dispose()
    {
        _statements.ForEach(static statement => statement.Dispose());
        _connection.Dispose();
    }

    private MerchantPage ReadMerchants(Func<Statement> bound) => InSnapshot(() =>
    {
        var head = Head();
        var merchants = new List<MerchantView>();
        var find = bound();
        while (find.Read())
        {
            merchants.Add(RecordRows.MerchantViewOf(find, head));
        }

        return new MerchantPage(merchants, head);
    });

    private Statement Prepare(string sql)
    {
        var statement = new Statement(_connection, sql);
        _statements.Add(statement);
        return statement;
    }

    private Statement Bound(string sql, IReadOnlyList<object> values)
    {
        var statement = new Statement(_connection, sql);
        foreach (var value in values)
        {
            _ = value switch
            {
                string text => statement.With(text),
                long number => statement.With(number),
                _ => statement.With((byte[])value),
            };
        }

        return statement;
    }

    private T InSnapshot<T>(Func<T> read)
    {
        _begin.Run();
        try
        {
            return read();
        }
        finally
        {
            // What an exception left unread would keep the snapshot open.
            _statements.ForEach(static statement => statement.Reset());
            _end.Run();
        }
    }
}
