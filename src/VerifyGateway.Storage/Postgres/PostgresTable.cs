using Npgsql;

namespace VerifyGateway.Storage.Postgres;

/// <summary>How rows of one kind are written to a table: many with one statement, in the order of the list. Immutable.</summary>
internal sealed class PostgresTable<TRow>
{
    /// <summary>From this many rows on, all of them new, a COPY is faster than a statement.</summary>
    public const int CopyFrom = 256;

    private readonly PostgresColumns<TRow> _columns;
    private readonly string _insert;
    private readonly string _upsert;
    private readonly string _copy;

    /// <summary>Says the table, the columns of its key and all columns.</summary>
    public PostgresTable(string table, string[] key, PostgresColumns<TRow> columns)
    {
        _columns = columns;
        var names = string.Join(", ", columns.Select(static column => column.Name));
        var arrays = string.Join(", ", columns.Select(static (column, at) => $"${at + 1}::{column.Type}[]"));
        _copy = $"COPY {table} ({names}) FROM STDIN (FORMAT BINARY)";
        _insert = $"INSERT INTO {table} ({names}) SELECT * FROM unnest({arrays})";
        var rest = columns.Where(column => !key.Contains(column.Name)).Select(static column => $"{column.Name} = excluded.{column.Name}");
        _upsert = $"{_insert} ON CONFLICT ({string.Join(", ", key)}) DO UPDATE SET {string.Join(", ", rest)}";
    }

    /// <summary>Writes rows, of which some may be there already.</summary>
    public void Upsert(NpgsqlBatch batch, IReadOnlyList<TRow> rows) => Add(batch, _upsert, rows);

    /// <summary>Writes rows that are not there yet.</summary>
    public void Insert(NpgsqlBatch batch, IReadOnlyList<TRow> rows) => Add(batch, _insert, rows);

    /// <summary>Writes many rows that are not there yet.</summary>
    public async Task CopyAsync(NpgsqlConnection connection, IReadOnlyList<TRow> rows)
    {
        await using var stream = await connection.BeginRawBinaryCopyAsync(_copy);
        var to = new PostgresCopyBuffer(stream);
        to.Begin();
        foreach (var row in rows)
        {
            await to.BeginRowAsync(_columns.Count);
            foreach (var column in _columns)
            {
                column.Copy(to, row);
            }
        }

        await to.EndAsync();
    }

    private void Add(NpgsqlBatch batch, string sql, IReadOnlyList<TRow> rows)
    {
        if (rows.Count > 0)
        {
            batch.Add(sql, [.. _columns.Select(column => column.ArrayOf(rows))]);
        }
    }
}
