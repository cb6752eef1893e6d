using System.CommandLine;
using System.CommandLine.Parsing;
using Npgsql;
using VerifyGateway.Storage;
using VerifyGateway.Storage.Maintenance;
using VerifyGateway.Storage.Postgres;
using VerifyGateway.Storage.Sqlite;

namespace VerifyGateway.Cli.Store;

/// <summary>The options that say which store a command works on, the same for every command; the one place that knows the engines.</summary>
internal sealed class StoreOption
{
    private static readonly TimeSpan WriteWait = TimeSpan.FromMinutes(1);

    private readonly Option<string> _file = new("--store") { Description = "The SQLite file of the system of record." };

    private readonly Option<string> _postgres = new("--postgres")
    {
        Description = "Or a PostgreSQL database, as Npgsql reads it: 'Host=db;Database=gateway;Username=gateway'. Never with a password.",
    };

    private readonly Option<string> _passwordFile = new("--password-file") { Description = "A file that holds the password of --postgres; without it, PGPASSWORD and .pgpass count." };

    /// <summary>Adds the options to a command, and the rule that one store is named.</summary>
    public void AddTo(Command command)
    {
        command.Add(_file);
        command.Add(_postgres);
        command.Add(_passwordFile);
        command.Validators.Add(Validate);
    }

    /// <summary>The SQLite file that is named; null when it is a PostgreSQL database.</summary>
    public string? FileOf(ParseResult parsed) => parsed.GetValue(_file);

    /// <summary>How to connect to the PostgreSQL database that is named, with its password.</summary>
    /// <exception cref="IOException">The file of the password cannot be read.</exception>
    public string ConnectionOf(ParseResult parsed)
    {
        var connection = new NpgsqlConnectionStringBuilder(parsed.GetRequiredValue(_postgres));
        if (parsed.GetValue(_passwordFile) is { } file)
        {
            connection.Password = File.ReadAllText(file).TrimEnd('\r', '\n');
        }

        return connection.ConnectionString;
    }

    /// <summary>Opens the store.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="create">Makes a SQLite file, and its folder, when there is none.</param>
    /// <param name="cancel">Ends the waiting.</param>
    /// <exception cref="StoreUnusableException">It cannot be used.</exception>
    public async Task<ISystemOfRecord> OpenAsync(ParseResult parsed, bool create, CancellationToken cancel)
    {
        if (FileOf(parsed) is not { } path)
        {
            return await PostgresStore.OpenAsync(new PostgresStoreOptions { ConnectionString = ConnectionOf(parsed), WriteLimit = WriteWait }, TimeProvider.System, cancel);
        }

        if (create)
        {
            CreateFolderOf(path);
        }

        return SqliteStore.Open(new SqliteStoreOptions { Path = path, CreateIfMissing = create, WriteWait = WriteWait }, TimeProvider.System);
    }

    /// <summary>Opens the store for its jobs.</summary>
    /// <exception cref="StoreUnusableException">It cannot be used.</exception>
    public async Task<IStoreMaintenance> OpenJobsAsync(ParseResult parsed, CancellationToken cancel) => FileOf(parsed) is { } path
        ? SqliteMaintenance.Open(path, TimeProvider.System)
        : await PostgresMaintenance.OpenAsync(ConnectionOf(parsed), TimeProvider.System, cancel);

    private void Validate(CommandResult result)
    {
        var (file, postgres) = (result.GetValue(_file), result.GetValue(_postgres));
        if ((file is null) == (postgres is null))
        {
            result.AddError("Name one store: --store FILE, or --postgres CONNECTION.");
        }
        else if (postgres is null)
        {
            if (result.GetValue(_passwordFile) is not null)
            {
                result.AddError("--password-file goes with --postgres.");
            }
        }
        else if (FaultOf(postgres) is { } fault)
        {
            result.AddError(fault);
        }
    }

    private static string? FaultOf(string connection)
    {
        try
        {
            var parsed = new NpgsqlConnectionStringBuilder(connection);
            return string.IsNullOrEmpty(parsed.Host) || string.IsNullOrEmpty(parsed.Database) ? "--postgres has to say Host and Database."
                : !string.IsNullOrEmpty(parsed.Password) ? "--postgres must not hold a password, which everyone could read in the list of processes; use --password-file."
                : null;
        }
        catch (Exception malformed) when (malformed is ArgumentException or FormatException or KeyNotFoundException or OverflowException or InvalidCastException)
        {
            return "--postgres is not well formed; it looks like 'Host=db;Port=5432;Database=gateway;Username=gateway'.";
        }
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
            throw new StoreUnusableException($"The folder {folder} for the store cannot be made: {refused.Message} Give another with --store.", refused);
        }
    }
}
