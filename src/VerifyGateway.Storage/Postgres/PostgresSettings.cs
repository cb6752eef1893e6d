using System.Globalization;
using Npgsql;

namespace VerifyGateway.Storage.Postgres;

/// <summary>The connection strings of the store's kinds of connections, each with its limits as settings of the session. Immutable.</summary>
internal sealed class PostgresSettings
{
    /// <summary>The longest that the server works on a report.</summary>
    public static readonly TimeSpan RosterLimit = TimeSpan.FromMilliseconds(250);

    // Everything that the store asks for is found by an index, and few rows of many: a plan that was made while the tables were small
    // must not stay when they have grown.
    private const string ByIndex = " -c enable_seqscan=off -c enable_hashjoin=off -c enable_mergejoin=off -c jit=off";

    private readonly PostgresStoreOptions _options;

    public PostgresSettings(PostgresStoreOptions options)
    {
        options.Require();
        _options = options;
        Place = PlaceOf(PostgresStoreOptions.Parse(options.ConnectionString));
    }

    /// <summary>Host, port and database, for people.</summary>
    public string Place { get; }

    /// <summary>Host, port and database of a connection string, for people.</summary>
    public static string PlaceOf(NpgsqlConnectionStringBuilder settings) =>
        string.Create(CultureInfo.InvariantCulture, $"PostgreSQL at {settings.Host}:{settings.Port}/{settings.Database}");

    /// <summary>For reads of checks, which look rows up by key: one plan fits all.</summary>
    public NpgsqlDataSource Checks() =>
        Pool(_options.CheckPoolSize, _options.CheckStatementTimeout, " -c default_transaction_read_only=on -c plan_cache_mode=force_generic_plan", keepsAll: true);

    /// <summary>For the feed as the keeper of copies reads it: one that follows, and one for the head.</summary>
    public NpgsqlDataSource Copies() => Pool(2, _options.StatementTimeout, " -c default_transaction_read_only=on -c plan_cache_mode=force_generic_plan");

    /// <summary>For all other reads.</summary>
    public NpgsqlDataSource Work() => Pool(_options.WorkPoolSize, _options.StatementTimeout, " -c default_transaction_read_only=on");

    /// <summary>For the one connection that writes and the one that listens.</summary>
    public NpgsqlDataSource Single()
    {
        var settings = Make(_options.StatementTimeout, " -c plan_cache_mode=force_generic_plan");
        settings.Pooling = false;
        settings.ReadBufferSize = settings.WriteBufferSize = 64 * 1024;
        return NpgsqlDataSource.Create(settings);
    }

    /// <summary>For the roster, whose rows a crash may take back.</summary>
    public NpgsqlDataSource Roster() => Pool(1, RosterLimit, " -c synchronous_commit=off");

    private NpgsqlDataSource Pool(int size, TimeSpan statementTimeout, string more, bool keepsAll = false)
    {
        var settings = Make(statementTimeout, more);
        settings.Pooling = true;
        // The driver opens none for this: it only leaves so many open, however long nobody uses them.
        settings.MinPoolSize = keepsAll ? size : 0;
        settings.MaxPoolSize = size;
        // No statement of a pool leaves anything behind in its session.
        settings.NoResetOnClose = true;
        return NpgsqlDataSource.Create(settings);
    }

    private NpgsqlConnectionStringBuilder Make(TimeSpan statementTimeout, string more)
    {
        var settings = PostgresStoreOptions.Parse(_options.ConnectionString);
        settings.ApplicationName ??= "verify-gateway";
        settings.Timeout = (int)Math.Ceiling(_options.ConnectTimeout.TotalSeconds);
        // The store itself stops waiting long before that, see Bounded. The driver's own way asks the server on a second connection
        // to cancel, which holds a thread while the server is silent; so it comes last and late.
        settings.CommandTimeout = (int)Math.Ceiling(_options.LongWriteStatementTimeout.TotalSeconds * 2);
        settings.CancellationTimeout = -1;
        settings.TcpKeepAlive = true;
        settings.TcpKeepAliveTime = 5;
        settings.TcpKeepAliveInterval = 2;
        settings.MaxAutoPrepare = 100;
        settings.AutoPrepareMinUsages = 2;
        settings.Enlist = false;
        settings.IncludeErrorDetail = false;
        settings.PersistSecurityInfo = false;
        settings.Options = string.Create(
            CultureInfo.InvariantCulture,
            $"{settings.Options} -c statement_timeout={Ms(statementTimeout)} -c lock_timeout={Ms(_options.LockTimeout)} -c idle_in_transaction_session_timeout={Ms(_options.LongWriteStatementTimeout)}{ByIndex}{more}").Trim();
        return settings;
    }

    private static long Ms(TimeSpan time) => (long)time.TotalMilliseconds;
}
