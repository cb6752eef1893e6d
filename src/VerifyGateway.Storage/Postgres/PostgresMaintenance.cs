using System.Data;
using Npgsql;
using VerifyGateway.Caching.Store;
using VerifyGateway.Storage.Maintenance;
using VerifyGateway.Storage.Sql;
using static VerifyGateway.Storage.Postgres.PostgresCommands;

namespace VerifyGateway.Storage.Postgres;

/// <summary>The jobs of the store in PostgreSQL, on connections of their own, beside gateways.</summary>
public sealed class PostgresMaintenance : IMaintenanceDatabase
{
    private readonly NpgsqlDataSource _source;
    private readonly PostgresFailure _failure;

    private PostgresMaintenance(NpgsqlDataSource source, string place) => (_source, Place, _failure) = (source, place, new PostgresFailure(place));

    /// <inheritdoc />
    public string Place { get; }

    /// <summary>Opens a store for its jobs: looks whether the database can be reached and has exactly the schema that this program knows.</summary>
    /// <param name="connectionString">How to connect, with a role that may read and write the rows; it is never printed.</param>
    /// <param name="time">The clock that rules of retention and the audit trail go by.</param>
    /// <param name="cancel">Ends the waiting.</param>
    /// <exception cref="StoreUnusableException">The schema is another.</exception>
    /// <exception cref="StoreUnavailableException">The database cannot be reached now.</exception>
    /// <exception cref="ArgumentException">The connection string is not one.</exception>
    public static async Task<IStoreMaintenance> OpenAsync(string connectionString, TimeProvider time, CancellationToken cancel = default)
    {
        var settings = PostgresStoreOptions.Parse(connectionString);
        settings.ApplicationName ??= "vgctl";
        settings.Enlist = false;
        settings.MinPoolSize = 0;
        settings.MaxPoolSize = 2;
        settings.CommandTimeout = 0;
        settings.MaxAutoPrepare = 20;
        settings.PersistSecurityInfo = false;
        // A batch is short, so a lock that is waited for that long is stuck; a search for damage may take its time.
        settings.Options = $"{settings.Options} -c lock_timeout=60s -c statement_timeout=1h -c idle_in_transaction_session_timeout=10min -c synchronous_commit=on".Trim();
        var database = new PostgresMaintenance(NpgsqlDataSource.Create(settings), PostgresSettings.PlaceOf(settings));
        try
        {
            await database.GuardAsync(async () =>
            {
                await using var connection = await database._source.OpenConnectionAsync(cancel);
                await PostgresMigrations.RequireNewestAsync(connection, database.Place);
                return true;
            });
            return new StoreMaintenance(database, time);
        }
        catch
        {
            await database.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc />
    Task<T> IMaintenanceDatabase.ReadAsync<T>(Func<ISqlSession, Task<T>> work, CancellationToken cancel) => GuardAsync(async () =>
    {
        await using var connection = await _source.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancel);
        return await work(new Session(connection, cancel));
    });

    /// <inheritdoc />
    Task<T> IMaintenanceDatabase.WriteAsync<T>(Func<ISqlSession, Task<T>> work, CancellationToken cancel) => GuardAsync(async () =>
    {
        await using var connection = await _source.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, cancel);
        var session = new Session(connection, cancel);
        // Statements after the lock see all that was committed under it.
        await session.OneAsync("SELECT head FROM feed_head WHERE id = 1 FOR UPDATE", static row => row.Number(0), 0);
        var result = await work(session);
        await transaction.CommitAsync(cancel);
        return result;
    });

    /// <inheritdoc />
    Task IMaintenanceDatabase.CheckFilesAsync(Action<string> found, CancellationToken cancel) => Task.CompletedTask;

    /// <summary>Closes the connections.</summary>
    public ValueTask DisposeAsync() => _source.DisposeAsync();

    private async Task<T> GuardAsync<T>(Func<Task<T>> work)
    {
        try
        {
            return await work();
        }
        catch (Exception failed) when (PostgresFailure.IsOfDatabase(failed))
        {
            throw new StoreUnavailableException(_failure.Explain(failed), failed);
        }
    }

    private sealed class Session(NpgsqlConnection connection, CancellationToken cancel) : ISqlSession
    {
        public async IAsyncEnumerable<ISqlRow> ReadAsync(string sql, params object[] values)
        {
            await using var command = Make(sql, values);
            await using var reader = await command.ExecuteReaderAsync(CommandBehavior.SingleResult, cancel);
            var row = new PostgresRow(reader);
            while (await reader.ReadAsync(cancel))
            {
                yield return row;
            }
        }

        public async ValueTask<int> RunAsync(string sql, params object[] values)
        {
            await using var command = Make(sql, values);
            return await command.ExecuteNonQueryAsync(cancel);
        }

        private NpgsqlCommand Make(string sql, object[] values) => connection.Command(sql, [.. values.Select(Any)]);
    }
}
