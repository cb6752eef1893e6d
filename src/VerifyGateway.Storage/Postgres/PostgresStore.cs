using Npgsql;
using VerifyGateway.Caching.Store;
using VerifyGateway.Domain.Identifiers;
using VerifyGateway.Domain.Records;
using VerifyGateway.Storage.Rows;
using VerifyGateway.Storage.Sql;
using VerifyGateway.Storage.Writing;

namespace VerifyGateway.Storage.Postgres;

/// <summary>
/// The system of record in a PostgreSQL database, which any number of gateways share. Safe from many threads. Reads of checks have
/// connections of their own, so that nothing else holds them up; nothing is waited for longer than the options say.
/// </summary>
public sealed class PostgresStore : ISystemOfRecord
{
    private readonly PostgresStoreOptions _options;
    private readonly PostgresFailure _failure;
    private readonly TimeProvider _time;
    private readonly PostgresPool _checks;
    private readonly PostgresPool _work;
    private readonly PostgresPool _copies;
    private readonly PostgresFeed _feed;
    private readonly NpgsqlDataSource _single;
    private readonly PageTokens _tokens;
    private readonly FeedSignal _signal = new();
    private readonly StoreWriter _writer;
    private readonly PostgresListener _listener;
    private readonly PostgresRoster _roster;

    private PostgresStore(
        PostgresStoreOptions options, PostgresSettings settings, PostgresPool checks, PostgresPool work, PostgresFailure failure, (string StoreId, byte[] PageKey) meta, TimeProvider time)
    {
        (_options, _checks, _work, _failure, _time) = (options, checks, work, failure, time);
        Place = settings.Place;
        StoreId = meta.StoreId;
        _copies = new PostgresPool(settings.Copies(), options.StatementTimeout, failure, time);
        (_feed, FeedForCopies) = (new PostgresFeed(work, _signal, time), new PostgresFeed(_copies, _signal, time));
        _tokens = new PageTokens(meta.PageKey, time);
        _single = settings.Single();
        _writer = new StoreWriter(new PostgresWriteEngine(_single, options, failure, time), new StoreWriterOptions { Limit = options.WriteLimit }, _signal.Tell, time);
        _listener = new PostgresListener(_single, _signal, time);
        _roster = new PostgresRoster(new PostgresPool(settings.Roster(), PostgresSettings.RosterLimit, failure, time), work);
    }

    /// <inheritdoc />
    public string StoreId { get; }

    /// <inheritdoc />
    public string Place { get; }

    /// <inheritdoc />
    public IChangeFeed FeedForCopies { get; }

    /// <summary>Opens the store: looks whether the database can be reached and has exactly the schema that this program knows. Changes nothing.</summary>
    /// <param name="options">How to reach it; with the service role, which owns nothing.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancel">Ends the waiting.</param>
    /// <exception cref="StoreUnusableException">The schema is another, or the role may not use it.</exception>
    /// <exception cref="StoreUnavailableException">The database cannot be reached now.</exception>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public static async Task<PostgresStore> OpenAsync(PostgresStoreOptions options, TimeProvider time, CancellationToken cancel = default)
    {
        var settings = new PostgresSettings(options);
        var failure = new PostgresFailure(settings.Place);
        var checks = new PostgresPool(settings.Checks(), options.CheckStatementTimeout, failure, time);
        var work = new PostgresPool(settings.Work(), options.StatementTimeout, failure, time);
        try
        {
            var meta = await work.ReadAsync(connection => LookAsync(connection, settings.Place), cancel);
            return new PostgresStore(options, settings, checks, work, failure, meta, time);
        }
        catch (Exception failed)
        {
            await checks.DisposeAsync();
            await work.DisposeAsync();
            if (failed is StoreUnavailableException { InnerException: { } cause } && failure.LastingReason(cause) is { } reason)
            {
                throw new StoreUnusableException(reason, cause);
            }

            throw;
        }
    }

