using Npgsql;
using VerifyGateway.Storage.Postgres;
using VerifyGateway.TestKit;

namespace VerifyGateway.Storage.Tests.Contract;

/// <summary>A database of its own for each test, on the server that all share.</summary>
public sealed class PostgresFixture(ContractServer server) : StoreFixture
{
    private readonly List<PostgresDatabase> _databases = [];
    private PostgresDatabase? _database;

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

    protected override async Task<ISystemOfRecord> OpenOtherCoreAsync(TimeProvider time) => await OpenAsync(await MakeAsync(), time);

    protected override async ValueTask RemoveAsync()
    {
        foreach (var database in _databases)
        {
            await server.DropDatabaseAsync(database);
        }
    }

    private static async Task<ISystemOfRecord> OpenAsync(PostgresDatabase database, TimeProvider time) =>
        // The machine may be busy: that a read takes long is not what is tested here.
        await PostgresStore.OpenAsync(
            new PostgresStoreOptions { ConnectionString = database.Service, CheckStatementTimeout = TimeSpan.FromSeconds(10), StatementTimeout = TimeSpan.FromSeconds(30), ConnectTimeout = TimeSpan.FromSeconds(10) }, time);

    private async Task<NpgsqlConnection> ConnectAsync()
    {
        var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder((await DatabaseAsync()).Owner) { Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        return connection;
    }

    private async Task<PostgresDatabase> DatabaseAsync() => _database ??= await MakeAsync();

    private async Task<PostgresDatabase> MakeAsync()
    {
        var database = await server.CreateDatabaseAsync();
        _databases.Add(database);
        return database;
    }
}
