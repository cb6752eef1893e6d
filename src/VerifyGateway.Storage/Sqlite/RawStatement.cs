using System.Text;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace VerifyGateway.Storage.Sqlite;

/// <summary>
/// A prepared insert without the objects that an ADO.NET command makes for each value: for loads of millions of rows. Parameters
/// are numbered from 1, and each run binds all of them. Belongs to one connection and, like it, to one thread at a time.
/// </summary>
internal sealed class RawStatement : IDisposable
{
    private const int ShortText = 64;

    private readonly sqlite3 _database;
    private readonly sqlite3_stmt _statement;

    public RawStatement(SqliteConnection connection, string sql)
    {
        _database = connection.Handle!;
        SqliteException.ThrowExceptionForRC(raw.sqlite3_prepare_v2(_database, sql, out _statement), _database);
    }

    public RawStatement Text(int at, string value)
    {
        if (value.Length > ShortText)
        {
            raw.sqlite3_bind_text(_statement, at, value);
            return this;
        }

        // At most three bytes a character.
        Span<byte> utf8 = stackalloc byte[ShortText * 3];
        raw.sqlite3_bind_text(_statement, at, utf8[..Encoding.UTF8.GetBytes(value, utf8)]);
        return this;
    }

    public RawStatement Number(int at, long value)
    {
        raw.sqlite3_bind_int64(_statement, at, value);
        return this;
    }

    /// <summary>Binds bytes; null is SQL's NULL.</summary>
    public RawStatement Blob(int at, byte[]? value)
    {
        if (value is null)
        {
            raw.sqlite3_bind_null(_statement, at);
        }
        else
        {
            raw.sqlite3_bind_blob(_statement, at, value);
        }

        return this;
    }

    /// <summary>Runs the insert; true when it has added a row.</summary>
    /// <exception cref="SqliteException">A rule of the database is broken, or it cannot write now.</exception>
    public bool Insert()
    {
        try
        {
            var outcome = raw.sqlite3_step(_statement);
            if (outcome != raw.SQLITE_DONE)
            {
                SqliteException.ThrowExceptionForRC(outcome, _database);
            }

            return raw.sqlite3_changes(_database) > 0;
        }
        finally
        {
            raw.sqlite3_reset(_statement);
        }
    }

    public void Dispose() => _statement.Dispose();
}
