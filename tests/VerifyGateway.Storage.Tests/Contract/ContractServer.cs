using VerifyGateway.Storage.Postgres;
using VerifyGateway.Storage.Tests.Contract;
using VerifyGateway.TestKit;

[assembly: AssemblyFixture(typeof(ContractServer))]

namespace VerifyGateway.Storage.Tests.Contract;

/// <summary>One PostgreSQL server for all tests of the contract, started when the first asks for a database. Each database is a copy of one with the schema.</summary>
public sealed class ContractServer : IAsyncDisposable
{
    private const string Template = "contract";
    private readonly SemaphoreSlim _turn = new(1, 1);
    private PostgresServer? _server;
    private int _databases;

    /// <summary>Makes a database with the schema and nothing in it.</summary>
    public async Task<PostgresDatabase> CreateDatabaseAsync()
    {
        await _turn.WaitAsync();
        try
        {
            _server ??= await StartAsync();
            var name = FormattableString.Invariant($"{Template}_{++_databases}");
            await _server.AskAsync(PostgresServer.Superuser, $"CREATE DATABASE {name} TEMPLATE {Template} OWNER {Template}_owner");
            // What names and signs for the store is its own.
            await _server.AskAsync(name, "UPDATE meta SET store_id = replace(gen_random_uuid()::text, '-', ''), page_key = sha256(uuid_send(gen_random_uuid()))");
            return new PostgresDatabase(name, _server.ConnectionString(name, Template + "_owner"), _server.ConnectionString(name, Template + "_service"));
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }

        _turn.Dispose();
    }

    private static async Task<PostgresServer> StartAsync()
    {
        var server = await PostgresServer.StartAsync(new PostgresServerOptions { Fsync = false, MaxConnections = 200 });
        var database = await server.CreateDatabaseAsync(Template);
        await PostgresMigrations.RunAsync(database.Owner, TimeProvider.System, Template + "_service");
        return server;
    }
}
