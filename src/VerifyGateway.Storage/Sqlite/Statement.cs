using System.Globalization;
using System.Text;
using Microsoft.Data.Sqlite;
using SQLitePCL;
using VerifyGateway.Storage.Sql;

namespace VerifyGateway.Storage.Sqlite;

/// <summary>
/// A prepared statement with parameters $1, $2 …, without the objects that an ADO.NET command makes for each value. Belongs to one
/// connection and, like it, to one thread at a time.
/// </summary>
internal sealed class Statement : ISqlRow, IDisposable
{
    private const int ShortText = 64;

    private readonly sqlite3 _database;
    private readonly sqlite3_stmt _statement;
    // SQLite numbers parameters in the order in which it meets their names.
    private readonly int[] _places;
    private int _bound;

    public Statement(SqliteConnection connection, string sql)
    {
        _database = connection.Handle!;
        SqliteException.ThrowExceptionForRC(raw.sqlite3_prepare_v2(_database, sql, out _statement), _database);
        _places = new int[raw.sqlite3_bind_parameter_count(_statement)];
        for (var i = 0; i < _places.Length; i++)
        {
            _places[i] = raw.sqlite3_bind_parameter_index(_statement, string.Create(CultureInfo.InvariantCulture, $"${i + 1}"));
        }
    }

    /// <summary>Binds the next parameter.</summary>
    public Statement With(string? value)
    {
        var at = _places[_bound++];
        if (value is null)
        {
            raw.sqlite3_bind_null(_statement, at);
        }
        else if (value.Length > ShortText)
        {
            // With its length: a text may hold a NUL, at which the binding without one would end.
            raw.sqlite3_bind_text(_statement, at, Encoding.UTF8.GetBytes(value));
        }
        else
        {
            // At most three bytes a character.
            Span<byte> utf8 = stackalloc byte[ShortText * 3];
            raw.sqlite3_bind_text(_statement, at, utf8[..Encoding.UTF8.GetBytes(value, utf8)]);
        }

        return this;
    }

    /// <summary>Binds the next parameter.</summary>
    public Statement With(long value)
    {
        raw.sqlite3_bind_int64(_statement, _places[_bound++], value);
        return this;
    }

    /// <summary>Binds the next parameter.</summary>
    public Statement With(bool value) => With(value ? 1 : 0);

    /// <summary>Binds the next parameter, as YYYY-MM-DD.</summary>
    public Statement With(DateOnly? value) => With(value?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));

    /// <summary>Binds the next parameter; null is SQL's NULL.</summary>
    public Statement With(byte[]? value)
    {
        var at = _places[_bound++];
        if (value is null)
        {
            raw.sqlite3_bind_null(_statement, at);
        }
        else if (value.Length == 0)
        {
            raw.sqlite3_bind_zeroblob(_statement, at, 0);
        }
        else
        {
            raw.sqlite3_bind_blob(_statement, at, value);
        }

        return this;
    }

    /// <summary>Goes to the next row; at the end, the statement is ready to run again, with other parameters.</summary>
    public bool Read()
    {
        var outcome = raw.sqlite3_step(_statement);
        if (outcome == raw.SQLITE_ROW)
        {
            return true;
        }

        Reset();
        if (outcome != raw.SQLITE_DONE)
        {
            SqliteException.ThrowExceptionForRC(outcome, _database);
        }

        return false;
    }

    /// <summary>Runs a statement that gives no rows; returns how many it changed.</summary>
    public int Run() => Read() ? throw new InvalidOperationException("The statement gives rows.") : raw.sqlite3_changes(_database);

    /// <summary>The first column of the first row, a number; 0 when there is none.</summary>
    public long RunNumber() => One(static row => row.IsNull(0) ? 0 : row.Number(0), 0);

    /// <summary>What the first row says; the other rows are not looked at.</summary>
    public T One<T>(Func<ISqlRow, T> read, T none)
    {
        if (!Read())
        {
            return none;
        }

        try
        {
            return read(this);
        }
        finally
        {
            Reset();
        }
    }

    /// <summary>Makes the statement ready to run again; needed when not all rows were read.</summary>
    public void Reset()
    {
        raw.sqlite3_reset(_statement);
        _bound = 0;
    }

    public bool IsNull(int at) => raw.sqlite3_column_type(_statement, at) == raw.SQLITE_NULL;

    public string Text(int at) => raw.sqlite3_column_text(_statement, at).utf8_to_string() ?? "";

    public long Number(int at) => raw.sqlite3_column_int64(_statement, at);

    public bool Flag(int at) => Number(at) != 0;

    public DateOnly? Day(int at) => IsNull(at) ? null : DateOnly.ParseExact(Text(at), "yyyy-MM-dd", CultureInfo.InvariantCulture);

    public byte[]? Bytes(int at) => IsNull(at) ? null : raw.sqlite3_column_blob(_statement, at).ToArray();

    public string NameOf(int at) => raw.sqlite3_column_name(_statement, at).utf8_to_string() ?? "";

    public void Dispose() => _statement.Dispose();
}
