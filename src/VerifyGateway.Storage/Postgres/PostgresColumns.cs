using Npgsql;
using NpgsqlTypes;

namespace VerifyGateway.Storage.Postgres;

/// <summary>One column of a table as it is written.</summary>
internal abstract class PostgresColumn<TRow>(string name, string type)
{
    public string Name { get; } = name;

    /// <summary>The SQL type.</summary>
    public string Type { get; } = type;

    /// <summary>The column of all rows, as an array.</summary>
    public abstract NpgsqlParameter ArrayOf(IReadOnlyList<TRow> rows);

    /// <summary>The column of a row, into a COPY.</summary>
    public abstract void Copy(PostgresCopyBuffer to, TRow row);
}

/// <summary>A column of one type.</summary>
internal sealed class PostgresColumn<TRow, TValue>(string name, string type, NpgsqlDbType driverType, Func<TRow, TValue> value, Action<PostgresCopyBuffer, TValue> copy)
    : PostgresColumn<TRow>(name, type)
{
    public override NpgsqlParameter ArrayOf(IReadOnlyList<TRow> rows)
    {
        var values = new TValue[rows.Count];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = value(rows[i]);
        }

        return new NpgsqlParameter<TValue[]> { TypedValue = values, NpgsqlDbType = NpgsqlDbType.Array | driverType };
    }

    public override void Copy(PostgresCopyBuffer to, TRow row) => copy(to, value(row));
}

/// <summary>A list of columns, in short words.</summary>
internal sealed class PostgresColumns<TRow> : List<PostgresColumn<TRow>>
{
    public PostgresColumns<TRow> Text(string name, Func<TRow, string?> value) => With(name, "text", NpgsqlDbType.Text, value, static (to, text) =>
    {
        if (text is null)
        {
            to.Null();
        }
        else
        {
            to.Text(text);
        }
    });

    public PostgresColumns<TRow> Small(string name, Func<TRow, short> value) => With(name, "smallint", NpgsqlDbType.Smallint, value, static (to, number) => to.Small(number));

    public PostgresColumns<TRow> Whole(string name, Func<TRow, int> value) => With(name, "integer", NpgsqlDbType.Integer, value, static (to, number) => to.Whole(number));

    public PostgresColumns<TRow> Big(string name, Func<TRow, long> value) => With(name, "bigint", NpgsqlDbType.Bigint, value, static (to, number) => to.Big(number));

    public PostgresColumns<TRow> Flag(string name, Func<TRow, bool> value) => With(name, "boolean", NpgsqlDbType.Boolean, value, static (to, flag) => to.Flag(flag));

    public PostgresColumns<TRow> Day(string name, Func<TRow, DateOnly?> value) => With(name, "date", NpgsqlDbType.Date, value, static (to, day) =>
    {
        if (day is { } known)
        {
            to.Day(known);
        }
        else
        {
            to.Null();
        }
    });

    public PostgresColumns<TRow> Bytes(string name, Func<TRow, byte[]?> value) => With(name, "bytea", NpgsqlDbType.Bytea, value, static (to, bytes) =>
    {
        if (bytes is null)
        {
            to.Null();
        }
        else
        {
            to.Bytes(bytes);
        }
    });

    private PostgresColumns<TRow> With<TValue>(string name, string type, NpgsqlDbType driverType, Func<TRow, TValue> value, Action<PostgresCopyBuffer, TValue> copy)
    {
        Add(new PostgresColumn<TRow, TValue>(name, type, driverType, value, copy));
        return this;
    }
}
