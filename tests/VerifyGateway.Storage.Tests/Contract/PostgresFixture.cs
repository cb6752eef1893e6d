using Npgsql;
using VerifyGateway.Storage.Postgres;
using VerifyGateway.TestKit;

namespace VerifyGateway.Storage.Tests.Contract;

/// <summary>A database of its own for each test, on the server that all share.</summary>
public sealed class PostgresFixture(ContractServer server) : StoreFixture
{
    private PostgresDatabase? _database;
    private NpgsqlDataSource? _around;

    public override async Task ExecuteAsync(string sql)
    {
        await using var connection = await ConnectAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    public override async Task<IReadOnlyList<object?[]>> QueryAsync(string sql)
    {
        await using var connection = await ConnectAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await using var row = await command.ExecuteReaderAsync();
        var rows = new List<object?[]>();
        while (await row.ReadAsync())
        {
            rows.Add([.. Enumerable.Range(0, row.FieldCount).Select(at => row.IsDBNull(at) ? null : row.GetValue(at))]);
        }

        return rows;
    }

    public override async Task<string> RefusalAsync(string sql)
    {
        var refused = await Assert.ThrowsAsync<PostgresException>(() => ExecuteAsync(sql));
        // A rule is broken, or a value is not one of the column's type.
        Assert.True(refused.SqlState.StartsWith("23", StringComparison.Ordinal) || refused.SqlState.StartsWith("22", StringComparison.Ordinal), refused.Message);
        return $"{refused.SqlState} {refused.ConstraintName} {refused.MessageText}";
    }

    public override string Blob(string hexadecimal) => $@"'\x{hexadecimal}'::bytea";

    public override string Flag(bool value) => value ? "true" : "false";

    protected override async Task<ISystemOfRecord> OpenCoreAsync(TimeProvider time) => await OpenAsync(await DatabaseAsync(), time);

    protected override async Task<ISystemOfRecord> OpenOtherCoreAsync(TimeProvider time) => await OpenAsync(await server.CreateDatabaseAsync(), time);

    /// <summary>Databases go with their server: dropping each takes a checkpoint.</summary>
    protected override async ValueTask RemoveAsync()
    {
        if (_around is not null)
        {
            await _around.DisposeAsync();
        }
    }

    private static async Task<ISystemOfRecord> OpenAsync(PostgresDatabase database, TimeProvider time) =>
        // The machine may be busy: that a read takes long is not what is tested here.
        await PostgresStore.OpenAsync(
            new PostgresStoreOptions { ConnectionString = database.Service, CheckStatementTimeout = TimeSpan.FromSeconds(10), StatementTimeout = TimeSpan.FromSeconds(30), ConnectTimeout = TimeSpan.FromSeconds(10) }, time);

    private async Task<NpgsqlConnection> ConnectAsync()
    {
        _around ??= NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder((await DatabaseAsync()).Owner) { MaxPoolSize = 2 });
        return await _around.OpenConnectionAsync();
    }

    private async Task<PostgresDatabase> DatabaseAsync() => _database ??= await server.CreateDatabaseAsync();
}
