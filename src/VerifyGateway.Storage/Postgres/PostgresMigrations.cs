using System.Data;
using System.Globalization;
using System.Reflection;
using Npgsql;
using VerifyGateway.Caching.Store;
using static VerifyGateway.Storage.Postgres.PostgresCommands;

namespace VerifyGateway.Storage.Postgres;

/// <summary>
/// Brings a database's schema up to date, step by step, each in a transaction of its own; run by the role that owns the tables.
/// Two that run at once take turns. Thread-safe.
/// </summary>
public static class PostgresMigrations
{
    // Any number that nobody else locks.
    private const long Turn = 0x76_67_5F_6D_69_67_72;
    private const string Prefix = "Postgres/Migrations/";

    private static readonly (int Version, string Name)[] Steps = FindSteps();

    /// <summary>The newest version of the schema that this program knows.</summary>
    public static int Newest => Steps[^1].Version;

    /// <summary>Runs the steps that have not been run.</summary>
    /// <param name="ownerConnectionString">How to connect as the role that owns, or is to own, the tables.</param>
    /// <param name="time">Says when each step was run.</param>
    /// <param name="serviceRole">The role that gateways connect as; it is granted the reading and writing of rows in all tables. Null leaves rights as they are.</param>
    /// <param name="cancel">Ends the waiting; the step under way may happen all the same.</param>
    /// <returns>The steps that were run now.</returns>
    /// <exception cref="StoreUnusableException">The schema is newer than this program, or a step or grant is refused.</exception>
    /// <exception cref="StoreUnavailableException">The database cannot be used now; steps before are kept.</exception>
    /// <exception cref="ArgumentException">The connection string is not one.</exception>
    public static async Task<IReadOnlyList<int>> RunAsync(string ownerConnectionString, TimeProvider time, string? serviceRole = null, CancellationToken cancel = default)
    {
        var settings = PostgresStoreOptions.Parse(ownerConnectionString);
        settings.Pooling = false;
        settings.Enlist = false;
        settings.CommandTimeout = 0;
        settings.ApplicationName ??= "vgctl migrate";
        settings.Options = $"{settings.Options} -c lock_timeout=60s -c statement_timeout=1h -c synchronous_commit=on".Trim();
        var place = PostgresSettings.PlaceOf(settings);
        var done = new List<int>();
        try
        {
            await using var connection = new NpgsqlConnection(settings.ConnectionString);
            await connection.OpenAsync(cancel);
            while (await StepAsync(connection, time, place, cancel) is { } version)
            {
                done.Add(version);
            }

            if (serviceRole is not null)
            {
                await GrantAsync(connection, serviceRole, cancel);
            }

            return done;
        }
        catch (PostgresException refused) when (refused.InvariantSeverity == "ERROR" && !refused.IsTransient)
        {
            throw new StoreUnusableException($"The schema of {place} cannot be brought up to date: {refused.MessageText} ({refused.SqlState}). Run it as the role that owns the database.", refused);
        }
        catch (Exception failed) when (PostgresFailure.IsOfDatabase(failed))
        {
            throw new StoreUnavailableException(new PostgresFailure(place).Explain(failed), failed);
        }
    }

    /// <summary>Throws unless the schema is exactly the newest that this program knows.</summary>
    /// <exception cref="StoreUnusableException">It is another, or there is none.</exception>
    internal static async Task RequireNewestAsync(NpgsqlConnection connection, string place)
    {
        var version = await VersionAsync(connection, CancellationToken.None);
        if (version != Newest)
        {
            throw new StoreUnusableException(version switch
            {
                0 => $"The database has no tables of the gateway; run 'vgctl store migrate'. ({place})",
                _ when version < Newest => string.Create(CultureInfo.InvariantCulture, $"The database's schema has version {version} and this program needs {Newest}; run 'vgctl store migrate'. ({place})"),
                _ => Newer(version, place),
            });
        }
    }

    private static async Task<int?> StepAsync(NpgsqlConnection connection, TimeProvider time, string place, CancellationToken cancel)
    {
        await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, cancel);
        await ExecuteAsync(connection, "SELECT pg_advisory_xact_lock($1)", cancel, Number(Turn));
        // A statement after the lock sees what the one before us has committed.
        await ExecuteAsync(connection, "CREATE TABLE IF NOT EXISTS schema_migrations (version integer PRIMARY KEY, name text NOT NULL, applied_at_unix_ms bigint NOT NULL)", cancel);
        var version = await VersionAsync(connection, cancel);
        if (version > Newest)
        {
            throw new StoreUnusableException(Newer(version, place));
        }

        if (version == Newest)
        {
            return null;
        }

        var next = Steps.First(step => step.Version > version);
        await ExecuteAsync(connection, ReadStep(next.Name), cancel);
        await ExecuteAsync(
            connection, "INSERT INTO schema_migrations (version, name, applied_at_unix_ms) VALUES ($1, $2, $3)", cancel,
            Number(next.Version), Text(next.Name), Number(time.GetUtcNow().ToUnixTimeMilliseconds()));
        await transaction.CommitAsync(cancel);
        return next.Version;
    }

    private static async Task GrantAsync(NpgsqlConnection connection, string role, CancellationToken cancel)
    {
        await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, cancel);
        await ExecuteAsync(connection, "SELECT pg_advisory_xact_lock($1)", cancel, Number(Turn));
        await using var command = connection.Command("SELECT quote_ident($1), quote_ident(current_schema())", Text(role));
        string quoted, schema;
        await using (var reader = await command.ExecuteReaderAsync(cancel))
        {
            await reader.ReadAsync(cancel);
            (quoted, schema) = (reader.GetString(0), reader.GetString(1));
        }

        await ExecuteAsync(connection, $"GRANT USAGE ON SCHEMA {schema} TO {quoted}", cancel);
        await ExecuteAsync(connection, $"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {schema} TO {quoted}", cancel);
        await ExecuteAsync(connection, $"REVOKE INSERT, UPDATE, DELETE ON schema_migrations FROM {quoted}", cancel);
        await transaction.CommitAsync(cancel);
    }

    /// <summary>The version of the schema; 0 when there is none.</summary>
    private static async Task<int> VersionAsync(NpgsqlConnection connection, CancellationToken cancel)
    {
        await using var exists = connection.Command("SELECT to_regclass('schema_migrations') IS NOT NULL");
        if (await exists.ExecuteScalarAsync(cancel) is not true)
        {
            return 0;
        }

        await using var newest = connection.Command("SELECT coalesce(max(version), 0) FROM schema_migrations");
        return (int)(await newest.ExecuteScalarAsync(cancel))!;
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancel, params NpgsqlParameter[] parameters)
    {
        await using var command = connection.Command(sql, parameters);
        await command.ExecuteNonQueryAsync(cancel);
    }

    private static string Newer(int version, string place) =>
        string.Create(CultureInfo.InvariantCulture, $"The database's schema has version {version}, newer than the {Newest} of this program; start the newer program. ({place})");

    private static (int, string)[] FindSteps() =>
    [
        .. Assembly.GetExecutingAssembly().GetManifestResourceNames()
            .Where(static name => name.StartsWith(Prefix, StringComparison.Ordinal))
            .Select(static name => name[Prefix.Length..])
            .Select(static name => (Version: int.Parse(name.AsSpan(0, 4), CultureInfo.InvariantCulture), Name: name))
            .OrderBy(static step => step.Version),
    ];

    private static string ReadStep(string name)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(Prefix + name)!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
