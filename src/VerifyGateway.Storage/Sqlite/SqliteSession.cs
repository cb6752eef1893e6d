using System.Diagnostics;
using Microsoft.Data.Sqlite;
using VerifyGateway.Storage.Sql;

namespace VerifyGateway.Storage.Sqlite;

/// <summary>A session on a connection of the embedded store; keeps its statements prepared.</summary>
internal sealed class SqliteSession(SqliteConnection connection, CancellationToken cancel) : ISqlSession, IDisposable
{
    private readonly Dictionary<string, Statement> _statements = [];

    /// <inheritdoc />
    public async IAsyncEnumerable<ISqlRow> ReadAsync(string sql, params object[] values)
    {
        await Task.CompletedTask;
        var statement = Bind(sql, values);
        try
        {
            while (statement.Read())
            {
                cancel.ThrowIfCancellationRequested();
                yield return statement;
            }
        }
        finally
        {
            statement.Reset();
        }
    }

    /// <inheritdoc />
    public ValueTask<int> RunAsync(string sql, params object[] values)
    {
        cancel.ThrowIfCancellationRequested();
        return ValueTask.FromResult(Bind(sql, values).Run());
    }

    public void Dispose()
    {
        foreach (var statement in _statements.Values)
        {
            statement.Dispose();
        }
    }

    private Statement Bind(string sql, object[] values)
    {
        if (!_statements.TryGetValue(sql, out var statement))
        {
            _statements[sql] = statement = new Statement(connection, sql);
        }

        foreach (var value in values)
        {
            _ = value switch
            {
                string text => statement.With(text),
                long number => statement.With(number),
                byte[] bytes => statement.With(bytes),
                _ => throw new UnreachableException(),
            };
        }

        return statement;
    }
}
