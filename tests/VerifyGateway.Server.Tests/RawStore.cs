using Microsoft.Data.Sqlite;

namespace VerifyGateway.Server.Tests;

/// <summary>Statements around a store, to make states that take it years.</summary>
internal static class RawStore
{
    /// <summary>Runs statements in the store's file.</summary>
    public static void Execute(string path, string sql)
    {
        using var connection = new SqliteConnection($"Data Source={path};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
