using Npgsql;

namespace VerifyGateway.Storage.Postgres;

/// <summary>How the PostgreSQL system of record is reached, and how long anything may take.</summary>
public sealed record PostgresStoreOptions
{
    /// <summary>The longest that a long write may take over one statement, unless told otherwise.</summary>
    public static readonly TimeSpan DefaultLongWriteStatementTimeout = TimeSpan.FromMinutes(1);

    /// <summary>How to connect, in the form of Npgsql, with the service role, which owns nothing. It may hold a password and is never printed.</summary>
    public required string ConnectionString { get; init; }

    /// <summary>The connections for the reads of checks, 1 to 100: the most, and once they are open they are kept.</summary>
    public int CheckPoolSize { get; init; } = 8;

    /// <summary>The most connections for all other reads, 1 to 100. Five more are kept: one that writes, one that listens, one that reports to the roster, and two that read the feed for the copies.</summary>
    public int WorkPoolSize { get; init; } = 8;

    /// <summary>The longest that the server works for a check, 50 ms to 1 min. The caller is answered at most 1 s later, also when the server is silent.</summary>
    public TimeSpan CheckStatementTimeout { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>The longest that the server works on any other statement, 50 ms to 10 min. The caller is answered at most 1 s later, also when the server is silent.</summary>
    public TimeSpan StatementTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The same for statements of long writes and of reading everything, 1 s to 1 h.</summary>
    public TimeSpan LongWriteStatementTimeout { get; init; } = DefaultLongWriteStatementTimeout;

    /// <summary>The longest that making a connection takes, in whole seconds, 1 s to 1 min.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>The longest that a statement waits for another writer's lock, 50 ms to 1 min.</summary>
    public TimeSpan LockTimeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How long a write is tried, 1 s to 5 min.</summary>
    public TimeSpan WriteLimit { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Throws unless every option is within its range.</summary>
    internal void Require()
    {
        _ = Parse(ConnectionString);
        Require(CheckPoolSize, 1, 100, nameof(CheckPoolSize));
        Require(WorkPoolSize, 1, 100, nameof(WorkPoolSize));
        Require(CheckStatementTimeout, TimeSpan.FromMilliseconds(50), TimeSpan.FromMinutes(1), nameof(CheckStatementTimeout));
        Require(StatementTimeout, TimeSpan.FromMilliseconds(50), TimeSpan.FromMinutes(10), nameof(StatementTimeout));
        Require(LongWriteStatementTimeout, TimeSpan.FromSeconds(1), TimeSpan.FromHours(1), nameof(LongWriteStatementTimeout));
        Require(ConnectTimeout, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1), nameof(ConnectTimeout));
        Require(LockTimeout, TimeSpan.FromMilliseconds(50), TimeSpan.FromMinutes(1), nameof(LockTimeout));
        Require(WriteLimit, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(5), nameof(WriteLimit));
    }

    /// <summary>Takes a connection string apart.</summary>
    /// <exception cref="ArgumentException">It is not one, or does not say where the database is. The message does not repeat it.</exception>
    internal static NpgsqlConnectionStringBuilder Parse(string connectionString)
    {
        NpgsqlConnectionStringBuilder settings;
        try
        {
            settings = new NpgsqlConnectionStringBuilder(connectionString);
        }
        catch (Exception malformed) when (malformed is ArgumentException or FormatException or KeyNotFoundException or OverflowException or InvalidCastException)
        {
            // The driver's message may hold parts of the string, and so of a password.
            throw new ArgumentException("The connection string of the PostgreSQL database is not well formed; it looks like 'Host=…;Port=5432;Database=…;Username=…;Password=…'.");
        }

        return string.IsNullOrEmpty(settings.Host) || string.IsNullOrEmpty(settings.Database)
            ? throw new ArgumentException("The connection string of the PostgreSQL database has to say Host and Database.")
            : settings;
    }

    private static void Require<T>(T value, T least, T most, string name)
        where T : IComparable<T>
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(value, least, name);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(value, most, name);
    }
}