    /// <summary>
    /// Opens the connections for the reads of checks, so that the first of these wait for none to be made. Takes no longer than making one may, and
    /// does not fail: when the server does not give them all, none is kept, and each is made when it is needed.
    /// </summary>
    /// <returns>How many of <see cref="PostgresStoreOptions.CheckPoolSize"/> the server gave.</returns>
    public Task<int> FillAsync() => _checks.FillAsync(_options.CheckPoolSize, _options.ConnectTimeout);

    /// <inheritdoc />
    public ValueTask<IReadOnlyList<RecordPair>> ReadPairsAsync(IReadOnlyList<PairKey> keys, CancellationToken cancel)
    {
        StoreLimits.RequireKeys(keys.Count, nameof(keys));
        // Taken before the snapshot begins: a copy may look older than it is, never newer.
        return _checks.ReadAsync(connection => PostgresReads.PairsAsync(connection, keys), cancel);
    }

    /// <inheritdoc />
    public ValueTask<BindingSnapshot> FindAsync(IReadOnlyList<BindingLookup> lookups, CancellationToken cancel)
    {
        StoreLimits.RequireKeys(lookups.Count, nameof(lookups));
        return _work.ReadAsync(connection => PostgresReads.BindingsAsync(connection, lookups), cancel);
    }

    /// <inheritdoc />
    public ValueTask<BindingSnapshot> FindAsOfAsync(IReadOnlyList<BindingLookup> lookups, AsOf asOf, CancellationToken cancel)
    {
        StoreLimits.RequireKeys(lookups.Count, nameof(lookups));
        StoreLimits.RequirePoint(asOf);
        return _work.ReadAsync(connection => PostgresPast.FindAsync(connection, lookups, asOf, NowUnixMs()), cancel);
    }

    /// <inheritdoc />
    public async ValueTask<BindingPage> ListAsync(BindingFilter filter, int pageSize, string pageToken, CancellationToken cancel)
    {
        StoreLimits.RequireKeys(pageSize, nameof(pageSize));
        var name = BindingList.Name(filter);
        // One more than asked for tells whether there are more.
        var list = new BindingList(filter, _tokens.Read(name, pageToken), pageSize + 1);
        var (rows, head) = await _work.ReadAsync(connection => PostgresReads.ListAsync(connection, list), cancel);
        var next = rows.Count > pageSize ? _tokens.Make(name, rows[pageSize - 1].Sn) : "";
        return new BindingPage([.. rows.Take(pageSize).Select(static row => row.Binding)], next, head);
    }

    /// <inheritdoc />
    public ValueTask<MerchantPage> ListMerchantsAsync(AcquirerId acquirer, MerchantNo? after, int limit, CancellationToken cancel)
    {
        StoreLimits.RequireKeys(limit, nameof(limit));
        return _work.ReadAsync(connection => PostgresReads.MerchantsAsync(connection, acquirer, after, limit), cancel);
    }

    /// <inheritdoc />
    public ValueTask<MerchantPage> FindMerchantAsync(MerchantKey key, CancellationToken cancel) =>
        _work.ReadAsync(connection => PostgresReads.MerchantAsync(connection, key), cancel);

    /// <inheritdoc />
    public Task<CommandResult> WriteAsync(StoreCommand command, CancellationToken cancel = default) => _writer.RunAsync(command, cancel);

    /// <inheritdoc />
    public Task<T> WriteLongAsync<T>(Func<LongWrite, Task<T>> work, CancellationToken cancel = default) => _writer.RunLongAsync(work, cancel);

    /// <inheritdoc />
    public ValueTask<FeedPage> ReadFeedAsync(long afterRevision, int limit, CancellationToken cancel = default) => _feed.ReadFeedAsync(afterRevision, limit, cancel);

    /// <inheritdoc />
    public ValueTask<long> ReadHeadAsync(CancellationToken cancel = default) => _feed.ReadHeadAsync(cancel);

    /// <inheritdoc />
    public ValueTask<bool> WaitForFeedAsync(long afterRevision, TimeSpan atMost, CancellationToken cancel = default) =>
        _feed.WaitForFeedAsync(afterRevision, atMost, cancel);

