using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Npgsql;

namespace VerifyGateway.TestKit;

/// <summary>
/// A real PostgreSQL server on a free loopback port with a private folder; it can be stopped, killed, frozen and started again on the
/// same port, and copied to a standby that follows it.
/// </summary>
public sealed partial class PostgresServer : IAsyncDisposable
{
    /// <summary>The role that may do everything.</summary>
    public const string Superuser = "postgres";

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);
    private readonly PostgresFolder _folder;
    private readonly PostgresServerOptions _options;
    private readonly StringBuilder _earlierLog = new();
    private ChildProcess? _process;
    private int _standbys;

    private PostgresServer(PostgresFolder folder, PostgresServerOptions options)
    {
        _folder = folder;
        _options = options;
        Port = FreePort.Next();
    }

    /// <summary>The TCP port on 127.0.0.1.</summary>
    public int Port { get; }

    /// <summary>The private folder with all that the server wrote; gone once the server is disposed of.</summary>
    public string Folder => _folder.Path;

    /// <summary>The server's main process; fails when the server is stopped.</summary>
    public ChildProcess Process => _process ?? throw new InvalidOperationException("The PostgreSQL server is stopped.");

    /// <summary>What the server logged since it was first started, from warnings on.</summary>
    public string Log => _earlierLog + _process?.Output;

    /// <summary>Starts a server with an empty cluster and waits until it answers.</summary>
    public static Task<PostgresServer> StartAsync(PostgresServerOptions? options = null) =>
        StartOnAsync(options ?? new PostgresServerOptions(), folder => PostgresTemplate.CopyToAsync(folder.Data));

    /// <summary>A connection string for a database and a role of this server.</summary>
    public string ConnectionString(string database, string user) => new NpgsqlConnectionStringBuilder
    {
        Host = "127.0.0.1",
        Port = Port,
        Database = database,
        Username = user,
        Password = PostgresTemplate.Password,
        SslMode = SslMode.Disable,
    }.ConnectionString;

    /// <summary>Makes a database, a role that owns it, and a role that may read and write the rows of the owner's tables and create nothing.</summary>
    public async Task<PostgresDatabase> CreateDatabaseAsync(string name)
    {
        if (!PlainName().IsMatch(name))
        {
            throw new ArgumentException($"'{name}' is not a name of small letters, digits and underscores.", nameof(name));
        }

        var (owner, service) = (name + "_owner", name + "_service");
        await AskAsync(Superuser, $"CREATE ROLE {owner} LOGIN PASSWORD '{PostgresTemplate.Password}'");
        await AskAsync(Superuser, $"CREATE ROLE {service} LOGIN PASSWORD '{PostgresTemplate.Password}'");
        await AskAsync(Superuser, $"CREATE DATABASE {name} OWNER {owner}");
        await AskAsync(name, $"""
            REVOKE ALL ON DATABASE {name} FROM PUBLIC;
            GRANT CONNECT ON DATABASE {name} TO {service};
            ALTER DEFAULT PRIVILEGES FOR ROLE {owner} GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {service};
            ALTER DEFAULT PRIVILEGES FOR ROLE {owner} GRANT USAGE ON SEQUENCES TO {service};
            """);
        return new PostgresDatabase(name, ConnectionString(name, owner), ConnectionString(name, service));
    }

    /// <summary>Executes SQL as the superuser on a connection of its own; the first value of the answer, or null when there is none.</summary>
    public async Task<object?> AskAsync(string database, string sql)
    {
        var settings = new NpgsqlConnectionStringBuilder(ConnectionString(database, Superuser)) { Pooling = false };
        await using var connection = new NpgsqlConnection(settings.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }

    /// <summary>Ends all connections of clients to a database, and returns how many there were.</summary>
    public async Task<long> TerminateOthersAsync(string database)
    {
        var count = await AskAsync(Superuser, $"""
            SELECT count(*) FILTER (WHERE pg_terminate_backend(pid, 10000)) FROM pg_stat_activity
            WHERE datname = '{database}' AND backend_type = 'client backend' AND pid <> pg_backend_pid()
            """);
        return (long)count!;
    }

    /// <summary>Stops the server as an operator does: transactions are rolled back, connections end, and a checkpoint is written.</summary>
    public async Task StopAsync()
    {
        await PostgresFolder.SignalAsync("INT", [Process.Id]);
        await Process.WaitForExitAsync(Limit);
        Forget();
    }

    /// <summary>Stops the server and starts it again on the same port.</summary>
    public async Task RestartAsync()
    {
        await StopAsync();
        await StartAgainAsync();
    }

    /// <summary>Ends all processes of the server at once, as in a crash; a frozen server too.</summary>
    public async Task KillAsync()
    {
        if (_process is null)
        {
            return;
        }

        // A stopped postmaster makes no further process while the others are looked up.
        await StopPostmasterAsync();
        await PostgresFolder.SignalAsync("KILL", await ProcessesAsync());
        await Wait.UntilAsync(async () => (await ProcessesAsync()).Count == 0, "the killed PostgreSQL server to be gone", Limit);
        Forget();
    }

    /// <summary>Starts the server again on the same port, and waits until it accepts connections.</summary>
    public async Task StartAgainAsync()
    {
        if (_process is { HasExited: false })
        {
            throw new InvalidOperationException("The PostgreSQL server runs already.");
        }

        Forget();
        var process = _process = PostgresUser.Start(PostgresUser.PathOf("postgres"), Arguments(), _folder.Path);
        try
        {
            await Wait.UntilAsync(() => process.HasExited || IsReady(process), "PostgreSQL to accept connections", Limit);
        }
        catch (TimeoutException late)
        {
            throw new TimeoutException($"{late.Message} It logged:\n{Log}", late);
        }

        if (process.HasExited)
        {
            await process.WaitForExitAsync(Limit);
            throw new InvalidOperationException("PostgreSQL ended at once:\n" + Log);
        }
    }

    /// <summary>Makes all processes of the server stand still: connections stay open, and nobody answers.</summary>
    public async Task FreezeAsync()
    {
        await StopPostmasterAsync();
        var processes = await ProcessesAsync();
        await PostgresFolder.SignalAsync("STOP", processes);
        await Wait.UntilAsync(() => processes.All(IsStopped), "PostgreSQL to stand still", Limit);
    }

    /// <summary>Lets a frozen server go on.</summary>
    public async Task ThawAsync() => await PostgresFolder.SignalAsync("CONT", await ProcessesAsync());

    /// <summary>
    /// Takes all room on the server's disk, when the options gave it one of its own. Where mounting such a disk is not allowed, no file of the
    /// server can grow beyond 16 MB instead. Either way a statement that makes a table grow then fails with "disk full" (53100), if not at once.
    /// </summary>
    public async Task FillDiskAsync()
    {
        if (_options.DiskMegabytes is null)
        {
            throw new InvalidOperationException($"Only a server with {nameof(PostgresServerOptions.DiskMegabytes)} has a disk of its own.");
        }

        await _folder.FillDiskAsync(await ProcessesAsync());
    }

    /// <summary>Makes room on the disk that <see cref="FillDiskAsync"/> filled.</summary>
    public async Task FreeDiskAsync() => await _folder.FreeDiskAsync(await ProcessesAsync());

    /// <summary>Starts a standby that follows this server and can be read from; its caller disposes of it.</summary>
    public Task<PostgresServer> StartStandbyAsync()
    {
        // A slot, so that a standby that was away finds what it missed.
        var slot = string.Create(CultureInfo.InvariantCulture, $"standby_{Interlocked.Increment(ref _standbys)}");
        return StartOnAsync(_options with { DiskMegabytes = null }, folder => PostgresUser.RunAsync(PostgresUser.PathOf("pg_basebackup"),
            [
                "-D", folder.Data, "-R", "-X", "stream", "-C", "-S", slot, "--checkpoint=fast", "--no-sync",
                "-h", "127.0.0.1", "-p", Port.ToString(CultureInfo.InvariantCulture), "-U", Superuser, "-w",
            ], PostgresTemplate.Password));
    }

    /// <summary>Makes a standby a server of its own that can be written to.</summary>
    public async Task PromoteAsync()
    {
        if (await AskAsync(Superuser, "SELECT pg_promote(true, 30)") is not true)
        {
            throw new TimeoutException("The standby was not promoted within 30 s. It logged:\n" + Log);
        }
    }

    /// <summary>Ends the server's processes at once, whatever state they are in, and removes its folder.</summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            await KillAsync();
        }
        finally
        {
            await _folder.DisposeAsync();
        }
    }

    private static async Task<PostgresServer> StartOnAsync(PostgresServerOptions options, Func<PostgresFolder, Task> fillAsync)
    {
        var server = new PostgresServer(await PostgresFolder.MakeAsync(options.DiskMegabytes), options);
        try
        {
            await fillAsync(server._folder);
            await server.StartAgainAsync();
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    private List<string> Arguments()
    {
        string[] settings =
        [
            "listen_addresses=127.0.0.1", string.Create(CultureInfo.InvariantCulture, $"port={Port}"), "unix_socket_directories=",
            "fsync=" + (_options.Fsync ? "on" : "off"), "shared_buffers=64MB", "autovacuum=on",
            string.Create(CultureInfo.InvariantCulture, $"max_connections={_options.MaxConnections}"),
            "log_min_messages=warning", "lc_messages=C", "timezone=UTC", "log_timezone=UTC",
            // In the private folder, so that a killed server leaves nothing elsewhere.
            "dynamic_shared_memory_type=mmap",
            .. _options.Settings,
        ];
        return ["-D", _folder.Data, .. settings.SelectMany(setting => new[] { "-c", setting })];
    }

    /// <summary>The server writes into its file that it accepts connections, a standby only once it can be read from.</summary>
    private bool IsReady(ChildProcess process)
    {
        var lines = _folder.ReadPidFile();
        return lines.Length > 7 && lines[0] == process.Id.ToString(CultureInfo.InvariantCulture) && lines[7].Trim() == "ready";
    }

    /// <summary>The postmaster, while it lives, and all others.</summary>
    private async Task<IReadOnlyList<int>> ProcessesAsync()
    {
        var others = await _folder.ProcessesAsync();
        return _process is { HasExited: false } postmaster ? [postmaster.Id, .. others.Where(other => other != postmaster.Id)] : others;
    }

    private async Task StopPostmasterAsync()
    {
        if (_process is { HasExited: false } postmaster)
        {
            await PostgresFolder.SignalAsync("STOP", [postmaster.Id]);
            await Wait.UntilAsync(() => postmaster.HasExited || IsStopped(postmaster.Id), "the postmaster to stand still", Limit);
        }
    }

    private static bool IsStopped(int process)
    {
        try
        {
            var stat = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/stat"));
            return stat[stat.LastIndexOf(')') + 2] is 'T' or 'Z';
        }
        catch (IOException)
        {
            // It has ended.
            return true;
        }
    }

    private void Forget()
    {
        if (_process is { } ended)
        {
            ended.Dispose();
            _earlierLog.AppendLine(ended.Output);
            _process = null;
        }
    }

    [GeneratedRegex("^[a-z][a-z0-9_]*$")]
    private static partial Regex PlainName();
}
