namespace VerifyGateway.Storage.Sql;

/// <summary>
/// Statements that every engine understands, one after the other in one transaction. Parameters are named $1, $2 … and are texts,
/// whole numbers (64 bits) or bytes. One thread at a time.
/// </summary>
internal interface ISqlSession
{
    /// <summary>The rows of a query. Each is valid until the next is asked for; no other statement runs before the last one was read or left.</summary>
    IAsyncEnumerable<ISqlRow> ReadAsync(string sql, params object[] values);

    /// <summary>Runs a statement; returns how many rows it has changed.</summary>
    ValueTask<int> RunAsync(string sql, params object[] values);
}

/// <summary>Short words for sessions.</summary>
internal static class SqlSessions
{
    /// <summary>What the first row says; <paramref name="none"/> when there is none.</summary>
    public static async ValueTask<T> OneAsync<T>(this ISqlSession session, string sql, Func<ISqlRow, T> read, T none, params object[] values)
    {
        await foreach (var row in session.ReadAsync(sql, values))
        {
            return read(row);
        }

        return none;
    }

    /// <summary>What all rows say; for few of them.</summary>
    public static async ValueTask<List<T>> ListAsync<T>(this ISqlSession session, string sql, Func<ISqlRow, T> read, params object[] values)
    {
        var all = new List<T>();
        await foreach (var row in session.ReadAsync(sql, values))
        {
            all.Add(read(row));
        }

        return all;
    }
}
