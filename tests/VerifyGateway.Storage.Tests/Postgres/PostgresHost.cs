using System.Globalization;
using Npgsql;
using VerifyGateway.Storage.Postgres;
using VerifyGateway.Storage.Rows;
using VerifyGateway.TestKit;

namespace VerifyGateway.Storage.Tests.Postgres;

/// <summary>One server for the tests of a class, each of which takes a database of its own.</summary>
public sealed class PostgresHost : IAsyncLifetime
{
    private int _databases;

    /// <summary>The server.</summary>
    public PostgresServer Server { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Server = await PostgresServer.StartAsync(new PostgresServerOptions { Fsync = false });

    public ValueTask DisposeAsync() => Server.DisposeAsync();

    /// <summary>A database without tables.</summary>
    public Task<PostgresDatabase> EmptyDatabaseAsync() =>
        Server.CreateDatabaseAsync(string.Create(CultureInfo.InvariantCulture, $"db{Interlocked.Increment(ref _databases)}"));

    /// <summary>A database with the newest schema.</summary>
    public async Task<PostgresDatabase> DatabaseAsync()
    {
        var database = await EmptyDatabaseAsync();
        await PostgresMigrations.RunAsync(database.Owner, TimeProvider.System);
        return database;
    }

    internal static Task<PostgresStore> OpenAsync(PostgresDatabase database, TimeProvider? time = null) =>
        PostgresStore.OpenAsync(new PostgresStoreOptions { ConnectionString = database.Service }, time ?? TimeProvider.System, CancellationToken.None);

    /// <summary>One acquirer, identity, merchant and terminal, all good, all of number 1.</summary>
    internal static Task<WriteResult> BasicsAsync(ISystemOfRecord store) => store.PutAsync(
        "test", [new AcquirerRow(Make.Acquirer(), Make.Id("A-1"), AcquirerKind.Bank), Make.Identity("ID-1"), Make.Merchant(1, "ID-1"), Make.Terminal(1, 1)]);

    internal static async Task<object?> AskAsync(string connectionString, string sql)
    {
        await using var connection = new NpgsqlConnection(connectionString + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }
}
