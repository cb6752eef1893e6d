using System.Data;
using System.Globalization;
using Npgsql;
using VerifyGateway.Storage.Sql;

namespace VerifyGateway.Storage.Postgres;

/// <summary>The row that a reader of PostgreSQL stands on.</summary>
internal sealed class PostgresRow(NpgsqlDataReader reader) : ISqlRow
{
    public bool IsNull(int at) => reader.IsDBNull(at);

    public string Text(int at) => reader.GetString(at);

    public long Number(int at) => reader.GetFieldType(at) == typeof(long) ? reader.GetInt64(at)
        : reader.GetFieldType(at) == typeof(int) ? reader.GetInt32(at)
        : reader.GetFieldType(at) == typeof(short) ? reader.GetInt16(at)
        : throw new DataException(string.Create(CultureInfo.InvariantCulture, $"The column {reader.GetName(at)} is of type {reader.GetDataTypeName(at)} and not a whole number."));

    public bool Flag(int at) => reader.GetBoolean(at);

    public DateOnly? Day(int at) => reader.IsDBNull(at) ? null : reader.GetFieldValue<DateOnly>(at);

    public byte[]? Bytes(int at) => reader.IsDBNull(at) ? null : reader.GetFieldValue<byte[]>(at);

    public string NameOf(int at) => reader.GetName(at);
}
