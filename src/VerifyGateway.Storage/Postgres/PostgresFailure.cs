using System.Globalization;
using System.Net.Sockets;
using Npgsql;
using VerifyGateway.Storage.Writing;

namespace VerifyGateway.Storage.Postgres;

/// <summary>What a failure of the driver means, in sentences for people that hold no password. Thread-safe.</summary>
/// <param name="place">Where the database is.</param>
internal sealed class PostgresFailure(string place)
{
    private const string QueryCanceled = PostgresErrorCodes.QueryCanceled;
    private const string IdleInTransaction = "25P03";
    private const string IdleSession = "57P05";

    /// <summary>True for a failure that is the database's or the way's to it, and not the program's own.</summary>
    public static bool IsOfDatabase(Exception failure) =>
        failure is NpgsqlException or TimeoutException or IOException or SocketException or ObjectDisposedException;

    /// <summary>True when the connection was dead or the statement fell to a race, so that a read may succeed on another one at once.</summary>
    public static bool IsWorthReadingAgain(Exception failure) => failure switch
    {
        PostgresException { SqlState: var state } => state is PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown or IdleSession
            or PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected,
        NpgsqlException { InnerException: var cause } => cause is IOException or SocketException,
        _ => failure is IOException or SocketException,
    };

    /// <summary>What the failure says, in a sentence.</summary>
    public string Explain(Exception failure) => $"{SentenceOf(failure)} ({place})";

    /// <summary>The sentence for a server that does not answer at all.</summary>
    public string Silent(TimeSpan limit) =>
        string.Create(CultureInfo.InvariantCulture, $"The database has not answered within {limit.TotalSeconds:0.#} s. ({place})");

    /// <summary>A failed transaction in terms of the writer.</summary>
    /// <param name="failure">The driver's exception.</param>
    /// <param name="isCommitting">True when a COMMIT was on its way.</param>
    public WriteFailedException OfWrite(Exception failure, bool isCommitting) => new(Explain(failure), failure)
    {
        // Only an ERROR says for certain that there was no commit: a server that ends may do so between a commit and its answer.
        MayHaveCommitted = isCommitting && failure is not PostgresException { InvariantSeverity: "ERROR" },
        IsWorthRetrying = failure is not PostgresException { SqlState: var state } ? failure is not ObjectDisposedException : IsPassing(state),
    };

    /// <summary>The sentence of a failure while the database is looked at for the first time; null when waiting may help.</summary>
    public string? LastingReason(Exception failure) => failure is not PostgresException { SqlState: var state } ? null : state switch
    {
        PostgresErrorCodes.InsufficientPrivilege => $"The database role may not read the tables; run 'vgctl store migrate' with the name of the service role. ({place})",
        PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification or PostgresErrorCodes.InvalidCatalogName => Explain(failure),
        _ => null,
    };

    private static bool IsPassing(string state) => state switch
    {
        PostgresErrorCodes.DiskFull => false,
        QueryCanceled or PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.ReadOnlySqlTransaction => true,
        _ => state.StartsWith("08", StringComparison.Ordinal) || state.StartsWith("40", StringComparison.Ordinal)
            || state.StartsWith("53", StringComparison.Ordinal) || state.StartsWith("57P", StringComparison.Ordinal)
            || state == IdleInTransaction,
    };

    private static string SentenceOf(Exception failure) => failure switch
    {
        PostgresException answer => SentenceOf(answer),
        ObjectDisposedException => "The store is closed.",
        NpgsqlException { InnerException: TimeoutException } or TimeoutException => "The database did not answer in time, or no connection became free.",
        NpgsqlException { InnerException: SocketException socket } => $"The database cannot be reached: {socket.SocketErrorCode}.",
        NpgsqlException { InnerException: IOException } or IOException => "The connection to the database broke: the server was stopped, or the network failed.",
        _ => $"The database cannot be used: {failure.Message}",
    };

    private static string SentenceOf(PostgresException answer) => answer.SqlState switch
    {
        PostgresErrorCodes.AdminShutdown => "The database server ended the connection: it is stopped or restarted, or an operator ended it.",
        PostgresErrorCodes.CrashShutdown => "The database server ended all connections after a crash of one of its processes.",
        PostgresErrorCodes.CannotConnectNow => "The database server is starting or stopping and takes no connections yet.",
        PostgresErrorCodes.TooManyConnections => "The database server has no connection free; raise its max_connections or make the pools smaller.",
        PostgresErrorCodes.ReadOnlySqlTransaction => "The database takes no writes: it is a standby or set to read-only; point the gateway at the primary.",
        PostgresErrorCodes.DiskFull => "The database server's disk is full; make room on it.",
        PostgresErrorCodes.OutOfMemory => "The database server is out of memory.",
        QueryCanceled => "The database took longer than a statement may.",
        PostgresErrorCodes.LockNotAvailable => "Another writer of the database holds its lock for longer than is waited.",
        IdleInTransaction => "The database server ended a transaction that stood still for too long.",
        PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification => "The database server refuses the user name or the password; look at the connection string.",
        PostgresErrorCodes.InvalidCatalogName => "The database does not exist on the server; make it and run 'vgctl store migrate'.",
        PostgresErrorCodes.InsufficientPrivilege => "The database role lacks a right on a table; run 'vgctl store migrate' with the name of the service role.",
        PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.UndefinedColumn or PostgresErrorCodes.UndefinedFunction =>
            "The database lacks a table, column or function; run 'vgctl store migrate'.",
        PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected => "The database took a statement back in favour of others.",
        _ => $"The database answered with an error ({answer.SqlState}): {answer.MessageText}.",
    };
}
