using Npgsql;
using VerifyGateway.Storage;
using VerifyGateway.Storage.Postgres;
using VerifyGateway.Storage.Sqlite;

namespace VerifyGateway.Host.Settings;

/// <summary>Opens the system of record that the settings name.</summary>
internal static class StoreChoice
{
    /// <summary>Opens the PostgreSQL database when one is named, and the SQLite file otherwise.</summary>
    /// <exception cref="StoreUnusableException">It cannot be used.</exception>
    /// <exception cref="Caching.Store.StoreUnavailableException">It does not answer now.</exception>
    public static async Task<ISystemOfRecord> OpenAsync(GatewaySettings settings, CancellationToken cancel)
    {
        if (settings.Postgres.Connection.Length == 0)
        {
            CreateFolderOf(settings.Storage.Path);
            return SqliteStore.Open(new SqliteStoreOptions { Path = settings.Storage.Path }, TimeProvider.System);
        }

        var postgres = settings.Postgres;
        var options = new PostgresStoreOptions
        {
            ConnectionString = WithPassword(postgres),
            CheckPoolSize = postgres.CheckConnections,
            WorkPoolSize = postgres.OtherConnections,
            CheckStatementTimeout = TimeSpan.FromMilliseconds(postgres.CheckLimitMs),
            StatementTimeout = TimeSpan.FromMilliseconds(postgres.CallLimitMs),
        };
        return await PostgresStore.OpenAsync(options, TimeProvider.System, cancel);
    }

    /// <summary>Opens what reads of checks will need, as far as the database allows; see <see cref="PostgresStore.FillAsync"/>.</summary>
    public static async Task FillAsync(ISystemOfRecord store, PostgresOptions postgres)
    {
        if (store is PostgresStore pools && await pools.FillAsync() is var given && given < postgres.CheckConnections)
        {
            Console.WriteLine($"The database gave {given} of {postgres.CheckConnections} connections for checks (Postgres:CheckConnections): they are closed again, and each is opened when it is needed.");
        }
    }

    /// <summary>True for nothing, and for a connection that names host and database.</summary>
    public static bool IsEmptyOrConnection(string connection)
    {
        if (connection.Length == 0)
        {
            return true;
        }

        try
        {
            var parsed = new NpgsqlConnectionStringBuilder(connection);
            return !string.IsNullOrEmpty(parsed.Host) && !string.IsNullOrEmpty(parsed.Database);
        }
        catch (Exception malformed) when (malformed is ArgumentException or FormatException or KeyNotFoundException or OverflowException or InvalidCastException)
        {
            return false;
        }
    }

    private static string WithPassword(PostgresOptions postgres)
    {
        var connection = new NpgsqlConnectionStringBuilder(postgres.Connection);
        if (postgres.PasswordFile.Length > 0)
        {
            connection.Password = File.ReadAllText(postgres.PasswordFile).TrimEnd('\r', '\n');
        }

        return connection.ConnectionString;
    }

    private static void CreateFolderOf(string path)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            throw new StoreUnusableException($"The folder {folder} for the system of record cannot be made: {refused.Message} Give another with --Storage:Path.", refused);
        }
    }
}
