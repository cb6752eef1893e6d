using System.Globalization;
using Microsoft.Data.Sqlite;
using VerifyGateway.Caching.Store;
using VerifyGateway.Domain.Identifiers;
using VerifyGateway.Domain.Records;
using VerifyGateway.Storage.Rows;
using VerifyGateway.Storage.Sql;
using VerifyGateway.Storage.Sqlite.Migrations;
using VerifyGateway.Storage.Writing;

namespace VerifyGateway.Storage.Sqlite;

/// <summary>
/// The embedded system of record: one SQLite file with a write-ahead log beside it. Safe from many threads. Reads run on the
/// caller's thread for the time of a local disk read and never wait for a writer; writes take turns. Several processes may have
/// the file open.
/// </summary>
public sealed class SqliteStore : ISystemOfRecord, IDisposable
{
    // Closing a file drops all locks that the process holds on it, so within a process files are looked at and opened in turn.
    private static readonly Lock OpenTurn = new();

    private readonly ReaderPool _readers;
    private readonly StoreWriter _writer;
    private readonly SqliteRoster _roster;
    private readonly FeedSignal _signal = new();
    private readonly PageTokens _tokens;
    private readonly TimeProvider _time;
    private SqliteConnection? _keeper;

    private SqliteStore(SqliteStoreOptions options, string path, string storeId, byte[] pageKey, SqliteConnection keeper, TimeProvider time)
    {
        _keeper = keeper;
        Path = path;
        _readers = new ReaderPool(path, options.MaxReaders);
        _writer = new StoreWriter(new SqliteWriteEngine(path, options.WriteWait), new StoreWriterOptions(), _signal.Tell, time);
        _roster = new SqliteRoster(path);
        _tokens = new PageTokens(pageKey, time);
        _time = time;
        StoreId = storeId;
        _signal.Tell(SqliteFile.Number(keeper, "SELECT head FROM feed_head"));
    }

    /// <inheritdoc />
    public string StoreId { get; }

    /// <inheritdoc />
    public string Place => Path;

    /// <inheritdoc />
    /// <remarks>Readers of a file are waited for no longer than one short read takes.</remarks>
    public IChangeFeed FeedForCopies => this;

    /// <summary>Full path of the database file.</summary>
    internal string Path { get; }