    /// <inheritdoc />
    public ValueTask<StoredDocument?> FindDocumentAsync(DocumentKey key, CancellationToken cancel = default) =>
        _work.ReadAsync(connection => PostgresReads.DocumentAsync(connection, key), cancel);

    /// <inheritdoc />
    public ValueTask<StoredHold?> FindHoldAsync(HoldKey key, CancellationToken cancel = default) =>
        _work.ReadAsync(connection => PostgresReads.HoldAsync(connection, key), cancel);

    /// <inheritdoc />
    public ValueTask<HoldChange> PlaceHoldAsync(HoldPlacing asked, CancellationToken cancel) => HoldCommands.PlaceAsync(this, asked, cancel);

    /// <inheritdoc />
    public ValueTask<HoldChange> LiftHoldAsync(HoldLifting asked, CancellationToken cancel) => HoldCommands.LiftAsync(this, asked, cancel);

    /// <inheritdoc />
    public async ValueTask<HoldPage> ListHoldsAsync(HoldFilter filter, int pageSize, string pageToken, CancellationToken cancel)
    {
        StoreLimits.RequireKeys(pageSize, nameof(pageSize));
        var name = HoldList.Name(filter);
        var list = new HoldList(filter, _tokens.Read(name, pageToken), pageSize + 1, NowUnixMs(), "encode(card_fingerprint, 'hex')");
        var (items, head) = await _work.ReadAsync(connection => PostgresReads.ListAsync(connection, list), cancel);
        return HoldList.Page(items, pageSize, head, last => _tokens.Make(name, last));
    }

    /// <inheritdoc />
    public ValueTask ReportAsync(GatewayReport report, CancellationToken cancel)
    {
        RosterRules.Require(report);
        return _roster.ReportAsync(report, report.ReportedAtUnixMs - RosterRules.KeptForMs, cancel);
    }

    /// <inheritdoc />
    public ValueTask<IReadOnlyList<GatewayReport>> ReadAsync(TimeSpan seenWithin, CancellationToken cancel) =>
        _roster.ReadAsync(NowUnixMs() - (long)seenWithin.TotalMilliseconds, cancel);

    /// <inheritdoc />
    public ValueTask RemoveAsync(string gatewayId, CancellationToken cancel) => _roster.RemoveAsync(gatewayId, cancel);

    /// <inheritdoc />
    public ValueTask<ImportPoint> ReadImportPointAsync(string source, CancellationToken cancel = default) =>
        // A text that names no import need not be one that the database takes.
        _work.ReadAsync(connection => RowRules.IsSource(source) ? PostgresReads.ImportPointAsync(connection, source) : Task.FromResult<ImportPoint>(default), cancel);

    /// <inheritdoc />
    public IAsyncEnumerable<object> ReadAllAsync(CancellationToken cancel = default) =>
        PostgresExport.ReadAsync(_work, _options.LongWriteStatementTimeout, _failure, _time, cancel);

    /// <summary>Lets writes that wait end, and closes all connections; later calls find the store unavailable.</summary>
    public async ValueTask DisposeAsync()
    {
        await _writer.DisposeAsync();
        await _listener.DisposeAsync();
        await _roster.DisposeAsync();
        await _checks.DisposeAsync();
        await _work.DisposeAsync();
        await _copies.DisposeAsync();
        await _single.DisposeAsync();
    }

    private static async Task<(string StoreId, byte[] PageKey)> LookAsync(NpgsqlConnection connection, string place)
    {
        await PostgresMigrations.RequireNewestAsync(connection, place);
        await using var command = connection.Command("SELECT store_id, page_key FROM meta WHERE id = 1");
        await using var reader = await command.ExecuteReaderAsync();
        return await reader.ReadAsync()
            ? (reader.GetString(0), reader.GetFieldValue<byte[]>(1))
            : throw new StoreUnusableException($"The database is damaged: its table meta has no row. Restore a backup. ({place})");
    }

    private long NowUnixMs() => _time.GetUtcNow().ToUnixTimeMilliseconds();
}
