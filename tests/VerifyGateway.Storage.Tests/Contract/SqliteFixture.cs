using Microsoft.Data.Sqlite;
using VerifyGateway.TestKit;

namespace VerifyGateway.Storage.Tests.Contract;

/// <summary>A file of its own for each test.</summary>
public sealed class SqliteFixture : StoreFixture
{
    private const int ConstraintFailed = 19;

    private readonly TempFolder _folder = new();

    private string Path => _folder.File("vg.db");

    public override Task ExecuteAsync(string sql)
    {
        RawFile.Execute(Path, sql);
        return Task.CompletedTask;
    }

    public override Task<IReadOnlyList<object?[]>> QueryAsync(string sql)
    {
        using var connection = RawFile.Open(Path);
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        using var row = command.ExecuteReader();
        var rows = new List<object?[]>();
        while (row.Read())
        {
            var values = new object[row.FieldCount];
            row.GetValues(values);
            rows.Add([.. values.Select(static value => value is DBNull ? null : value)]);
        }

        return Task.FromResult<IReadOnlyList<object?[]>>(rows);
    }

    public override async Task<string> RefusalAsync(string sql)
    {
        var refused = await Assert.ThrowsAsync<SqliteException>(() => ExecuteAsync(sql));
        Assert.Equal(ConstraintFailed, refused.SqliteErrorCode);
        return refused.Message;
    }

    public override string Blob(string hexadecimal) => $"x'{hexadecimal}'";

    public override string Flag(bool value) => value ? "1" : "0";

    protected override Task<ISystemOfRecord> OpenCoreAsync(TimeProvider time) => Task.FromResult<ISystemOfRecord>(Make.Store(Path, time));

    protected override Task<ISystemOfRecord> OpenOtherCoreAsync(TimeProvider time) => Task.FromResult<ISystemOfRecord>(Make.Store(_folder.File("other.db"), time));

    protected override ValueTask RemoveAsync()
    {
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }
}
