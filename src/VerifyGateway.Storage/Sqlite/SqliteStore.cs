using System.Globalization;
using Microsoft.Data.Sqlite;
using VerifyGateway.Caching.Store;
using VerifyGateway.Storage.Sqlite.Migrations;

namespace VerifyGateway.Storage.Sqlite;

/// <summary>
/// The embedded system of record: one SQLite file with a write-ahead log beside it. Safe from many threads. Reads run on the
/// caller's thread for the time of a local disk read and never wait for a writer; writes take turns. Several processes may have
/// the file open.
/// </summary>
public sealed class SqliteStore : IRecordStore, IBindingStore, IAsyncDisposable, IDisposable
{
    /// <summary>The most look-ups in one call.</summary>
    public const int MaxKeys = 1000;

    /// <summary>The most entries of the feed in one call.</summary>
    public const int MaxFeedEntries = 100_000;

    // Closing a file drops all locks that the process holds on it, so within a process files are looked at and opened in turn.
    private static readonly Lock OpenTurn = new();

    private readonly ReaderPool _readers;
    private readonly StoreWriter _writer;
    private readonly TimeProvider _time;
    private SqliteConnection? _keeper;

    private SqliteStore(SqliteStoreOptions options, string path, string storeId, SqliteConnection keeper, TimeProvider time)
    {
        _keeper = keeper;
        Path = path;
        _readers = new ReaderPool(path, options.MaxReaders);
        _writer = new StoreWriter(path, options.WriteWait, time);
        _time = time;
        StoreId = storeId;
    }

    /// <inheritdoc />
    public string StoreId { get; }

    /// <summary>Full path of the database file.</summary>
    internal string Path { get; }

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
                return new SqliteStore(options, path, ReadStoreId(connection, path), connection, time);
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
        ThrowUnlessAllowed(keys.Count, MaxKeys, nameof(keys));
        // Taken before the snapshot begins: a copy may look older than it is, never newer.
        return _readers.RunAsync(reader => reader.ReadPairs(keys, _time.GetUtcNow().ToUnixTimeMilliseconds(), cancel), cancel);
    }

    /// <inheritdoc />
    public ValueTask<BindingSnapshot> FindAsync(IReadOnlyList<BindingLookup> lookups, CancellationToken cancel)
    {
        ThrowUnlessAllowed(lookups.Count, MaxKeys, nameof(lookups));
        return _readers.RunAsync(reader => reader.FindBindings(lookups, cancel), cancel);
    }

    /// <summary>Reads the entries of the change feed after a revision (0 for the beginning), at most <paramref name="limit"/> (1 to 100,000) of them, and its head, in one snapshot.</summary>
    /// <exception cref="StoreUnavailableException">The store cannot answer now, or the feed is damaged.</exception>
    public ValueTask<FeedPage> ReadFeedAsync(long afterRevision, int limit, CancellationToken cancel = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(afterRevision);
        ThrowUnlessAllowed(limit, MaxFeedEntries, nameof(limit));
        return _readers.RunAsync(reader => reader.ReadFeed(afterRevision, limit), cancel);
    }

    /// <summary>The head of the change feed: the revision of the newest committed change, 0 when there is none.</summary>
    /// <exception cref="StoreUnavailableException">The store cannot answer now.</exception>
    public ValueTask<long> ReadHeadAsync(CancellationToken cancel = default) => _readers.RunAsync(static reader => reader.Head(), cancel);

    /// <summary>
    /// Runs <paramref name="work"/> in one transaction: when it returns, everything is committed together with its entries in the
    /// change feed; when it throws, nothing is. Writes take turns, and <paramref name="work"/> must not start another one.
    /// </summary>
    /// <exception cref="WriteRefusedException">A row breaks a rule; nothing is committed.</exception>
    /// <exception cref="StoreUnavailableException">The store cannot write now; nothing is committed, unless the commit itself failed: then only reading tells.</exception>
    public ValueTask<WriteResult> WriteAsync(Action<WriteBatch> work, CancellationToken cancel = default) => _writer.RunAsync(work, cancel);

    /// <summary>Lets calls in progress end and closes the file; later calls find the store unavailable.</summary>
    public async ValueTask DisposeAsync()
    {
        await _readers.DisposeAsync();
        await _writer.DisposeAsync();
        // The last connection to close moves the log into the file, and must be one that may write.
        Interlocked.Exchange(ref _keeper, null)?.Dispose();
    }

    /// <inheritdoc />
    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();

    private static void ThrowUnlessAllowed(int count, int most, string name)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1, name);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, most, name);
    }

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
}