    private long NowUnixMs => _time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>
    /// Opens the store, makes it when there is none, and brings its schema up to date. Everything that may be wrong with the file
    /// is looked for before anything is written to it.
    /// </summary>
    /// <exception cref="StoreUnusableException">The store cannot be used; the file is as it was.</exception>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public static SqliteStore Open(SqliteStoreOptions options, TimeProvider time)
    {
        ArgumentException.ThrowIfNullOrEmpty(options.Path);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MaxReaders, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.MaxReaders, 64);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.WriteWait, TimeSpan.FromSeconds(1));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.WriteWait, TimeSpan.FromMinutes(5));
        var path = System.IO.Path.GetFullPath(options.Path);
        lock (OpenTurn)
        {
            SqliteConnection? connection = null;
            try
            {
                StoreFileCheck.RefuseWhatIsNotOurs(path);
                Create(path, options.CreateIfMissing);
                connection = SqliteFile.OpenWriter(path, options.WriteWait);
                Prepare(connection, path, time);
                return new SqliteStore(options, path, ReadStoreId(connection, path), ReadPageKey(connection), connection, time);
            }
            catch (Exception failed) when (failed is SqliteException or IOException or UnauthorizedAccessException or StoreUnusableException)
            {
                connection?.Dispose();
                throw StoreFileCheck.Explain(path, failed);
            }
        }
    }

    /// <inheritdoc />
    public ValueTask<IReadOnlyList<RecordPair>> ReadPairsAsync(IReadOnlyList<PairKey> keys, CancellationToken cancel)
    {
        StoreLimits.RequireKeys(keys.Count, nameof(keys));
        return _readers.RunAsync(reader => reader.ReadPairs(keys, cancel), cancel);
    }

    /// <inheritdoc />
    public ValueTask<BindingSnapshot> FindAsync(IReadOnlyList<BindingLookup> lookups, CancellationToken cancel)
    {
        StoreLimits.RequireKeys(lookups.Count, nameof(lookups));
        return _readers.RunAsync(reader => reader.FindBindings(lookups, cancel), cancel);
    }

    /// <inheritdoc />
    public ValueTask<BindingSnapshot> FindAsOfAsync(IReadOnlyList<BindingLookup> lookups, AsOf asOf, CancellationToken cancel)
    {
        StoreLimits.RequireKeys(lookups.Count, nameof(lookups));
        StoreLimits.RequirePoint(asOf);
        return _readers.RunAsync(reader => reader.FindBindings(lookups, asOf, NowUnixMs, cancel), cancel);
    }

    /// <inheritdoc />
    public async ValueTask<BindingPage> ListAsync(BindingFilter filter, int pageSize, string pageToken, CancellationToken cancel)
    {
        StoreLimits.RequireKeys(pageSize, nameof(pageSize));
        var name = BindingList.Name(filter);
        var list = new BindingList(filter, _tokens.Read(name, pageToken), pageSize + 1);
        var (bindings, head) = await _readers.RunAsync(reader => reader.List(list), cancel);
        return BindingList.Page(bindings, pageSize, head, last => _tokens.Make(name, last));
    }

    /// <inheritdoc />
    public ValueTask<MerchantPage> ListMerchantsAsync(AcquirerId acquirer, MerchantNo? after, int limit, CancellationToken cancel)
    {
        StoreLimits.RequireKeys(limit, nameof(limit));
        return _readers.RunAsync(reader => reader.ListMerchants(acquirer, after, limit), cancel);
    }

    /// <inheritdoc />
    public ValueTask<MerchantPage> FindMerchantAsync(MerchantKey key, CancellationToken cancel) =>
        _readers.RunAsync(reader => reader.FindMerchant(key), cancel);

    /// <inheritdoc />
    public ValueTask<FeedPage> ReadFeedAsync(long afterRevision, int limit, CancellationToken cancel = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(afterRevision);
        StoreLimits.RequireEntries(limit, nameof(limit));
        return _readers.RunAsync(reader => reader.ReadFeed(afterRevision, limit), cancel);
    }

    /// <inheritdoc />
    public ValueTask<long> ReadHeadAsync(CancellationToken cancel = default) => _readers.RunAsync(static reader => reader.Head(), cancel);

    /// <inheritdoc />
    /// <remarks>Signals come from writers of this process; what another process writes is found by looking.</remarks>
    public ValueTask<bool> WaitForFeedAsync(long afterRevision, TimeSpan atMost, CancellationToken cancel = default) =>
        _signal.WaitAsync(afterRevision, atMost, _time, cancel);

    /// <inheritdoc />
    public ValueTask<StoredDocument?> FindDocumentAsync(DocumentKey key, CancellationToken cancel = default) =>
        _readers.RunAsync(reader => reader.FindDocument(key), cancel);

    /// <inheritdoc />
    public ValueTask<StoredHold?> FindHoldAsync(HoldKey key, CancellationToken cancel = default) => _readers.RunAsync(reader => reader.FindHold(key), cancel);

    /// <inheritdoc />
    public ValueTask<HoldChange> PlaceHoldAsync(HoldPlacing asked, CancellationToken cancel) => HoldCommands.PlaceAsync(this, asked, cancel);

    /// <inheritdoc />
    public ValueTask<HoldChange> LiftHoldAsync(HoldLifting asked, CancellationToken cancel) => HoldCommands.LiftAsync(this, asked, cancel);

    /// <inheritdoc />
    public async ValueTask<HoldPage> ListHoldsAsync(HoldFilter filter, int pageSize, string pageToken, CancellationToken cancel)
    {
        StoreLimits.RequireKeys(pageSize, nameof(pageSize));
        var name = HoldList.Name(filter);
        var list = new HoldList(filter, _tokens.Read(name, pageToken), pageSize + 1, NowUnixMs, "lower(hex(card_fingerprint))");
        var (items, head) = await _readers.RunAsync(reader => reader.List(list), cancel);
        return HoldList.Page(items, pageSize, head, last => _tokens.Make(name, last));
    }

    /// <inheritdoc />
    public ValueTask ReportAsync(GatewayReport report, CancellationToken cancel)
    {
        RosterRules.Require(report);
        cancel.ThrowIfCancellationRequested();
        _roster.Report(report, report.ReportedAtUnixMs - RosterRules.KeptForMs);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc />
    public ValueTask<IReadOnlyList<GatewayReport>> ReadAsync(TimeSpan seenWithin, CancellationToken cancel)
    {
        var since = NowUnixMs - (long)seenWithin.TotalMilliseconds;
        return _readers.RunAsync(reader => reader.Roster(since), cancel);
    }

    /// <inheritdoc />
    public ValueTask RemoveAsync(string gatewayId, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        _roster.Remove(gatewayId);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc />
    public ValueTask<ImportPoint> ReadImportPointAsync(string source, CancellationToken cancel = default) =>
        _readers.RunAsync(reader => reader.ImportPoint(source), cancel);

    /// <inheritdoc />
    public IAsyncEnumerable<object> ReadAllAsync(CancellationToken cancel = default) =>
        _keeper is null ? throw new StoreUnavailableException("The store is closed.") : SqliteDump.ReadAllAsync(Path, cancel);

    /// <inheritdoc />
    public Task<CommandResult> WriteAsync(StoreCommand command, CancellationToken cancel = default) => _writer.RunAsync(command, cancel);

    /// <inheritdoc />
    public Task<T> WriteLongAsync<T>(Func<LongWrite, Task<T>> work, CancellationToken cancel = default) => _writer.RunLongAsync(work, cancel);

    /// <summary>Lets calls in progress end and closes the file; later calls find the store unavailable.</summary>
    public async ValueTask DisposeAsync()
    {
        await _readers.DisposeAsync();
        await _writer.DisposeAsync();
        _roster.Dispose();
        // The last connection to close moves the log into the file, and must be one that may write.
        Interlocked.Exchange(ref _keeper, null)?.Dispose();
    }

    /// <inheritdoc />
    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();

    private static void Create(string path, bool mayCreate)
    {
        if (File.Exists(path))
        {
            return;
        }

        if (!mayCreate)
        {
            throw new StoreUnusableException($"The database file '{path}' does not exist; name the right file, or allow it to be made.");
        }

        var settings = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.ReadWrite | FileShare.Delete };
        if (!OperatingSystem.IsWindows())
        {
            // For the service's own user alone; SQLite gives the files beside it the same rights.
            settings.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        new FileStream(path, settings).Dispose();
    }

    private static void Prepare(SqliteConnection connection, string path, TimeProvider time)
    {
        // SQLite opens a file that may not be written as a read-only one, without a word.
        if (SQLitePCL.raw.sqlite3_db_readonly(connection.Handle, "main") != 0)
        {
            throw new UnauthorizedAccessException("The file is read-only.");
        }

        if (SqliteFile.Text(connection, "PRAGMA journal_mode = WAL") is var mode && mode != "wal")
        {
            throw new StoreUnusableException($"The file system of the database file '{path}' does not allow a write-ahead log (it gave the mode '{mode}'); put the file on a local disk.");
        }

        MigrationRunner.Run(connection, time);
    }

    private static string ReadStoreId(SqliteConnection connection, string path)
    {
        var id = SqliteFile.Text(connection, "SELECT store_id FROM meta");
        return id.Length == 32 && id.All(char.IsAsciiHexDigitLower)
            ? id
            : throw new StoreUnusableException(string.Create(CultureInfo.InvariantCulture, $"The database file '{path}' is damaged (it has no store id); restore a backup."));
    }

    private static byte[] ReadPageKey(SqliteConnection connection)
    {
        using var find = new Statement(connection, "SELECT page_key FROM meta");
        return find.One(static row => row.Bytes(0)!, []);
    }
}
