using Npgsql;
using VerifyGateway.Storage.Postgres;
using VerifyGateway.TestKit;

namespace VerifyGateway.Storage.Tests.Postgres;

/// <summary>Connections that are opened before anybody needs them.</summary>
public sealed class PostgresPoolTests(PostgresHost host) : IClassFixture<PostgresHost>
{
    private const int Size = 8;

    [Fact]
    public async Task Filling_opens_all_connections_and_leaves_them_open()
    {
        var database = await host.EmptyDatabaseAsync();
        await using var pool = PoolOn(database);
        Assert.Equal(Size, await pool.FillAsync(Size, TimeSpan.FromSeconds(30)));
        Assert.Equal(Size, await CountAsync(database));
    }

    [Fact]
    public async Task Filling_that_does_not_get_all_connections_in_time_keeps_none_and_the_pool_works()
    {
        var database = await host.EmptyDatabaseAsync();
        await using var pool = PoolOn(database);
        // One more than the pool has: nobody gives it back before the limit.
        Assert.Equal(Size, await pool.FillAsync(Size + 1, TimeSpan.FromSeconds(2)));
        await Wait.UntilAsync(async () => await CountAsync(database) == 0, "the connections to be closed");
        Assert.Equal(1, await pool.ReadAsync(AskAsync, CancellationToken.None));
    }

    [Fact]
    public async Task Filling_from_a_server_that_is_not_there_says_none_and_throws_nothing()
    {
        var options = new PostgresStoreOptions { ConnectionString = $"Host=127.0.0.1;Port={FreePort.Next()};Database=none;Username=nobody" };
        await using var pool = PoolOn(options);
        Assert.Equal(0, await pool.FillAsync(Size, TimeSpan.FromSeconds(2)));
    }

    private static PostgresPool PoolOn(PostgresDatabase database) => PoolOn(new PostgresStoreOptions { ConnectionString = database.Service, CheckPoolSize = Size });

    private static PostgresPool PoolOn(PostgresStoreOptions options)
    {
        var settings = new PostgresSettings(options);
        return new PostgresPool(settings.Checks(), options.CheckStatementTimeout, new PostgresFailure(settings.Place), TimeProvider.System);
    }

    private static async Task<int> AskAsync(NpgsqlConnection connection)
    {
        await using var command = new NpgsqlCommand("SELECT 1", connection);
        return (int)(await command.ExecuteScalarAsync())!;
    }

    private async Task<int> CountAsync(PostgresDatabase database) => (int)(await host.Server.AskAsync(
        PostgresServer.Superuser, $"SELECT count(*)::int FROM pg_stat_activity WHERE datname = '{database.Name}' AND backend_type = 'client backend'"))!;
}
